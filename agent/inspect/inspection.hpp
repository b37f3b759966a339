#pragma once
// Polls one device once, as the agent would (through Engine and DevicePoll), and asks in other ways
// as well when no answer comes in time: with much more time, and in the other version of SNMP where
// there is a community.
// Pings meanwhile, so that a dead device is told from one that refuses SNMP. Sans-I/O, as Engine
// is.
//
// Ends as soon as the first way was answered and has ended. Otherwise when the others have ended;
// where nothing can come back, waiting for them is needless.

#include "agent/inspect/evidence.hpp"
#include "agent/poll/engine.hpp"
#include "common/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace hallmonitor::agent {

class Inspection {
public:
    /// However slow the device is, the inspection ends by then.
    static constexpr std::chrono::seconds longest{60};
    /// For one answer, when asked patiently.
    static constexpr std::chrono::seconds patience{8};

    /// `asked`: target, address, own_address and ping as known before; `snmp`: how the agent asks.
    /// `catalogue`: what devices are read for beside interfaces; null: nothing.
    Inspection(
        Evidence asked,
        SnmpSettings snmp,
        std::uint64_t seed,
        std::shared_ptr<const Catalogue> catalogue = nullptr
    );

    void start(MonoTime now);
    void tick(MonoTime now);
    void feed(PeerAddress from, std::span<const std::byte> datagram, MonoTime now);
    /// An ICMP port unreachable came back from there.
    void refused(PeerAddress peer);

    /// Sequence number of a ping to send now.
    [[nodiscard]] std::optional<std::uint32_t> ping_due(MonoTime now);
    void ping_answered(std::uint32_t sequence, MonoTime now);

    /// For its datagrams to send.
    [[nodiscard]] Engine& engine() { return engine_; }
    [[nodiscard]] bool is_over(MonoTime now) const;
    /// What was found; its polls live as long as this object.
    [[nodiscard]] Evidence& evidence() { return evidence_; }

private:
    static constexpr std::uint32_t most_pings = 8;

    void begin(std::uint32_t number, const SnmpSettings& snmp, MonoTime now);
    void collect();
    [[nodiscard]] Attempt& attempt(std::uint32_t number);

    Evidence evidence_;
    SnmpSettings snmp_;
    Engine engine_;
    MonoTime began_;
    bool asks_otherwise_{false};
    std::uint32_t pings_{0};
    std::array<MonoTime, most_pings> pinged_at_{};
};

} // namespace hallmonitor::agent
