#pragma once
// One life of an agent's process in the world.

#include "tests/sim/world/recording.hpp"
#include "tests/sim/world/spool.hpp"
#include "tests/sim/world/uplink.hpp"
#include "tests/sim/world/watching.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace hallmonitor::world {

class Agent {
public:
    struct Setup {
        std::string name;
        Epoch epoch;
        std::uint64_t boot{0};
        std::uint64_t seed{0};
        Habits habits;
        Spool::Limits spool;
        std::function<MonoTime()> mono;
        std::function<WallTime()> wall;
        bool reuses_numbers{false}; // see Mutations
        Uplink::Dial dial;
    };
    /// `on_killed`: it ended within a disk call. `disk`, `pace` and `site` outlive it.
    Agent(
        Events& events,
        std::function<void()> on_killed,
        Setup setup,
        SimDisk& disk,
        const DiskPace& pace,
        Site& site
    );

    /// Reads the spool and begins. Errors: those of the disk.
    [[nodiscard]] Result<void> start();

    [[nodiscard]] Spool& spool() { return spool_; }
    [[nodiscard]] const Spool& spool() const { return spool_; }
    /// After start().
    [[nodiscard]] Uplink& uplink() { return *uplink_; }

    /// Nothing more is asked of devices; what was told still goes its way.
    void stop_watching() { watching_->stop(); }

    /// Called before anything is appended.
    std::function<void()> on_opened;

private:
    [[nodiscard]] ClockAnchor anchor() const
    {
        return {.mono = setup_.mono(), .wall = setup_.wall()};
    }
    [[nodiscard]] BatchEncoder encoder_after(const Spool::Opened& opened) const;
    void tell_vitals();

    Setup setup_;
    Life life_;
    Site& site_;
    Spool spool_;
    std::optional<Recording> recording_;
    std::optional<Watching> watching_;
    std::optional<Uplink> uplink_;
};

} // namespace hallmonitor::world
