#pragma once
// The line between a school and the collector, and what TCP makes of it: whole frames, in order,
// late, or never. A cut line loses nothing by itself: what is under way arrives when it is back,
// unless somebody has given the connection up. Who is gone without a word leaves the other side
// with half a connection.

#include "tests/sim/world/events.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hallmonitor::world {

class Line;

enum class Side : std::uint8_t { agent, collector };

/// One connection over a line. What happens at an end is told to whoever listens there.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    struct Listener {
        std::function<void(const std::string& frame)> frame;
        std::function<void()> closed; // by the other side, or by the line
        std::function<void()> drained;
    };

    Connection(Events& events, Line& line) : events_(events), line_(line) {}

    /// What has come so far waits for it.
    void listen(Side side, Listener listener);
    /// Queues a frame; after close() nothing happens.
    void send(Side side, std::string frame);
    /// What was sent and is not on its way yet.
    [[nodiscard]] std::size_t queued_bytes(Side side) const { return end(side).queued_bytes; }
    /// Nothing is taken from it while it is paused.
    void pause(Side side, bool is_paused);
    /// What is on its way still arrives, then the other side is told.
    void close(Side side);
    /// The machine is gone: what it sent is lost, and the other side hears nothing.
    void vanish(Side side);
    /// Both sides are told at once; what is on its way is lost.
    void reset();
    [[nodiscard]] bool is_open(Side side) const { return end(side).is_open; }
    /// The line may carry again.
    void resume();

private:
    struct End {
        Listener listener;
        bool is_open{true};
        bool is_paused{true};
        // Towards the other end.
        std::deque<std::string> queue; // not yet in the kernel
        std::size_t queued_bytes{0};
        std::deque<std::string> wire;
        std::size_t wire_bytes{0};
        std::size_t under_way{0}; // arrivals that are planned
        bool is_finished{false};
        Instant last_arrival{0};
    };
    [[nodiscard]] End& end(Side side) { return ends_.at(static_cast<std::size_t>(side)); }
    [[nodiscard]] const End& end(Side side) const
    {
        return ends_.at(static_cast<std::size_t>(side));
    }
    void move(Side from);
    void arrive(Side from);

    Events& events_;
    Line& line_;
    std::array<End, 2> ends_;
};

class Line {
public:
    static constexpr Instant usual_latency{20'000};

    Line(Events& events, std::uint64_t bytes_per_second, std::uint64_t seed)
        : events_(events), speed_(bytes_per_second), seed_(seed)
    {}

    [[nodiscard]] std::shared_ptr<Connection> connect();
    /// Nothing gets through; connections do not notice by themselves.
    void set_cut(bool is_cut);
    /// Frames towards `to` vanish on the way from now on (the other direction goes on).
    void set_deaf(Side to, bool is_deaf);
    void set_latency(Instant latency) { latency_ = latency; }
    /// Each connection there is ends with an error at both ends.
    void reset_all();
    /// The machine at this end is gone.
    void vanish_all(Side side);

    [[nodiscard]] bool is_cut() const { return is_cut_; }
    [[nodiscard]] bool carries(Side from) const
    {
        return !is_cut_ && !is_deaf_.at(from == Side::agent ? 1 : 0);
    }
    [[nodiscard]] Instant latency() const { return latency_; }
    [[nodiscard]] Instant time_for(std::size_t bytes) const
    {
        return Instant{static_cast<std::int64_t>(bytes * 1'000'000 / speed_)};
    }

private:
    void resume_all();
    std::vector<std::shared_ptr<Connection>> connections();

    Events& events_;
    Instant latency_{usual_latency};
    std::uint64_t speed_;
    std::uint64_t seed_;
    std::uint64_t resumed_{0};
    bool is_cut_{false};
    std::array<bool, 2> is_deaf_{}; // towards the agent, towards the collector
    std::vector<std::weak_ptr<Connection>> connections_;
};

} // namespace hallmonitor::world
