#pragma once
// A school of the district: its devices, the machine its agent runs on, and the line to the
// collector.

#include "tests/sim/world/agent.hpp"
#include "tests/sim/world/line.hpp"
#include "tests/sim/world/mutations.hpp"
#include "tests/sim/world/oracle.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hallmonitor::world {

class School {
public:
    struct Setup {
        AgentId agent;
        std::size_t place{0}; // with the oracle
        std::uint64_t seed{0};
        Site::Setup site;
        Habits habits;
        Spool::Limits spool;
        std::chrono::milliseconds clock_offset{0}; // of the machine's clock at the beginning
        WallTime began;                            // the world, by a right clock
        Mutations mutations{};
    };
    using Dial = std::function<std::shared_ptr<Connection>(School&)>;
    School(Events& events, Oracle& oracle, const Setup& setup, Dial dial);
    School(const School&) = delete;
    School& operator=(const School&) = delete;
    ~School();

    /// The agent's process begins, if none runs.
    void start_agent();
    /// It ends, and begins again after `away`.
    void kill_agent(Instant away);
    /// So does the machine.
    void cut_power(Instant away);
    /// Kills it within its `calls`-th disk call from now.
    void kill_in_disk_call(unsigned calls, Instant away);

    /// See Agent; nothing where none runs.
    void stop_watching()
    {
        if (agent_) agent_->stop_watching();
    }

    void move_clock(std::chrono::milliseconds by) { clock_offset_ += by; }
    [[nodiscard]] WallTime wall() const;
    [[nodiscard]] Instant true_time(std::uint64_t boot, MonoTime at) const;

    [[nodiscard]] Site& site() { return site_; }
    [[nodiscard]] SimDisk& disk() { return disk_; }
    [[nodiscard]] DiskPace& pace() { return pace_; }
    [[nodiscard]] Line& line() { return line_; }
    [[nodiscard]] const Agent* agent() const { return agent_.get(); }
    [[nodiscard]] const Setup& setup() const { return setup_; }

    /// What the disk's calls meet, beside a kill.
    SimDisk::Hook trouble;

private:
    struct Boot {
        std::uint64_t number;
        Instant at; // when an agent can begin
    };
    [[nodiscard]] MonoTime mono() const;
    [[nodiscard]] Agent::Setup agent_setup();
    void end_agent();
    void watch(Agent& agent);
    void begin_again(Instant away);
    [[nodiscard]] boost::system::error_code on_disk_call(
        SimDisk::Call call, const std::string& name
    );

    Events& events_;
    Oracle& oracle_;
    Setup setup_;
    Dial dial_;
    Site site_;
    SimDisk disk_;
    DiskPace pace_;
    Line line_;
    std::vector<Boot> boots_;
    std::chrono::milliseconds clock_offset_;
    std::uint64_t lives_{0};
    unsigned calls_left_{0}; // until a kill; 0: none
    Instant killed_for_{0};
    std::unique_ptr<Agent> agent_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

} // namespace hallmonitor::world
