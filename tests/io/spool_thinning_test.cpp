// A spool at its limit, on a real disk and over a restart.

#include "tests/io/spool_agent.hpp"

#include <array>

namespace spool_thinning_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::test;
using namespace std::chrono_literals;
using hallmonitor::test::Folder;

namespace {

// A switch of which one batch a minute tells; its octets grow by a thousand and a little.
struct Minutes {
    static constexpr std::size_t ports = 96;

    explicit Minutes(const Spool& spool) : encoder{spool.epoch(), spool.next_seq(), 1}
    {
        TableDefinition table{
            .device = "sw1",
            .kind = TableKind::interface,
            .interval = 60s,
            .columns = {Metric::if_oper_status, Metric::if_in_octets},
            .rows = std::vector<Row>(ports),
        };
        for (std::size_t port = 0; port < ports; ++port)
            table.rows[port] = {.key = "Gi" + std::to_string(port), .wide_columns = 2};
        encoder.define(table);
    }

    SealedBatch next()
    {
        const MonoTime at{std::chrono::minutes{++minute}};
        std::vector<Cell> cells(ports, 1);
        for (std::size_t port = 0; port < ports; ++port)
            cells.emplace_back(octets[port] += 1'000 + (minute * 7'919 + port * 104'729) % 9'973);
        encoder.add("sw1", TableKind::interface, {.taken_at = at, .cells = std::move(cells)});
        return encoder.seal({.mono = at, .wall = WallTime{at.since_boot / 1ms * 1ms}});
    }

    BatchEncoder encoder;
    std::uint64_t minute{0};
    std::array<std::uint64_t, ports> octets{};
};

// What all batches of a spool say that its first port has counted.
std::uint64_t octets_told(Agent& agent)
{
    std::uint64_t octets = 0;
    for (const SegmentInfo& segment : agent.spool().segments()) {
        BatchDecoder decoder;
        for (Seq seq = segment.first; seq <= segment.last; seq = next(seq)) {
            const auto batch = decoder.decode(agent.read(seq).value());
            REQUIRE(batch.has_value());
            for (const Step& step : batch->steps)
                if (step.earlier)
                    octets += *step.later->reading.cells[Minutes::ports] -
                              *step.earlier->reading.cells[Minutes::ports];
        }
    }
    return octets;
}

} // namespace

TEST_CASE("a spool that is full leaves readings out, and counts nothing less", "[spool]")
{
    const Folder folder;
    SpoolLimits limits = limits_of(folder);
    limits.segment_bytes = 4'000;
    std::uint64_t counted = 0;
    {
        limits.max_bytes = 110'000;
        Agent agent{limits};
        Minutes minutes{agent.spool()};
        const std::uint64_t first = (agent.spool().append(minutes.next()), minutes.octets[0]);
        for (int i = 0; i < 600; ++i) {
            agent.spool().append(minutes.next());
            if (agent.spool().segment_is_full(minutes.encoder.segment_is_worthwhile()))
                minutes.encoder.start_segment();
            agent.loop.poll();
        }
        counted = minutes.octets[0] - first;
        agent.run_until([&] { return agent.spool().status().bytes <= limits.max_bytes; });
        const SpoolStatus status = agent.spool().status();
        CHECK(status.thinned_readings > 100);
        CHECK(status.dropped.total() == 0);
        CHECK(agent.spool().segments().front().first == Seq{1});
    }
    Agent agent{limits};
    CHECK(agent.opened.damage.empty());
    CHECK(octets_told(agent) == counted);
}

TEST_CASE("what was sent is left as it is by later lives too", "[spool]")
{
    const Folder folder;
    SpoolLimits limits = limits_of(folder);
    limits.segment_bytes = 4'000;
    {
        Agent agent{limits};
        Minutes minutes{agent.spool()};
        for (int i = 0; i < 300; ++i) {
            agent.spool().append(minutes.next());
            if (agent.spool().segment_is_full(minutes.encoder.segment_is_worthwhile()))
                minutes.encoder.start_segment();
        }
        agent.run_until([&] { return agent.spool().durable() == Seq{300}; });
        REQUIRE(agent.spool().segments().size() > 3);
        CHECK(agent.read(Seq{1}).has_value());
    }
    limits.max_bytes = 30'000;
    Agent agent{limits};

    agent.run_until([&] { return agent.spool().status().bytes <= limits.max_bytes; });

    CHECK(agent.spool().status().thinned_readings > 0);
    CHECK(agent.spool().status().dropped.total() > 0);
    CHECK(agent.spool().segments().front().first > Seq{1}); // it could only go
}

} // namespace spool_thinning_test
