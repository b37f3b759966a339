#pragma once
// A district in one process: schools, lines and a collector under simulated time. One seed, one
// world; what goes wrong in it is a plan that can be given instead.

#include "tests/sim/world/collector.hpp"
#include "tests/sim/world/faults.hpp"
#include "tests/sim/world/lives.hpp"
#include "tests/sim/world/oracle.hpp"
#include "tests/sim/world/school.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hallmonitor::world {

struct WorldSetup {
    std::uint64_t seed{1};
    std::size_t schools{1};
    std::size_t devices{1}; // a school
    std::size_t ports{4};   // a device
    Instant length{0};      // after it nothing goes wrong any more, and the world comes to rest
    Habits habits{};
    bool counters_wrap{false}; // all have 32 bits
    bool uptimes_wrap{false};  // of a school's devices at some moment in `length`
    std::uint64_t spool_bytes{std::uint64_t{16} << 20};
    std::uint64_t segment_bytes{64 << 10};
    std::vector<Fault> faults{};
    Instant rest_until{0}; // at least
    Mutations mutations{};
    Books::Store store{};
};

struct WorldReport {
    std::vector<std::string> complaints;         // empty: all is true
    std::map<std::string, std::uint64_t> faults; // how many of each there were
    Oracle::Counts counts;
    std::uint64_t events{0};
    Instant rested{0}; // when all was told
    std::uint64_t most_spool_bytes{0};
    std::size_t most_connections{0};
};

/// What the books say in the end, to be compared with another world's.
struct Figures {
    std::map<std::string, std::vector<collector::Interval>> lives; // by device, by port
    std::map<std::string, std::array<std::uint64_t, 2>> hours;     // by port and hour: octets
    bool operator==(const Figures&) const = default;
};

class World {
public:
    explicit World(const WorldSetup& setup);
    ~World();

    /// To the end of it, and until everything has been told.
    WorldReport run();
    /// After run().
    [[nodiscard]] const Figures& figures() const { return figures_; }

private:
    void build_schools();
    [[nodiscard]] std::shared_ptr<Connection> dial(School& school);
    void start_collector();
    void stop_collector(Instant away);
    void plan_faults();
    void strike(const Fault& fault);
    void strike_collector(const Fault& fault);
    void strike_agent(School& school, const Fault& fault);
    void strike_line(School& school, const Fault& fault);
    void strike_disk(School& school, const Fault& fault);
    void strike_clock(School& school, const Fault& fault);
    void strike_device(School& school, const Fault& fault);
    void later(Instant wait, Events::Action action) { events_.after(wait, std::move(action)); }
    void look();
    void rest();
    void judge();
    [[nodiscard]] WallTime wall() const;

    WorldSetup setup_;
    Events events_;
    Oracle oracle_;
    Books books_;
    std::vector<std::unique_ptr<School>> schools_;
    std::vector<bool> clock_was_set_; // by school
    std::unique_ptr<Collector> collector_;
    WorldReport report_;
    Figures figures_;
};

} // namespace hallmonitor::world
