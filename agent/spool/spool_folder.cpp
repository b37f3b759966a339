#include "agent/spool/spool_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr std::size_t name_digits = 20;
constexpr std::string_view extension = ".seg";
constexpr std::string_view sent_extension = ".sent";
constexpr std::string_view unfinished_extension = ".seg.new";
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

std::string name_of(Seq first, std::string_view ending)
{
    const std::string digits = std::to_string(first.value);
    return std::string(name_digits - digits.size(), '0') + digits + std::string{ending};
}

// Names of the folder's files with one of these endings, in order of their numbers.
std::vector<std::string> with_ending(
    const std::vector<std::string>& all, std::initializer_list<std::string_view> endings
)
{
    std::vector<std::string> names;
    for (const std::string& name : all)
        for (const std::string_view ending : endings)
            if (seq_of(name, ending)) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> cut_file(Disk& disk, const std::string& name, std::uint64_t size)
{
    const auto file = disk.open(name, Disk::Mode::write);
    if (!file) return file.error();
    if (auto cut = (*file)->truncate(size); !cut) return cut;
    return (*file)->sync();
}

// What the last life wrote and did not sync.
Result<void> make_durable(Disk& disk, const std::string& name)
{
    const auto file = disk.open(name, Disk::Mode::read);
    if (!file) return file.error();
    if (auto synced = (*file)->sync(); !synced) return synced;
    return disk.sync_names();
}

Result<std::vector<std::byte>> read_whole(Disk& disk, const std::string& name)
{
    const auto file = disk.open(name, Disk::Mode::read);
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (!size) return size.error();
    return (*file)->read(0, std::min<std::size_t>(*size, most_read_bytes));
}

std::string cut_text(std::uint64_t octets, std::uint64_t offset)
{
    return "torn tail of " + std::to_string(octets) + " octets at " + std::to_string(offset) +
           " cut off (a kill or power cut in mid-write)";
}

// One scan of a folder, file by file.
class Scanning {
public:
    explicit Scanning(Disk& disk) : disk_(disk) {}

    Result<void> scan_file(const std::string& name, std::string& problem);
    FolderScan finish();

private:
    void note(const std::string& name, const std::string& what)
    {
        result_.damage.push_back(disk_.path() + "/" + name + ": " + what);
    }
    void reserve(Seq seq, std::uint64_t octets_lost);
    void take(const std::string& name, Epoch epoch, const Scan& scan);
    void set_aside(const std::string& name, const std::string& why);
    void cut(const std::string& name, const Scan& scan, std::uint64_t torn);
    void hold_back();

    Disk& disk_;
    FolderScan result_;
};

// Whatever the octets behind `seq` held, its numbers are not used again.
void Scanning::reserve(Seq seq, std::uint64_t octets_lost)
{
    constexpr std::uint64_t farthest = std::uint64_t{1} << 62; // a stray file's name
    if (seq.value > farthest) return;
    result_.next = std::max(result_.next, seq_after(seq, octets_lost));
}

void Scanning::set_aside(const std::string& name, const std::string& why)
{
    const std::string aside = name_of(first_of(name).value(), damaged_extension);
    const auto moved = disk_.rename(name, aside);
    note(name, why + (moved ? "; set aside as .damaged" : "; left alone"));
}

void Scanning::take(const std::string& name, Epoch epoch, const Scan& scan)
{
    // What was written anew to this file after a failed fsync no longer counts in the one before.
    if (!result_.files.empty()) result_.files.back().index.cut(scan.records.front().seq);
    result_.files.push_back({
        .name = name,
        .epoch = epoch,
        .segment = scan.segment,
        .bytes = scan.good_bytes,
        .index = RecordIndex{scan.records},
        .was_sent = name.ends_with(sent_extension),
    });
}

void Scanning::cut(const std::string& name, const Scan& scan, std::uint64_t torn)
{
    const auto done = cut_file(disk_, name, scan.good_bytes);
    const std::string failed = done ? "" : ", but not on disk: " + done.error().message();
    note(name, cut_text(torn, scan.good_bytes) + failed);
}

Result<void> Scanning::scan_file(const std::string& name, std::string& problem)
{
    const Seq first = first_of(name).value();
    const auto bytes = read_whole(disk_, name);
    if (!bytes && bytes.error().value() == EACCES) {
        problem = "cannot read " + disk_.path() + "/" + name + ": " + bytes.error().message() +
                  "; give it to the user that the agent runs as";
        return bytes.error();
    }
    if (!bytes) {
        reserve(first, most_file_bytes);
        result_.unread.push_back(name);
        note(
            name, "cannot be read (" + bytes.error().message() + "); tried again from time to time"
        );
        return {};
    }
    if (bytes->size() < segment_head_bytes) { // begun, but a power cut came before the first fsync
        static_cast<void>(disk_.unlink(name));
        return {};
    }
    const auto head = decode_segment_head(*bytes);
    if (!head || head->first != first) {
        reserve(first, bytes->size());
        set_aside(name, "not a segment of this spool");
        return {};
    }
    const Scan scan = scan_segment(*bytes, *head);
    for (const std::string& stretch : scan.damage)
        note(name, stretch);
    const std::uint64_t torn = bytes->size() - scan.good_bytes;
    if (torn > 0) cut(name, scan, torn);
    if (scan.records.empty()) {
        reserve({first.value - 1}, torn);
        static_cast<void>(disk_.unlink(name));
        return {};
    }
    reserve(scan.records.back().seq, torn);
    take(name, head->epoch, scan);
    return {};
}

FolderScan Scanning::finish()
{
    std::erase_if(result_.files, [this](const SpoolFile& file) {
        if (file.index.empty()) static_cast<void>(disk_.unlink(file.name));
        return file.index.empty();
    });
    // Older files were made durable before the next was begun; the last life may have ended before.
    if (!result_.files.empty()) {
        const std::string& newest = result_.files.back().name;
        if (const auto durable = make_durable(disk_, newest); !durable)
            note(newest, "cannot be made durable: " + durable.error().message());
    }
    hold_back();
    std::sort(result_.unread.begin(), result_.unread.end());
    return std::move(result_);
}

// Without its beginning the rest of a segment cannot be decoded.
void Scanning::hold_back()
{
    std::erase_if(result_.files, [this](const SpoolFile& file) {
        const Seq first = first_of(file.name).value();
        const bool lacks =
            std::any_of(result_.unread.begin(), result_.unread.end(), [&](const std::string& name) {
                const Seq unread = first_of(name).value();
                return file.segment <= unread && unread < first;
            });
        if (lacks) result_.unread.push_back(file.name);
        return lacks;
    });
}

} // namespace

std::optional<Seq> first_of(std::string_view name)
{
    const auto first = seq_of(name, extension);
    return first ? first : seq_of(name, sent_extension);
}

std::string spool_file_name(Seq first)
{
    return name_of(first, extension);
}

std::string sent_file_name(Seq first)
{
    return name_of(first, sent_extension);
}

std::string unfinished_file_name(Seq first)
{
    return name_of(first, unfinished_extension);
}

Result<FolderScan> scan_folder(Disk& disk, std::string& problem)
{
    const auto all = disk.names();
    if (!all) {
        problem = "cannot list spool folder " + disk.path();
        return all.error();
    }
    for (const std::string& name : with_ending(*all, {unfinished_extension}))
        static_cast<void>(disk.unlink(name));
    const auto damaged = with_ending(*all, {damaged_extension});
    for (std::size_t i = 0; i + most_damaged_files < damaged.size(); ++i)
        static_cast<void>(disk.unlink(damaged[i]));

    return scan_files(disk, with_ending(*all, {extension, sent_extension}), problem);
}

Result<FolderScan> scan_files(
    Disk& disk, const std::vector<std::string>& names, std::string& problem
)
{
    Scanning scanning{disk};
    for (const std::string& name : names)
        if (auto scanned = scanning.scan_file(name, problem); !scanned) return scanned.error();
    return scanning.finish();
}

} // namespace hallmonitor::agent
