#pragma once
// All devices of an agent at once: starts cycles when they are due, sends what each has to ask
// (DevicePoll says how much at once), gives every attempt a deadline and a request id of its own,
// and hands replies to whom they belong. Sans-I/O: datagrams and times in, datagrams and outcomes
// out.

#include "agent/config.hpp"
#include "agent/poll/deadlines.hpp"
#include "agent/poll/device_poll.hpp"
#include "agent/poll/plan.hpp"
#include "agent/poll/quarantine.hpp"
#include "agent/poll/strays.hpp"
#include "agent/poll/turns.hpp"
#include "agent/snmp/peer.hpp"
#include "agent/snmp/request_table.hpp"
#include "agent/snmp/usm.hpp"
#include "common/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace hallmonitor::agent {

/// A datagram to send; its bytes stand in Engine's buffer until the next tick or feed.
struct Outgoing {
    PeerAddress to;
    std::size_t offset{0};
    std::size_t size{0};
};

class Engine {
public:
    explicit Engine(std::uint64_t seed);

    /// From now on devices that are added are read for what their profiles name, too.
    void use(std::shared_ptr<const Catalogue> catalogue) { catalogue_ = std::move(catalogue); }

    /// Device `number` (the caller's, small and dense) is polled at `address` from now on.
    void add(std::uint32_t number, const DeviceConfig& device, PeerAddress address, MonoTime now);

    /// See DevicePoll; call behind add().
    void restore(std::uint32_t number, const Learnt& learnt)
    {
        devices_.at(number).poll->restore(learnt);
    }

    /// The device's address has changed (its host name resolves to another one).
    void move(std::uint32_t number, PeerAddress address);

    /// Liveness says so; a device that is down is asked without retries.
    void set_down(std::uint32_t number, bool down);

    /// Begins a cycle now, beside the plan and whatever quarantine, unless one is running.
    void poll_now(std::uint32_t number, MonoTime now);

    /// One GET of sysUpTime as a sign of life, beside whatever polling does.
    void probe(std::uint32_t number, MonoTime now);

    /// Starts what is due and ends what is overdue.
    void tick(MonoTime now);

    /// Takes one datagram. Gives the device that it answers for, or empty: it was no answer to a
    /// request in flight.
    std::optional<std::uint32_t> feed(
        PeerAddress from, std::span<const std::byte> datagram, MonoTime now
    );

    /// An ICMP error says that nobody listens there. Gives the devices at that address.
    std::vector<std::uint32_t> refused(PeerAddress peer);

    [[nodiscard]] std::optional<MonoTime> next_tick() const;

    /// Datagrams to send now, and the buffer their offsets refer to. Both hold until
    /// clear_outgoing().
    [[nodiscard]] std::span<const Outgoing> outgoing() const { return outgoing_; }
    [[nodiscard]] std::span<const std::byte> buffer() const { return buffer_; }
    void clear_outgoing();

    struct Ended {
        std::uint32_t number;
        PollOutcome outcome;
    };
    /// Cycles that ended since the last call.
    [[nodiscard]] std::vector<Ended> take_ended();

    struct Told {
        std::uint32_t number;
        FactOutcome facts;
    };
    /// What was read of the devices' profiles since the last call.
    [[nodiscard]] std::vector<Told> take_told();

    [[nodiscard]] const DevicePoll& device(std::uint32_t number) const;

    /// See DevicePoll.
    void forget_names(std::uint32_t number) { devices_.at(number).poll->forget_names(); }

    /// Devices whose names are being read.
    [[nodiscard]] std::size_t reading_names() const { return turns_.taken(); }

    /// True while a cycle runs, whose next request waits for an answer.
    [[nodiscard]] bool is_polling() const { return running_ > 0; }

    struct Counts {
        std::uint64_t cycles{0};
        std::uint64_t overruns{0};    // a cycle was due while the one before still ran
        std::uint64_t timeouts{0};    // attempts without an answer
        std::uint64_t varbinds{0};    // received in cycles that have ended
        std::uint64_t rejected{0};    // datagrams that answer no request in flight
        std::uint64_t quarantined{0}; // cycles left out since the device breaks the protocol
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    struct Device {
        std::unique_ptr<DevicePoll> poll;
        std::unique_ptr<Usm> usm; // version 3 only
        PeerAddress address;
        std::array<std::int32_t, DevicePoll::lanes> in_flight{}; // request ids by lane; 0: none
        bool down{false};
        Quarantine quarantine;
        Strays strays; // of the cycle at hand, or since the last one
    };

    void begin(std::uint32_t number, MonoTime now);
    void send_all(std::uint32_t number, MonoTime now);
    std::int32_t send(Device& device, std::uint32_t owner, const Ask& ask, MonoTime now);
    std::size_t write(
        Device& device,
        std::uint32_t owner,
        const Ask& ask,
        std::int32_t id,
        MonoTime now,
        std::span<std::byte> out
    );
    std::optional<std::uint32_t> accept(
        std::uint32_t owner, const ResponseView& reply, std::size_t bytes, MonoTime now
    );
    std::optional<std::uint32_t> feed_v3(
        PeerAddress from, std::span<const std::byte> datagram, MonoTime now
    );
    void send_again(std::uint32_t number, MonoTime now);
    void expire(const Deadline& deadline, MonoTime now);
    void settle(std::uint32_t number, MonoTime now);
    void end_cycle(std::uint32_t number, PollOutcome outcome, MonoTime now);
    Strays* strays_of(PeerAddress from, const RequestTable::Match* match);
    [[nodiscard]] bool take(
        std::uint32_t owner, const ResponseView& reply, std::size_t bytes, MonoTime now
    );
    static void add_strays(Device& device, PollOutcome& outcome);

    std::shared_ptr<const Catalogue> catalogue_;
    RequestTable requests_;
    UsmShared usm_;
    Plan plan_;
    std::vector<Device> devices_;
    std::unordered_map<PeerAddress, std::vector<std::uint32_t>> at_address_;
    Turns turns_;
    Deadlines deadlines_;
    std::vector<Outgoing> outgoing_;
    std::vector<std::byte> buffer_;
    std::vector<Ended> ended_;
    std::vector<Told> told_;
    std::size_t running_{0}; // cycles
    Counts counts_;
};

} // namespace hallmonitor::agent
