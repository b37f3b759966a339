#pragma once
// One simulated device: a datagram in, a datagram out. It speaks SNMP versions 1 and 2c, and 3 when
// it has users: GET, GETNEXT, GETBULK; SET is refused; anything else, and any other community, is
// met with silence.

#include "tests/sim/faults.hpp"
#include "tests/sim/model.hpp"
#include "tests/sim/usm_engine.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::sim {

inline constexpr std::size_t usual_reply = 1'472; // Ethernet's MTU less IP and UDP
inline constexpr std::size_t largest_reply = 65'507;

struct DeviceSetup {
    std::uint32_t number{0}; // within the fleet
    std::uint64_t seed{1};
    std::string community{"public"};
    std::size_t reply_limit{usual_reply};
};

class Device {
public:
    /// Octets of buffer that answer() needs.
    static constexpr std::size_t buffer_size = largest_reply + 512;

    struct Counts {
        std::uint64_t requests{0};
        std::uint64_t replies{0};
        std::uint64_t varbinds{0};
        std::uint64_t ignored{0}; // malformed, wrong community, silenced
    };

    struct ActiveFault {
        const Fault* fault;
        std::int64_t argument;
        Instant since;
    };

    Device(DeviceSetup setup, std::shared_ptr<const Blueprint> blueprint);

    /// Brings what answer() needs first into the cache.
    void prefetch() const
    {
        const auto* const begin = reinterpret_cast<const char*>(this);
        __builtin_prefetch(begin);
        __builtin_prefetch(begin + 64);
        __builtin_prefetch(begin + 128);
    }
    /// The reply to a datagram, within `buffer`; no bytes or no copies: nothing is sent.
    Datagram answer(ByteView datagram, Instant now, std::span<std::uint8_t> buffer);

    /// Version 3 is spoken from now on.
    void add_usm(std::shared_ptr<UsmEngine> usm) { usm_ = std::move(usm); }
    /// Null without version 3.
    [[nodiscard]] const UsmEngine* usm() const { return usm_.get(); }
    /// Boots grow by one a restart, seconds count from it, unless set otherwise.
    [[nodiscard]] EngineTime engine_time(Instant now) const;
    void set_engine_time(EngineTime time, Instant now);

    /// Switches a fault on or off; an argument replaces the usual one.
    void set_fault(
        const Fault& fault, bool is_on, std::optional<std::int64_t> argument, Instant now
    );
    /// Renumbers by taking another blueprint of the same ports and quantities.
    void renumber(std::shared_ptr<const Blueprint> blueprint, Instant now)
    {
        blueprint_ = std::move(blueprint);
        model_.renumbered(now);
    }
    [[nodiscard]] std::vector<std::string_view> faults() const;
    [[nodiscard]] std::span<const ActiveFault> active_faults() const { return faults_; }

    [[nodiscard]] DeviceModel& model() { return model_; }
    [[nodiscard]] const DeviceModel& model() const { return model_; }
    [[nodiscard]] const Blueprint& blueprint() const { return *blueprint_; }
    [[nodiscard]] const Counts& counts() const { return counts_; }
    [[nodiscard]] const DeviceSetup& setup() const { return setup_; }

private:
    friend class Answer;

    FaultContext context(const ActiveFault& active, Instant now)
    {
        return {active.argument, now, blueprint_->mib, random_, scratch_};
    }

    /// Whether a request came of either kind that may be answered; a report in its place.
    enum class Asked : std::uint8_t { nothing, plainly, by_v3, wrongly_by_v3 };
    Asked ask(ByteView datagram, Instant now, Request& request);
    [[nodiscard]] UsmMisdeeds misdeeds(Instant now);
    /// Brings a message of version 3 into `buffer`.
    static Datagram place(const Bytes& message, std::span<std::uint8_t> buffer);

    DeviceSetup setup_;
    std::shared_ptr<const Blueprint> blueprint_;
    std::vector<ActiveFault> faults_;
    Counts counts_;
    DeviceModel model_;
    std::uint64_t random_;
    Bytes scratch_;
    std::shared_ptr<UsmEngine> usm_; // a copy of the device shares it
    UsmMisdeeds misdeeds_;           // with the request at hand
    EngineTime engine_set_;          // as it was when
    std::uint32_t engine_life_{1};   // the device had this life
    std::int64_t engine_shift_{0};   // seconds, of that life
};

} // namespace hallmonitor::sim
