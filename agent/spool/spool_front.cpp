#include "agent/spool/spool_front.hpp"

#include "agent/spool/record.hpp"
#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

constexpr std::uint64_t small_segment_bytes = std::uint64_t{256} << 10;
// Reports of a full disk before room is made: some ten seconds, five commits of the collector.
constexpr unsigned patience = 20;

} // namespace

SpoolFront::SpoolFront(Epoch epoch, const SpoolSizes& sizes, const SpoolDisk::Found& found)
    : epoch_(epoch), sizes_(sizes), journal_(sizes.max_bytes), next_(found.next)
{
    for (const SpoolDisk::Found::File& file : found.files) {
        journal_.add(file.last, file.bytes);
        if (file.was_sent) journal_.mark_sent(file.last.seq);
        durable_ = file.last.seq;
    }
}

std::vector<wire::OlderEpoch> SpoolFront::older_epochs() const
{
    std::vector<wire::OlderEpoch> older;
    for (const SegmentInfo& segment : journal_.segments()) {
        if (segment.epoch == epoch_) continue;
        if (older.empty() || older.back().epoch != segment.epoch)
            older.push_back({.epoch = segment.epoch, .last = {}});
        older.back().last = segment.last;
    }
    return older;
}

SpoolFront::Relief SpoolFront::trim()
{
    Journal::Excess excess = journal_.take_excess();
    Relief relief = removing(std::move(excess.remove));
    relief.thin = excess.thin;
    return relief;
}

SpoolFront::Relief SpoolFront::take_found(const SpoolDisk::Found& found)
{
    for (const SpoolDisk::Found::File& file : found.files) {
        journal_.insert(file.last, file.bytes);
        if (file.was_sent) journal_.mark_sent(file.last.seq);
    }
    return trim();
}

SpoolFront::Relief SpoolFront::take_thinned(const Result<SpoolDisk::Rewritten>& done)
{
    journal_.thinned(done ? std::optional{done->bytes} : std::nullopt);
    if (done) thinned_ += done->left_out;
    return trim();
}

SpoolFront::Relief SpoolFront::removing(std::vector<Seq> firsts)
{
    removals_ += firsts.size();
    return {.remove = std::move(firsts), .thin = {}};
}

// A disk that hangs must not fill the memory. What is lost takes the rest of its segment along.
bool SpoolFront::has_room_for(const SealedBatch& batch, std::size_t queued)
{
    const bool is_full = queued + batch.bytes.size() > SpoolDisk::most_pending_bytes;
    if (!is_full && given_up_ != batch.id.segment) return true;
    given_up_ = batch.id.segment;
    journal_.count_dropped(Loss::disk_slow, 1);
    return false;
}

SpoolFront::Orders SpoolFront::append(const SealedBatch& batch, std::size_t queued)
{
    INVARIANT(batch.id.seq == next_ && batch.id.epoch == epoch_);
    next_ = next(next_);
    journal_.add(batch.id, record_head_bytes + batch.bytes.size());
    if (!has_room_for(batch, queued)) return {};
    return {.relief = trim(), .write = true};
}

SpoolFront::News SpoolFront::take_report(Seq durable, const SpoolDisk::Trouble& trouble)
{
    journal_.count_dropped(Loss::disk_slow, trouble.lost - trouble_.lost);
    const bool is_full = trouble.disk_full > trouble_.disk_full;
    refusals_ = trouble.text.empty() ? 0 : refusals_ + (is_full ? 1 : 0);
    trouble_ = trouble;
    News news;
    // What is being acknowledged is lost to nobody in a moment, and somebody may tidy up: so not at
    // once. Then one segment at a time, and no other before the disk has tried again with the room
    // that it got.
    const bool makes_room = is_full && refusals_ > patience && trouble.removals == removals_;
    if (makes_room) news.relief = removing(journal_.take_oldest());
    news.is_durable = durable > durable_;
    durable_ = std::max(durable, durable_);
    return news;
}

bool SpoolFront::segment_is_full(bool is_worthwhile) const
{
    const std::uint64_t bytes = journal_.newest_bytes();
    const std::uint64_t most = std::max(sizes_.segment_bytes, sizes_.max_bytes / 8);
    if (bytes >= (is_worthwhile ? sizes_.segment_bytes : most)) return true;
    const std::vector<SegmentInfo> segments = journal_.segments();
    if (segments.empty()) return false;
    const SegmentInfo& newest = segments.back();
    if (given_up_ == newest.first) return true;
    if (trouble_.text.empty()) return false;
    // While the disk refuses, segments are what is dropped: small ones, and never the only one.
    const bool is_alone = segments.size() == 1 && newest.first <= durable_;
    return bytes >= small_segment_bytes || is_alone;
}

SpoolStatus SpoolFront::status() const
{
    return {
        .bytes = journal_.bytes(),
        .segments = journal_.segments().size(),
        .dropped = journal_.dropped(),
        .thinned_readings = thinned_,
        .failed_writes = trouble_.failed,
        .last_problem = trouble_.text,
    };
}

} // namespace hallmonitor::agent
