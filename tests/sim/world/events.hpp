#pragma once
// The world's time: what happens next, and nothing else. Two events of one moment come in the order
// in which they were planned, so one seed is one world.

#include "tests/sim/served.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hallmonitor::world {

using sim::Instant; // microseconds since the world began

class Events {
public:
    using Action = std::function<void()>;

    [[nodiscard]] Instant now() const { return now_; }
    void at(Instant when, Action action);
    void after(Instant wait, Action action) { at(now_ + wait, std::move(action)); }
    /// Lets everything happen until `end`, or until `is_over`.
    void run_until(Instant end, const std::function<bool()>& is_over);
    [[nodiscard]] std::uint64_t happened() const { return happened_; }

private:
    struct Entry {
        Instant when;
        std::uint64_t order;
        Action action;
        bool operator>(const Entry& other) const
        {
            return when != other.when ? when > other.when : order > other.order;
        }
    };
    std::vector<Entry> heap_;
    Instant now_{0};
    std::uint64_t order_{0};
    std::uint64_t happened_{0};
};

/// Something that may end between any two of its events: what it planned then never happens. An
/// action that throws Killed (world/disk.hpp) ends it, too.
class Life {
public:
    Life(Events& events, std::function<void()> on_killed)
        : events_(events), on_killed_(std::move(on_killed))
    {}

    void at(Instant when, Events::Action action) const;
    void after(Instant wait, Events::Action action) const
    {
        at(events_.now() + wait, std::move(action));
    }
    /// `action` for others to call: does nothing once this has ended.
    [[nodiscard]] Events::Action guard(Events::Action action) const;
    [[nodiscard]] Instant now() const { return events_.now(); }
    /// Expires with this.
    [[nodiscard]] std::weak_ptr<const void> token() const { return token_; }

private:
    Events& events_;
    std::function<void()> on_killed_; // outlives this
    std::shared_ptr<int> token_ = std::make_shared<int>(0);
};

} // namespace hallmonitor::world
