#include "agent/io/spool_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr std::size_t name_digits = 20;
constexpr std::string_view extension = ".seg";
constexpr std::string_view damaged_extension = ".seg.damaged";
constexpr std::size_t most_damaged_files = 4; // kept for whoever wants to look
constexpr std::size_t most_read_bytes = most_file_bytes + (std::size_t{16} << 20);

Seq seq_after(Seq seq, std::uint64_t octets_lost)
{
    return {seq.value + 1 + octets_lost / least_record_bytes};
}

// The number in a name like 00000000000000000001.seg.
std::optional<Seq> seq_of(std::string_view name, std::string_view ending)
{
    if (name.size() != name_digits + ending.size() || !name.ends_with(ending)) return std::nullopt;
    Seq seq;
    const char* const end = name.data() + name_digits;
    const auto [at, error] = std::from_chars(name.data(), end, seq.value);
    if (error != std::errc{} || at != end) return std::nullopt;
    return seq;
}

// Names of the folder's files with this ending, in order of their numbers.
Result<std::vector<std::string>> names_in(const std::string& directory, std::string_view ending)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir(directory.c_str()), ::closedir};
    if (!folder) return last_system_error();
    std::vector<std::string> names;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): each stream has one reader
    while (const dirent* entry = ::readdir(folder.get()))
        if (seq_of(entry->d_name, ending)) names.emplace_back(entry->d_name);
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> cut_file(const std::string& path, std::uint64_t size)
{
    const FileHandle file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file.is_open() || ::ftruncate(file.get(), static_cast<off_t>(size)) != 0 ||
        ::fdatasync(file.get()) != 0)
        return last_system_error();
    return {};
}

Result<void> make_durable(const std::string& path)
{
    const FileHandle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.is_open() || ::fdatasync(file.get()) != 0) return last_system_error();
    return {};
}

Result<std::vector<std::byte>> read_whole(const std::string& path)
{
    const FileHandle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat facts {};
    if (!file.is_open() || ::fstat(file.get(), &facts) != 0) return last_system_error();
    return read_at(
        file.get(), 0, std::min(static_cast<std::size_t>(facts.st_size), most_read_bytes)
    );
}

std::string cut_text(std::uint64_t octets, std::uint64_t offset)
{
    return "torn tail of " + std::to_string(octets) + " octets at " + std::to_string(offset) +
           " cut off (a kill or power cut in mid-write)";
}

} // namespace

boost::system::error_code last_system_error()
{
    return {errno, boost::system::system_category()};
}

Result<std::vector<std::byte>> read_at(int fd, std::uint64_t offset, std::size_t size)
{
    std::vector<std::byte> bytes(size);
    std::size_t got = 0;
    while (got < size) {
        const ssize_t count =
            ::pread(fd, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return last_system_error();
        if (count == 0) break;
        got += static_cast<std::size_t>(count);
    }
    bytes.resize(got);
    return bytes;
}

std::string SpoolFolder::path_of(Seq first) const
{
    const std::string digits = std::to_string(first.value);
    return directory_ + "/" + std::string(name_digits - digits.size(), '0') + digits +
           std::string{extension};
}

Result<void> SpoolFolder::open(const std::string& directory, std::string& problem)
{
    directory_ = directory;
    const auto failed = [&](const std::string& what) {
        const auto error = last_system_error();
        problem = "cannot " + what + ": " + error.message();
        return error;
    };
    std::error_code made;
    std::filesystem::create_directories(std::filesystem::path{directory}.parent_path(), made);
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return failed("create spool folder " + directory);
    folder_ = FileHandle{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder_.is_open()) return failed("open spool folder " + directory);
    const std::string lock_path = directory + "/lock";
    lock_ = FileHandle{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!lock_.is_open()) return failed("open " + lock_path);
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
    const auto error = failed("lock " + lock_path);
    if (error.value() == EWOULDBLOCK)
        problem = "another agent is using spool folder " + directory +
                  "; stop it, or give this one another state_directory";
    return error;
}

struct SpoolFolder::Scanning {
    FolderScan result;

    void note(const std::string& path, const std::string& what)
    {
        result.damage.push_back(path + ": " + what);
    }
    // Whatever the octets behind `seq` held, its numbers are not used again.
    void reserve(Seq seq, std::uint64_t octets_lost)
    {
        constexpr std::uint64_t farthest = std::uint64_t{1} << 62; // a stray file's name
        if (seq.value > farthest) return;
        result.next = std::max(result.next, seq_after(seq, octets_lost));
    }
    void take(const std::string& path, Epoch epoch, const Scan& scan);
    void set_aside(const std::string& path, const std::string& why)
    {
        std::error_code error;
        std::filesystem::rename(path, path + ".damaged", error);
        note(path, why + (error ? "; left alone" : "; set aside as .damaged"));
    }
};

void SpoolFolder::Scanning::take(const std::string& path, Epoch epoch, const Scan& scan)
{
    // What was written anew to this file after a failed fsync no longer counts in the one before.
    if (!result.files.empty()) result.files.back().index.cut(scan.records.front().seq);
    result.files.push_back({
        .path = path,
        .epoch = epoch,
        .segment = scan.segment,
        .bytes = scan.good_bytes,
        .index = RecordIndex{scan.records},
    });
}

Result<void> SpoolFolder::scan_file(
    const std::string& name, Scanning& scanning, std::string& problem
) const
{
    const std::string path = directory_ + "/" + name;
    const Seq first = seq_of(name, extension).value();
    const auto bytes = read_whole(path);
    if (!bytes && bytes.error().value() == EACCES) {
        problem = "cannot read " + path + ": " + bytes.error().message() +
                  "; give it to the user that the agent runs as";
        return bytes.error();
    }
    if (!bytes) {
        scanning.reserve(first, most_file_bytes);
        scanning.set_aside(path, "cannot be read (" + bytes.error().message() + ")");
        return {};
    }
    if (bytes->size() < segment_head_bytes) { // begun, but a power cut came before the first fsync
        ::unlink(path.c_str());
        return {};
    }
    const auto head = decode_segment_head(*bytes);
    if (!head || head->first != first) {
        scanning.reserve(first, bytes->size());
        scanning.set_aside(path, "not a segment of this spool");
        return {};
    }
    const Scan scan = scan_segment(*bytes, *head);
    for (const std::string& stretch : scan.damage)
        scanning.note(path, stretch);
    const std::uint64_t torn = bytes->size() - scan.good_bytes;
    if (torn > 0) {
        const auto cut = cut_file(path, scan.good_bytes);
        const std::string failed = cut ? "" : ", but not on disk: " + cut.error().message();
        scanning.note(path, cut_text(torn, scan.good_bytes) + failed);
    }
    if (scan.records.empty()) {
        scanning.reserve({first.value - 1}, torn);
        ::unlink(path.c_str());
        return {};
    }
    scanning.reserve(scan.records.back().seq, torn);
    scanning.take(path, head->epoch, scan);
    return {};
}

Result<FolderScan> SpoolFolder::scan(std::string& problem) const
{
    const auto names = names_in(directory_, extension);
    const auto damaged = names_in(directory_, damaged_extension);
    if (!names || !damaged) {
        problem = "cannot list spool folder " + directory_;
        return names ? damaged.error() : names.error();
    }
    for (std::size_t i = 0; i + most_damaged_files < damaged->size(); ++i)
        ::unlink((directory_ + "/" + (*damaged)[i]).c_str());

    Scanning scanning;
    for (const std::string& name : *names)
        if (auto scanned = scan_file(name, scanning, problem); !scanned) return scanned.error();
    FolderScan& result = scanning.result;
    std::erase_if(result.files, [](const SpoolFile& file) {
        if (file.index.empty()) ::unlink(file.path.c_str());
        return file.index.empty();
    });
    // Older files were made durable before the next was begun; the last life may have ended before.
    if (!result.files.empty()) {
        const std::string& newest = result.files.back().path;
        auto durable = make_durable(newest);
        if (durable && ::fsync(folder_.get()) != 0) durable = last_system_error();
        if (!durable) scanning.note(newest, "cannot be made durable: " + durable.error().message());
    }
    return std::move(result);
}

} // namespace hallmonitor::agent
