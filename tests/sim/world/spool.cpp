#include "tests/sim/world/spool.hpp"

#include "agent/spool/thinning.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::world {

Spool::Spool(const Life& life, SimDisk& disk, const DiskPace& pace, const Limits& limits)
    : life_(life), pace_(pace), limits_(limits), disk_(disk)
{}

Result<Spool::Opened> Spool::open(Epoch epoch, bool reuses_numbers)
{
    std::string problem;
    auto found = disk_.open(problem);
    if (!found) return found.error();
    if (reuses_numbers && !found->files.empty()) found->next = found->files.back().last.seq;
    front_.emplace(epoch, limits_.sizes, *found);
    drop(front_->trim());
    return Opened{
        .newest_segment = std::move(found->newest_segment), .damage = std::move(found->damage)};
}

void Spool::append(SealedBatch batch)
{
    if (on_append) on_append(batch);
    const auto orders = front_->append(batch, queued_bytes_);
    drop(orders.relief);
    if (!orders.write) return;
    queued_bytes_ += batch.bytes.size();
    post(pace_.call, [this, moved = std::move(batch)] { disk_write(moved); });
}

void Spool::hurry()
{
    post(pace_.sync, [this] {
        if (disk_.has_pending()) disk_sync();
    });
}

void Spool::relieve(const agent::SpoolFront::Relief& relief)
{
    for (const Seq first : relief.remove)
        post(pace_.call, [this, first] {
            disk_.remove(first);
            report();
        });
    if (!relief.thin) return;
    post(pace_.call, [this, order = *relief.thin] {
        auto done = disk_.thin(order.segment, agent::spacing_of(order.to));
        if (done && on_thin) on_thin(order.segment);
        life_.after(Instant{0}, [this, done] { drop(front_->take_thinned(done)); });
    });
}

void Spool::drop(const agent::SpoolFront::Relief& relief)
{
    for (const Seq first : relief.remove)
        if (on_drop) on_drop(first);
    relieve(relief);
}

void Spool::read(Seq seq, Read done)
{
    front_->mark_sent(seq);
    post(pace_.call, [this, seq, done = std::move(done)] {
        auto bytes = std::make_shared<Result<std::vector<std::byte>>>(disk_.read_to_send(seq));
        life_.after(Instant{0}, [done, bytes] { done(std::move(*bytes)); });
    });
}

// One piece of work after the other.
void Spool::post(Instant takes, Events::Action work)
{
    disk_is_free_at_ = std::max(disk_is_free_at_, life_.now()) + takes;
    life_.at(disk_is_free_at_, std::move(work));
}

void Spool::disk_write(SealedBatch batch)
{
    queued_bytes_ -= batch.bytes.size();
    disk_.write(std::move(batch));
    if (!disk_.trouble().text.empty()) report();
    arm_timer();
}

void Spool::arm_timer()
{
    if (std::exchange(timer_is_armed_, true)) return;
    life_.after(limits_.fsync_period, [this] {
        timer_is_armed_ = false;
        post(pace_.sync, [this] { disk_sync(); });
    });
}

void Spool::disk_sync()
{
    disk_.sync();
    report();
    disk_reread();
    if (disk_.has_pending()) arm_timer();
}

void Spool::disk_reread()
{
    auto found = disk_.reread();
    if (found.files.empty() && found.damage.empty()) return;
    life_.after(Instant{0}, [this, found = std::move(found)] {
        drop(front_->take_found(found));
        if (on_found_) on_found_();
    });
}

void Spool::report()
{
    life_.after(Instant{0}, [this, durable = disk_.durable(), trouble = disk_.trouble()] {
        const auto news = front_->take_report(durable, trouble);
        drop(news.relief);
        if (!news.is_durable) return;
        if (on_news) on_news();
        if (on_durable_) on_durable_();
    });
}

} // namespace hallmonitor::world
