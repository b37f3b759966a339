#include "agent/spool/spool_disk.hpp"

#include "agent/spool/thinning.hpp"
#include "common/check.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr unsigned syncs_a_reread = 10; // with the usual period: seconds

} // namespace

Result<SpoolDisk::Found> SpoolDisk::open(std::string& problem)
{
    if (auto locked = disk_.lock(problem); !locked) return locked.error();
    auto scan = scan_folder(disk_, problem);
    if (!scan) return scan.error();
    Found found{
        .next = scan->next,
        .files = {},
        .newest_segment = {},
        .damage = std::move(scan->damage),
    };
    unread_ = std::move(scan->unread);
    take(std::move(scan->files), found);
    if (!files_.empty()) durable_ = files_.rbegin()->second.index.last();
    found.newest_segment = read_newest_segment();
    return found;
}

SpoolDisk::Found SpoolDisk::reread()
{
    Found found;
    if (unread_.empty() || ++syncs_ % syncs_a_reread != 0) return found;
    std::string problem;
    auto scan = scan_files(disk_, unread_, problem);
    if (!scan || scan->unread.size() == unread_.size()) return found;
    unread_ = std::move(scan->unread);
    found.damage = std::move(scan->damage);
    take(std::move(scan->files), found);
    return found;
}

void SpoolDisk::take(std::vector<SpoolFile> files, Found& found)
{
    for (SpoolFile& file : files) {
        const Seq first = file.index.first();
        // What was written anew to the next file after a failed fsync no longer counts in this one.
        const auto after = files_.upper_bound(first);
        if (after != files_.end()) file.index.cut(after->first);
        found.files.push_back({
            .last = {.epoch = file.epoch, .seq = file.index.last(), .segment = file.segment},
            .bytes = file.bytes,
            .was_sent = file.was_sent,
        });
        files_.emplace(first, std::move(file));
    }
}

// Whole or nothing: from the middle of a segment a reading could be counted twice.
std::vector<std::vector<std::byte>> SpoolDisk::read_newest_segment() const
{
    std::vector<std::vector<std::byte>> batches;
    if (files_.empty()) return batches;
    const Seq last = files_.rbegin()->second.index.last();
    for (Seq seq = files_.rbegin()->second.segment; seq <= last; seq = next(seq)) {
        auto batch = read(seq);
        if (!batch) return {};
        batches.push_back(std::move(*batch));
    }
    return batches;
}

void SpoolDisk::write(SealedBatch batch)
{
    if (given_up_ == batch.id.segment) {
        ++trouble_.lost;
        return;
    }
    pending_bytes_ += batch.bytes.size();
    pending_.push_back(std::move(batch));
    advance();
    if (pending_bytes_ > most_pending_bytes / 2) static_cast<void>(sync_current());
    bound_memory();
}

void SpoolDisk::advance()
{
    while (written_ < pending_.size())
        if (!write_next()) return;
}

bool SpoolDisk::write_next()
{
    // Stays where it is in memory when those before it become durable and go.
    const SealedBatch* const batch = &pending_[written_];
    const bool opens = batch->id.seq == batch->id.segment;
    const bool is_full = current_ != nullptr &&
                         files_.at(current_first_).bytes > most_file_bytes - limits::frame_bytes;
    if (opens || is_full || current_ == nullptr) {
        if (!sync_current() || !begin_file(batch->id)) return false;
    }
    if (!append(*batch)) return false;
    ++written_;
    return true;
}

bool SpoolDisk::begin_file(const BatchId& batch)
{
    const std::string name = spool_file_name(batch.seq);
    auto fresh = disk_.open(name, Disk::Mode::create);
    if (!fresh) {
        fail("create", name, fresh.error());
        return false;
    }
    const auto head = encode_segment_head({.epoch = batch.epoch, .first = batch.seq});
    if (const auto written = (*fresh)->write(0, head, {}); !written) {
        fail("write", name, written.error());
        static_cast<void>(disk_.unlink(name));
        return false;
    }
    current_ = std::move(*fresh);
    current_first_ = batch.seq;
    durable_bytes_ = 0;
    folder_is_durable_ = false;
    files_[batch.seq] = {
        .name = name,
        .epoch = batch.epoch,
        .segment = batch.segment,
        .bytes = head.size(),
        .index = {},
    };
    return true;
}

bool SpoolDisk::append(const SealedBatch& batch)
{
    SpoolFile& file = files_.at(current_first_);
    const auto head = encode_record_head(batch.bytes);
    if (const auto written = current_->write(file.bytes, head, batch.bytes); !written) {
        fail("write", file.name, written.error());
        // A part that stays is a torn tail, written over by the next try.
        static_cast<void>(current_->truncate(file.bytes));
        return false;
    }
    file.index.add(batch.id.seq, file.bytes);
    file.bytes += head.size() + batch.bytes.size();
    return true;
}

void SpoolDisk::sync()
{
    advance();
    const bool synced = sync_current();
    if (synced && pending_.empty()) trouble_.text.clear();
}

bool SpoolDisk::sync_current()
{
    if (written_ == 0) return true;
    const SpoolFile& file = files_.at(current_first_);
    const auto synced = current_->sync();
    const auto named = synced && !folder_is_durable_ ? disk_.sync_names() : Result<void>{};
    if (!synced || !named) {
        fail("fsync", synced ? "" : file.name, synced ? named.error() : synced.error());
        abandon_current();
        return false;
    }
    folder_is_durable_ = true;
    durable_bytes_ = file.bytes;
    durable_ = pending_[written_ - 1].id.seq;
    for (; written_ > 0; --written_) {
        pending_bytes_ -= pending_.front().bytes.size();
        pending_.pop_front();
    }
    return true;
}

// The file keeps what was durable; the rest waits for another file.
void SpoolDisk::abandon_current()
{
    SpoolFile& old = files_.at(current_first_);
    old.index.cut(pending_.front().id.seq);
    old.bytes = durable_bytes_;
    if (old.index.empty()) {
        static_cast<void>(disk_.unlink(old.name));
        files_.erase(current_first_);
    } else {
        // Where this fails too, a later start sees that the next file has the same batches.
        static_cast<void>(current_->truncate(durable_bytes_));
    }
    current_.reset();
    written_ = 0;
}

void SpoolDisk::bound_memory()
{
    while (pending_bytes_ > most_pending_bytes && written_ < pending_.size()) {
        given_up_ = pending_[written_].id.segment;
        while (written_ < pending_.size() && pending_[written_].id.segment == given_up_) {
            drop_pending(written_);
            ++trouble_.lost;
        }
    }
}

void SpoolDisk::drop_pending(std::size_t place)
{
    pending_bytes_ -= pending_[place].bytes.size();
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(place));
    if (place < written_) --written_;
}

void SpoolDisk::fail(
    const std::string& what, const std::string& name, const boost::system::error_code& error
)
{
    ++trouble_.failed;
    if (error.value() == ENOSPC || error.value() == EDQUOT) ++trouble_.disk_full;
    const std::string path = disk_.path() + (name.empty() ? "" : "/" + name);
    trouble_.text = "cannot " + what + " " + path + ": " + error.message();
}

Result<std::vector<std::byte>> SpoolDisk::read(Seq seq) const
{
    const auto after = files_.upper_bound(seq);
    if (after == files_.begin()) return Errc::not_found;
    const SpoolFile& file = std::prev(after)->second;
    const auto offset = file.index.find(seq);
    if (!offset) return Errc::not_found;
    const auto opened = disk_.open(file.name, Disk::Mode::read);
    if (!opened) return opened.error();
    const DiskFile& stored = **opened;
    const auto head = stored.read(*offset, record_head_bytes);
    if (!head) return head.error();
    const auto length = decode_record_length(*head);
    if (!length) return length.error();
    auto record = stored.read(*offset, record_head_bytes + *length);
    if (!record) return record.error();
    const auto payload = decode_record(*record);
    if (!payload) return payload.error();
    record->erase(record->begin(), record->begin() + record_head_bytes);
    return record;
}

Result<std::vector<std::byte>> SpoolDisk::read_to_send(Seq seq)
{
    auto bytes = read(seq);
    if (!bytes) return bytes;
    const SpoolFile& file = std::prev(files_.upper_bound(seq))->second;
    if (!file.was_sent) mark_sent(file.segment);
    return bytes;
}

// By its name, before the first octet leaves. Where the disk refuses, this life knows at least.
void SpoolDisk::mark_sent(Seq segment)
{
    bool has_renamed = false;
    for (auto& [first, file] : files_) {
        if (file.segment != segment || std::exchange(file.was_sent, true)) continue;
        if (!disk_.rename(file.name, sent_file_name(first))) continue;
        file.name = sent_file_name(first);
        has_renamed = true;
    }
    if (has_renamed) static_cast<void>(disk_.sync_names());
}

Result<SpoolDisk::Rewritten> SpoolDisk::thin(Seq first, std::chrono::milliseconds spacing)
{
    const auto found = files_.find(first);
    const bool is_open = current_ && files_.at(current_first_).segment == first;
    // What cannot be read now may be the rest of it.
    if (found == files_.end() || is_open || !unread_.empty()) return Errc::not_found;
    SpoolFile& file = found->second;
    if (file.was_sent) return Errc::refused;
    const auto behind = std::next(found);
    if (behind != files_.end() && behind->second.segment == first) return Errc::not_found;

    std::vector<std::vector<std::byte>> segment;
    for (Seq seq = first; seq <= file.index.last(); seq = next(seq)) {
        auto batch = read(seq);
        if (!batch) return batch.error();
        segment.push_back(std::move(*batch));
    }
    const auto thinned = agent::thin(segment, spacing);
    if (!thinned) return thinned.error();
    auto fresh = write_anew(file, thinned->batches);
    if (!fresh) return fresh.error();
    file = std::move(*fresh);
    return Rewritten{.bytes = file.bytes, .left_out = thinned->left_out};
}

Result<SpoolFile> SpoolDisk::write_anew(
    const SpoolFile& old, const std::vector<SealedBatch>& batches
)
{
    const Seq first = old.index.first();
    const std::string name = unfinished_file_name(first);
    SpoolFile fresh{.name = old.name, .epoch = old.epoch, .segment = old.segment, .index = {}};
    const auto write = [&]() -> Result<void> {
        const auto file = disk_.open(name, Disk::Mode::create);
        if (!file) return file.error();
        const auto head = encode_segment_head({.epoch = old.epoch, .first = first});
        if (const auto written = (*file)->write(0, head, {}); !written) return written;
        fresh.bytes = head.size();
        for (const SealedBatch& batch : batches) {
            const auto record = encode_record_head(batch.bytes);
            const auto written = (*file)->write(fresh.bytes, record, batch.bytes);
            if (!written) return written;
            fresh.index.add(batch.id.seq, fresh.bytes);
            fresh.bytes += record.size() + batch.bytes.size();
        }
        if (const auto synced = (*file)->sync(); !synced) return synced;
        return disk_.rename(name, old.name);
    };
    if (const auto done = write(); !done) {
        static_cast<void>(disk_.unlink(name));
        return done.error();
    }
    static_cast<void>(disk_.sync_names()); // until then a power cut leaves the old one
    return fresh;
}

bool SpoolDisk::may_go_on(Seq segment) const
{
    const auto behind = std::find_if(files_.begin(), files_.end(), [&](const auto& entry) {
        return entry.second.segment > segment;
    });
    return std::any_of(unread_.begin(), unread_.end(), [&](const std::string& name) {
        const Seq first = first_of(name).value();
        return first > segment && (behind == files_.end() || first < behind->first);
    });
}

void SpoolDisk::remove(Seq first)
{
    ++trouble_.removals;
    if (may_go_on(first)) return;
    if (current_ && files_.at(current_first_).segment == first) current_.reset();
    while (!pending_.empty() && pending_.front().id.segment == first)
        drop_pending(0);
    std::erase_if(files_, [&](const auto& entry) {
        const SpoolFile& file = entry.second;
        if (file.segment != first) return false;
        if (const auto gone = disk_.unlink(file.name); !gone)
            fail("unlink", file.name, gone.error());
        return true;
    });
    advance();
}

} // namespace hallmonitor::agent
