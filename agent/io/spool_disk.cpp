#include "agent/io/spool_disk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_waiting_bytes = std::size_t{8} << 20;
constexpr std::size_t name_digits = 20;

boost::system::error_code last_error()
{
    return {errno, boost::system::system_category()};
}

Result<std::vector<std::byte>> read_whole(const std::string& path)
{
    const FileHandle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat facts {};
    if (!file.is_open() || fstat(file.get(), &facts) != 0) return last_error();
    std::vector<std::byte> bytes(static_cast<std::size_t>(facts.st_size));
    std::size_t got = 0;
    while (got < bytes.size()) {
        const ssize_t count = ::read(file.get(), bytes.data() + got, bytes.size() - got);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return last_error();
        if (count == 0) break;
        got += static_cast<std::size_t>(count);
    }
    bytes.resize(got);
    return bytes;
}

} // namespace

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept
{
    std::swap(fd_, other.fd_);
    return *this;
}

FileHandle::~FileHandle()
{
    if (fd_ >= 0) ::close(fd_);
}

SpoolDisk::SpoolDisk(std::string directory) : directory_(std::move(directory))
{}

std::string SpoolDisk::path_of(Seq first) const
{
    const std::string digits = std::to_string(first.value);
    return directory_ + "/" + std::string(name_digits - digits.size(), '0') + digits + ".seg";
}

Result<SpoolDisk::Found> SpoolDisk::open(std::string& problem)
{
    std::error_code made;
    const bool is_new = fs::create_directories(directory_, made);
    if (is_new) fs::permissions(directory_, fs::perms::owner_all, made);
    folder_ = FileHandle{::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder_.is_open()) {
        const auto error = last_error();
        problem = "cannot open spool folder " + directory_ + ": " + error.message();
        return error;
    }
    const std::string lock_path = directory_ + "/lock";
    lock_ = FileHandle{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!lock_.is_open() || flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        const auto error = last_error();
        problem = error.value() == EWOULDBLOCK
                      ? "another agent is using spool folder " + directory_ +
                            "; stop it, or give this one another state_directory"
                      : "cannot lock " + lock_path + ": " + error.message();
        return error;
    }
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator{directory_})
        if (entry.path().extension() == ".seg") paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());

    Found found;
    for (const std::string& path : paths)
        scan_file(path, found);
    if (!found.batches.empty()) {
        found.last = found.batches.back().first.seq;
        const Seq segment = found.batches.back().first.segment;
        for (const auto& [id, bytes] : found.batches) {
            if (id.segment != segment) continue;
            if (auto payload = read(id.seq)) found.newest_segment.push_back(std::move(*payload));
        }
    }
    epoch_ = found.epoch;
    durable_ = found.last;
    return found;
}

void SpoolDisk::scan_file(const std::string& path, Found& found)
{
    const auto bytes = read_whole(path);
    const auto head = bytes ? decode_segment_head(*bytes) : Result<SegmentHead>{bytes.error()};
    if (!head || (found.epoch.value != 0 && head->epoch != found.epoch)) {
        // Kept for whoever wants to look, out of the way.
        std::error_code ignored;
        fs::rename(path, path + ".damaged", ignored);
        found.damage.push_back(path + ": not a segment of this spool; set aside as .damaged");
        return;
    }
    found.epoch = head->epoch;
    Scan scan = scan_segment(*bytes);
    for (const std::string& stretch : scan.damage)
        found.damage.push_back(path + ": " + stretch);
    if (scan.good_bytes < bytes->size()) {
        found.damage.push_back(
            path + ": torn tail of " + std::to_string(bytes->size() - scan.good_bytes) +
            " octets cut off (a kill or power cut in mid-write)"
        );
        if (::truncate(path.c_str(), static_cast<off_t>(scan.good_bytes)) != 0)
            found.damage.push_back(path + ": cannot cut it: " + last_error().message());
    }
    if (scan.records.empty()) {
        ::unlink(path.c_str());
        return;
    }
    const FileHandle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.is_open()) fdatasync(file.get());
    for (const RecordPlace& record : scan.records)
        found.batches.push_back(
            {{.epoch = head->epoch, .seq = record.seq, .segment = record.segment},
             record_head_bytes + record.length}
        );
    const Seq first = scan.records.front().seq;
    files_[first] = {.path = path, .records = std::move(scan.records)};
}

void SpoolDisk::write(SealedBatch batch)
{
    epoch_ = batch.id.epoch;
    drain_waiting();
    if (waiting_.empty() && write_now(batch)) {
        unsynced_.push_back(std::move(batch));
        return;
    }
    waiting_bytes_ += batch.bytes.size();
    waiting_.push_back(std::move(batch));
    while (waiting_bytes_ > most_waiting_bytes && waiting_.size() > 1) {
        waiting_bytes_ -= waiting_.front().bytes.size();
        waiting_.pop_front();
        ++trouble_.lost_batches;
    }
}

void SpoolDisk::drain_waiting()
{
    while (!waiting_.empty() && write_now(waiting_.front())) {
        waiting_bytes_ -= waiting_.front().bytes.size();
        unsynced_.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

bool SpoolDisk::write_now(const SealedBatch& batch)
{
    const bool opens = batch.id.seq == batch.id.segment;
    if ((opens || !current_.is_open()) && !begin_file(batch.id)) return false;
    if (!append(batch)) return false;
    trouble_.text.clear();
    trouble_.disk_full = false;
    return true;
}

bool SpoolDisk::begin_file(const BatchId& batch)
{
    if (current_.is_open()) sync();
    const std::string path = path_of(batch.seq);
    FileHandle fresh{::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    const auto head = encode_segment_head({.epoch = batch.epoch, .first = batch.seq});
    if (!fresh.is_open() ||
        ::write(fresh.get(), head.data(), head.size()) != static_cast<ssize_t>(head.size())) {
        fail("begin", path);
        if (fresh.is_open()) ::unlink(path.c_str());
        return false;
    }
    fsync(folder_.get());
    current_ = std::move(fresh);
    current_first_ = batch.seq;
    current_bytes_ = head.size();
    files_[batch.seq] = {.path = path, .records = {}};
    return true;
}

bool SpoolDisk::append(const SealedBatch& batch)
{
    auto head = encode_record_head(batch.bytes);
    std::array<iovec, 2> parts{{
        {head.data(), head.size()},
        {const_cast<std::byte*>(batch.bytes.data()), batch.bytes.size()}, // writev takes no const
    }};
    const std::size_t size = head.size() + batch.bytes.size();
    const ssize_t written =
        pwritev(current_.get(), parts.data(), 2, static_cast<off_t>(current_bytes_));
    File& file = files_.at(current_first_);
    if (written != static_cast<ssize_t>(size)) {
        if (written >= 0) errno = ENOSPC; // a short write: the rest did not fit
        fail("write", file.path);
        static_cast<void>(ftruncate(current_.get(), static_cast<off_t>(current_bytes_)));
        return false;
    }
    file.records.push_back({
        .seq = batch.id.seq,
        .segment = batch.id.segment,
        .offset = current_bytes_,
        .length = static_cast<std::uint32_t>(batch.bytes.size()),
    });
    current_bytes_ += size;
    return true;
}

void SpoolDisk::sync()
{
    drain_waiting();
    if (unsynced_.empty()) return;
    if (fdatasync(current_.get()) == 0) {
        durable_ = unsynced_.back().id.seq;
        unsynced_.clear();
        return;
    }
    fail("fsync", files_.at(current_first_).path);
    rewrite_unsynced();
}

void SpoolDisk::rewrite_unsynced()
{
    // The old file keeps what was durable; the rest begins another file.
    std::deque<SealedBatch> again = std::exchange(unsynced_, {});
    const Seq first = again.front().id.seq;
    File& old = files_.at(current_first_);
    std::erase_if(old.records, [&](const RecordPlace& record) { return record.seq >= first; });
    current_ = {};
    if (old.records.empty()) {
        ::unlink(old.path.c_str());
        files_.erase(current_first_);
    }
    for (auto batch = again.rbegin(); batch != again.rend(); ++batch) {
        waiting_bytes_ += batch->bytes.size();
        waiting_.push_front(std::move(*batch));
    }
}

void SpoolDisk::fail(const std::string& what, const std::string& path)
{
    const int reason = errno;
    ++trouble_.failed_writes;
    trouble_.disk_full = reason == ENOSPC || reason == EDQUOT;
    trouble_.text = "cannot " + what + " " + path + ": " + std::strerror(reason);
}

Result<std::vector<std::byte>> SpoolDisk::read(Seq seq)
{
    const auto after = files_.upper_bound(seq);
    if (after == files_.begin()) return Errc::not_found;
    const File& file = std::prev(after)->second;
    const auto record = std::lower_bound(
        file.records.begin(),
        file.records.end(),
        seq,
        [](const RecordPlace& place, Seq wanted) { return place.seq < wanted; }
    );
    if (record == file.records.end() || record->seq != seq) return Errc::not_found;
    const FileHandle handle{::open(file.path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!handle.is_open()) return last_error();
    std::vector<std::byte> bytes(record_head_bytes + record->length);
    const ssize_t got =
        pread(handle.get(), bytes.data(), bytes.size(), static_cast<off_t>(record->offset));
    if (got < 0) return last_error();
    bytes.resize(static_cast<std::size_t>(got));
    const auto payload = decode_record(bytes);
    if (!payload) return payload.error();
    bytes.erase(bytes.begin(), bytes.begin() + record_head_bytes);
    return bytes;
}

void SpoolDisk::remove(Seq first)
{
    // A segment is usually one file; after an fsync error it may be several.
    std::erase_if(files_, [&](const auto& entry) {
        const File& file = entry.second;
        const bool belongs = !file.records.empty() && file.records.front().segment == first;
        if (!belongs || (current_.is_open() && entry.first == current_first_)) return false;
        ::unlink(file.path.c_str());
        return true;
    });
}

} // namespace hallmonitor::agent
