#pragma once
// Requests that wait for the receiver, in memory and within a limit: two lanes, each in its order
// and with at most one request under way, so that a series' samples arrive as they were read and
// the present never waits behind the past.

#include "collector/remote/answer.hpp"
#include "collector/remote/write_request.hpp"
#include "common/model/ids.hpp"
#include "common/time.hpp"
#include "common/wire/messages.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace hallmonitor::collector::remote {

/// A batch of an agent.
struct BatchName {
    AgentId agent;
    Epoch epoch;
    Seq seq;
    bool operator==(const BatchName&) const = default;
};

struct Parcel {
    RequestBody body;
    WallTime since;                   // when the first of it came from its agent
    std::vector<BatchName> completes; // batches whose last samples it holds
    unsigned cuts{0};                 // how often it was halved
};

class Outbox {
public:
    /// Pieces of a request that is refused: one bad sample costs a thirty-second of it at most.
    static constexpr unsigned most_cuts = 5;
    static constexpr std::chrono::milliseconds first_wait{250};
    static constexpr std::chrono::milliseconds longest_wait{10'000};

    /// `most_bytes`: of all that waits. Beyond it the oldest go, history first.
    explicit Outbox(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    void push(wire::Lane lane, Parcel parcel);

    /// The request to send now; null when there is none, one is under way, or the receiver is given
    /// time. It stands until answered().
    [[nodiscard]] const RequestBody* next(wire::Lane lane, MonoTime now);
    /// When to ask next() again of a lane whose receiver is given time; empty: it is not.
    [[nodiscard]] std::optional<MonoTime> wait_until(wire::Lane lane) const;

    /// What became of the lane's request. Gives the batches that are done with: every sample of
    /// them was taken, or refused for ever.
    std::vector<BatchName> answered(wire::Lane lane, const Answer& answer, MonoTime now);

    [[nodiscard]] bool empty() const;
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    /// `since` of the oldest that waits or is under way.
    [[nodiscard]] std::optional<WallTime> oldest() const;

    struct Counts {
        std::uint64_t samples{0};  // taken by the receiver
        std::uint64_t bytes{0};    // of these, compressed
        std::uint64_t failures{0}; // requests to be sent again
        std::uint64_t refused{0};  // samples that it will never take
        std::uint64_t dropped{0};  // samples that had no room
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    struct Line {
        std::deque<Parcel> waiting; // oldest first
        std::optional<Parcel> under_way;
        std::optional<MonoTime> wait_until;
        std::chrono::milliseconds wait{first_wait};
    };

    Line& line(wire::Lane lane) { return lines_[lane == wire::Lane::live ? 0 : 1]; }
    [[nodiscard]] const Line& line(wire::Lane lane) const
    {
        return lines_[lane == wire::Lane::live ? 0 : 1];
    }
    void make_room();
    void put_back(Line& line, Parcel parcel);
    bool cut(Line& line, Parcel& parcel);

    std::size_t most_bytes_;
    std::size_t bytes_{0};
    std::array<Line, 2> lines_;
    Counts counts_;
};

} // namespace hallmonitor::collector::remote
