#pragma once
// The SNMPv3 engine of one simulated device (RFC 3412, RFC 3414), written apart from agent/snmp on
// purpose: takes messages apart, reports what is wrong with them, and wraps replies.

#include "tests/sim/usm_user.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace hallmonitor::sim {

/// RFC 3411, SnmpEngineID: an enterprise's (32473 is for examples), then octets of its own.
Bytes engine_id_of(std::uint32_t device);

/// snmpEngineBoots and snmpEngineTime.
struct EngineTime {
    std::uint32_t boots{1};
    std::uint32_t seconds{0};
    bool operator==(const EngineTime&) const = default;
};

/// What an engine does wrong with one message.
struct UsmMisdeeds {
    std::optional<std::uint32_t> boots;        // that it claims, whatever restarts
    std::optional<std::uint32_t> message_size; // msgMaxSize that it claims
    bool denies_engine{false};                 // no engine id is its own
    bool has_new_engine{false};                // tells another engine id each time
    bool denies_time{false};                   // no time is within the window
    bool jumps{false};                         // boots and time are noise
    bool signs_wrong{false};                   // digests are wrong
    bool signs_nothing{false};                 // messages are neither authentic nor encrypted
    bool replays{false};                       // an earlier reply in the place of this one
};

class UsmEngine {
public:
    struct Counts {
        std::uint64_t discoveries{0}; // messages without an engine id
        std::uint64_t reports{0};
        std::uint64_t answers{0};
        std::uint64_t replayed{0};
    };

    /// `users` outlive the engine.
    UsmEngine(const std::deque<UsmUser>& users, Bytes engine_id, std::uint64_t seed);

    enum class Outcome : std::uint8_t { ignored, reported, opened };
    /// Takes a message of version 3. When it is good, `request` is filled; its views hold until the
    /// next call.
    Outcome open(ByteView datagram, EngineTime now, const UsmMisdeeds& misdeeds, Request& request);
    /// The report that takes the place of a reply.
    [[nodiscard]] const Bytes& report() const { return report_; }
    /// What the last message's sender takes at most, msgMaxSize.
    [[nodiscard]] std::size_t takes() const { return takes_; }

    /// Octets that a message has more than one of version 2c, at most.
    static constexpr std::size_t overhead = 220;
    /// The answer to the last message out of a reply of version 2c.
    [[nodiscard]] Bytes seal(ByteView reply, const UsmMisdeeds& misdeeds);
    /// Where in such a message its id ends.
    [[nodiscard]] static std::size_t id_end(ByteView message);

    [[nodiscard]] const Bytes& engine_id() const { return engine_id_; }
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    /// Of the message at hand.
    struct Incoming {
        std::int32_t id{0};
        bool has_digest{false};
        bool is_encrypted{false};
        bool wants_report{false};
        ByteView engine_id;
        std::int32_t boots{0};
        std::int32_t seconds{0};
        ByteView user;
        ByteView digest;
        ByteView salt;
        Bytes scoped_pdu; // plain once opened
        Bytes context;
        std::int32_t request_id{0}; // where it can be known
    };

    bool parse(ByteView datagram);
    /// The number of the usmStats counter that refuses the message; 0: it is good.
    [[nodiscard]] unsigned judge(ByteView datagram, const UsmMisdeeds& misdeeds);
    [[nodiscard]] bool is_timely() const;
    bool decrypt();
    void make_report(unsigned counter, const UsmMisdeeds& misdeeds);
    [[nodiscard]] Bytes wrap(
        const Bytes& scoped_pdu, bool has_digest, bool is_encrypted, const UsmMisdeeds& misdeeds
    );
    std::uint32_t random();

    std::vector<UserKeys> users_;
    Bytes engine_id_;
    std::uint64_t random_;
    EngineTime now_;
    Incoming in_;
    const UserKeys* user_{nullptr}; // of the message at hand
    std::size_t takes_{0};
    Bytes report_;
    Bytes earlier_; // a reply sent before
    Counts counts_;
};

} // namespace hallmonitor::sim
