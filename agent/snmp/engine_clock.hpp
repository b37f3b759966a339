#pragma once
// What one device has proved of its engine's boots and time, RFC 3414 sections 2.2 and 3.2. Kept by
// device, never by engine id: cloned switches share an id and have clocks of their own. It runs on
// the monotonic clock, so a step of this machine's wall clock changes nothing.
//
// Only authentic stamps move it, of messages that answer a request of ours (their message id was
// random and is covered by the digest, so they are no replays). Backwards it moves only when three
// such messages in a row say the same: that is how a device comes back that keeps no count of its
// boots, or starts it anew.

#include "common/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hallmonitor::agent {

struct EngineStamp {
    std::int32_t boots{0};
    std::int32_t time{0}; // seconds since the engine last booted
    bool operator==(const EngineStamp&) const = default;
};

class EngineClock {
public:
    /// RFC 3414 section 2.2.3.
    static constexpr std::chrono::seconds window{150};
    static constexpr unsigned proofs_to_set_back = 3;
    /// Boots that stand here never move again: the engine needs a new id (RFC 3414 section 2.2.2).
    static constexpr std::int32_t latched_boots = 2'147'483'647;

    /// For a request now; zeros while nothing is known, which makes the device tell its stamp
    /// (RFC 3414 section 4).
    [[nodiscard]] EngineStamp stamp(MonoTime now) const;

    enum class Judgement : std::uint8_t {
        timely,
        restarted, // timely, and of a later boot than known
        behind,    // before the time window: not to be believed yet
        set_back,  // timely, since it was said often enough
        latched,   // never to be believed
    };
    /// Takes the stamp of an authentic message.
    Judgement take(EngineStamp authentic, MonoTime now);

    /// An unauthenticated report says that our stamps are wrong: requests carry this one instead,
    /// until an authentic message says what is true. Nothing is believed for it.
    void hint(EngineStamp claimed, MonoTime now);

    /// The device has fallen silent: let it tell its stamp again. What is known of it still counts.
    void doubt();

    [[nodiscard]] bool is_known() const { return known_.has_value(); }
    [[nodiscard]] std::int32_t boots() const { return known_ ? known_->stamp.boots : 0; }

private:
    struct Reading {
        EngineStamp stamp;
        MonoTime at;
        [[nodiscard]] std::int64_t time(MonoTime now) const; // seconds, run on since then
    };

    [[nodiscard]] bool is_behind(EngineStamp stamp, MonoTime now) const;
    bool proves_set_back(EngineStamp stamp);

    std::optional<Reading> known_;
    std::optional<Reading> hint_;
    bool doubted_{false};
    EngineStamp behind_; // as last said
    unsigned proofs_{0};
};

} // namespace hallmonitor::agent
