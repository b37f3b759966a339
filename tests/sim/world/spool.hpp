#pragma once
// The spool in the world: front and disk side as in agent/io/spool, with a thread for the disk that
// takes its time.

#include "agent/spool/spool_disk.hpp"
#include "agent/spool/spool_front.hpp"
#include "tests/sim/world/disk.hpp"
#include "tests/sim/world/events.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace hallmonitor::world {

/// How long a disk takes.
struct DiskPace {
    Instant call{200}; // a write, a read
    Instant sync{5'000};
};

class Spool {
public:
    struct Limits {
        agent::SpoolSizes sizes;
        Instant fsync_period{1'000'000};
    };
    /// `life`, `disk` and `pace` outlive it.
    Spool(const Life& life, SimDisk& disk, const DiskPace& pace, const Limits& limits);

    struct Opened {
        std::vector<std::vector<std::byte>> newest_segment;
        std::vector<std::string> damage;
    };
    /// Begins the epoch. `reuses_numbers`: see Mutations.
    [[nodiscard]] Result<Opened> open(Epoch epoch, bool reuses_numbers = false);

    [[nodiscard]] const agent::SpoolFront& front() const { return *front_; }
    [[nodiscard]] bool segment_is_full(bool is_worthwhile) const
    {
        return front_->segment_is_full(is_worthwhile);
    }
    void append(SealedBatch batch);
    void hurry();
    void acknowledge(const RangeSet& applied) { relieve(front_->acknowledge(applied)); }
    void abandon() { relieve(front_->abandon()); }
    void on_durable(std::function<void()> callback) { on_durable_ = std::move(callback); }
    void on_found(std::function<void()> callback) { on_found_ = std::move(callback); }
    using Read = std::function<void(Result<std::vector<std::byte>>)>;
    void read(Seq seq, Read done);

    /// Told of each batch appended, of durable() having grown, and of each segment that goes for
    /// want of room, by its first batch.
    std::function<void(const SealedBatch&)> on_append;
    std::function<void()> on_news;
    std::function<void(Seq)> on_drop;
    /// Of a segment of which something was left out.
    std::function<void(Seq)> on_thin;

private:
    void relieve(const agent::SpoolFront::Relief& relief);
    void drop(const agent::SpoolFront::Relief& relief);
    void post(Instant takes, Events::Action work);
    void disk_write(SealedBatch batch);
    void disk_sync();
    void disk_reread();
    void arm_timer();
    void report();

    const Life& life_;
    const DiskPace& pace_;
    Limits limits_;
    agent::SpoolDisk disk_;
    std::optional<agent::SpoolFront> front_;
    std::function<void()> on_durable_;
    std::function<void()> on_found_;
    std::size_t queued_bytes_{0};
    Instant disk_is_free_at_{0};
    bool timer_is_armed_{false};
};

} // namespace hallmonitor::world
