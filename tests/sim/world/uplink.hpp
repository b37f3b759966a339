#pragma once
// The agent's connection in the world: tries, backs off, and keeps an UplinkSession fed, as
// agent/io/uplink_link does.

#include "agent/uplink/backoff.hpp"
#include "agent/uplink/session.hpp"
#include "tests/sim/world/endpoint.hpp"
#include "tests/sim/world/recording.hpp"
#include "tests/sim/world/spool.hpp"

#include <functional>
#include <memory>

namespace hallmonitor::world {

class Uplink {
public:
    /// Gives a connection that the collector has accepted; null: nobody is there, or the line is
    /// cut.
    using Dial = std::function<std::shared_ptr<Connection>()>;
    using Clock = std::function<ClockAnchor()>;
    /// All but `dial` and `clock` outlive it.
    Uplink(
        const Life& life,
        Spool& spool,
        Recording& recording,
        Dial dial,
        Clock clock,
        std::uint64_t boot,
        std::uint64_t seed
    );

    void start() { connect(); }
    [[nodiscard]] bool is_connected() const { return welcomed_ && endpoint_ != nullptr; }
    [[nodiscard]] const RangeSet& settled() const { return session_.settled(); }

    /// Told of each batch that goes out.
    std::function<void(Seq, const std::vector<std::byte>&)> on_send;

private:
    void connect();
    void begin(std::shared_ptr<Connection> connection);
    void ended();
    void take(const wire::Message& message);
    void take_welcome(const wire::Welcome& welcome);
    void pump();
    void take_read(
        const std::shared_ptr<Endpoint>& asked,
        const agent::UplinkSession::Next& batch,
        Result<std::vector<std::byte>> bytes
    );

    const Life& life_;
    Spool& spool_;
    Recording& recording_;
    Dial dial_;
    Clock clock_;
    std::uint64_t boot_;
    agent::Backoff backoff_;
    agent::UplinkSession session_;
    std::shared_ptr<Endpoint> endpoint_;
    bool reached_{false};
    bool welcomed_{false};
    bool fenced_{false};
    bool is_reading_{false};
};

} // namespace hallmonitor::world
