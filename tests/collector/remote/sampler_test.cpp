#include "collector/expose/catalogue.hpp"
#include "collector/expose/text_writer.hpp"
#include "collector/remote/sampler.hpp"
#include "tests/collector/expose/page_parser.hpp"
#include "tests/collector/fleet.hpp"
#include "tests/collector/remote/told.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace sampler_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::remote;
using namespace hallmonitor::collector::remote::test;
using ledger_test::port_table;
using ledger_test::Telling;
using Course = std::vector<std::pair<double, double>>;

namespace {

const std::string received =
    R"(hallmonitor_interface_receive_bytes_total{device="sw-1",interface="1",site="lincoln"})";
const std::string rate =
    R"(hallmonitor_interface_receive_bytes_per_second{device="sw-1",interface="1",site="lincoln"})";

/// One port's table with octets of both directions, which counts everything in 64 bits.
TableDefinition both_ways(std::uint64_t wide = 0b11000)
{
    TableDefinition table = port_table({"1"});
    table.columns = {
        Metric::if_admin_status,
        Metric::if_oper_status,
        Metric::if_speed,
        Metric::if_in_octets,
        Metric::if_out_octets,
    };
    table.rows[0].wide_columns = wide;
    return table;
}

/// Batches with a reading each: seconds and octets of both directions.
std::vector<DecodedBatch> told_octets(
    const TableDefinition& table,
    const std::vector<std::pair<std::int64_t, std::uint64_t>>& readings
)
{
    BatchEncoder encoder{Epoch{7}, Seq{1}, 1};
    BatchDecoder decoder;
    encoder.define(table);
    std::vector<DecodedBatch> batches;
    for (const auto& [second, octets] : readings) {
        const MonoTime taken{std::chrono::seconds{3'600 + second}};
        encoder.add(
            "sw-1",
            TableKind::interface,
            {.taken_at = taken,
             .uptime = std::nullopt,
             .cells = {1, 1, 1'000'000'000, octets, octets}}
        );
        const auto sealed = encoder.seal({.mono = taken, .wall = ledger_test::at(second)});
        batches.push_back(decoder.decode(sealed.bytes).value());
    }
    return batches;
}

/// A device that has some of everything, told at `second`.
Telling tell_everything(std::int64_t second)
{
    Telling told;
    told.define(ledger_test::liveness_table());
    told.define(port_table({"1", "2"}));
    const std::vector<collector::test::Fact> facts{
        {.key = "ups", .attributes = {}, .values = {{"charge_ratio", 0.5}}},
        {.key = "sensors/probes.1",
         .attributes = {{Attribute::name, "rack \"A\""}, {Attribute::kind, "temperature"}},
         .values = {{"value", 21.5}, {"status", "ok"}}},
    };
    told.define(collector::test::fact_table("sw-1", facts));
    for (const std::int64_t at : {second - 60, second}) {
        const auto moved = static_cast<std::uint64_t>(at - second + 60);
        told.device(at, State::up);
        told.ports(
            at,
            360'000 + static_cast<std::uint32_t>(at) * 100,
            {{.octets = 1'000 * moved}, {.oper = OperStatus::down, .octets = 5}}
        );
        told.facts(at, collector::test::fact_cells(facts));
        told.seal(at);
    }
    return told;
}

std::map<std::string, double> newest_of(const std::vector<ReadSample>& samples)
{
    std::map<std::string, double> newest;
    for (const ReadSample& sample : samples)
        newest[sample.series] = sample.value;
    return newest;
}

/// What of a page is told by readings, by series.
std::map<std::string, double> read_on_page(const Ledger& ledger, WallTime at)
{
    MetricsPage page{const_cast<Ledger&>(ledger).snapshot(at), {}};
    std::string text;
    while (page(text)) {
    }
    const auto parsed = collector::test::parse_page(text);
    REQUIRE(parsed.problem.empty());
    std::set<std::string> read;
    for (const MetricFamily& family : catalogue())
        if (is_read(family.id)) read.emplace(family.name);
    std::map<std::string, double> found;
    for (const auto& [key, value] : parsed.samples) {
        if (!read.contains(key.first)) continue;
        std::string labels;
        for (const auto& [name, label] : key.second)
            if (!label.empty()) labels += (labels.empty() ? "" : ",") + name + "=\"" + label + '"';
        found[key.first + '{' + labels + '}'] = value;
    }
    return found;
}

} // namespace

TEST_CASE("samples are those of the page: names, labels and values", "[remote]")
{
    const auto batches = tell_everything(600).decoded();
    Ledger ledger{{}};
    ledger.heard(ledger_test::the_agent, ledger_test::at(600));
    ledger_test::tell(ledger, batches);
    Sampler sampler{{}};

    auto sampled = newest_of(samples_of(sampler, batches));
    auto shown = read_on_page(ledger, ledger_test::at(601));

    // Totals alone differ: the page counts since it saw a port first, samples are the device's.
    CHECK(sampled.size() > 20);
    CHECK(sampled.at(received) == 60'000);
    CHECK(shown.at(received) == 60'000); // it began at 0
    const auto quiet =
        R"(hallmonitor_interface_receive_bytes_total{device="sw-1",interface="2",site="lincoln"})";
    CHECK(sampled.at(quiet) == 5);
    CHECK(shown.at(quiet) == 0);
    shown[quiet] = sampled.at(quiet);
    CHECK(sampled == shown);
}

TEST_CASE("a sample has the moment of its reading", "[remote]")
{
    Sampler sampler{{}};

    const auto samples = samples_of(sampler, told_octets(both_ways(), {{0, 100}, {60, 160}}));

    CHECK(course(samples, received) == Course{{0, 100}, {60, 160}});
    CHECK(course(samples, rate) == Course{{60, 1}});
}

TEST_CASE("counters that begin anew are told as they stand, without a rate", "[remote]")
{
    Sampler sampler{{}};

    const auto samples =
        samples_of(sampler, told_octets(both_ways(), {{0, 5'000}, {60, 11'000}, {120, 600}}));

    CHECK(course(samples, received) == Course{{0, 5'000}, {60, 11'000}, {120, 600}});
    CHECK(course(samples, rate) == Course{{60, 100}});
}

TEST_CASE("a port that pauses between two refreshes is not told as idle", "[remote]")
{
    Sampler sampler{{}};

    const auto samples =
        samples_of(sampler, told_octets(both_ways(), {{0, 0}, {30, 300}, {60, 300}, {90, 900}}));

    CHECK(course(samples, rate) == Course{{30, 10}, {90, 10}});
}

TEST_CASE("a port that was not read this time is not told", "[remote]")
{
    TableDefinition table = both_ways();
    table.columns.push_back(Metric::row_delay);
    table.rows.push_back(table.rows[0]);
    table.rows[1].key = "2";
    table.rows[0].attributes.set(Attribute::interval, "60000");
    BatchEncoder encoder{Epoch{7}, Seq{1}, 1};
    BatchDecoder decoder;
    encoder.define(table);
    std::vector<DecodedBatch> batches;
    const std::vector<std::uint32_t> all{0, 1};
    const std::vector<std::uint32_t> second{1};
    const auto tell = [&](std::int64_t at, std::uint64_t octets, const auto& rows) {
        const MonoTime taken{std::chrono::seconds{3'600 + at}};
        const std::uint64_t speed = 1'000'000'000;
        const TableReading reading{
            .taken_at = taken,
            .uptime = std::nullopt,
            .cells = {1, 1, 1, 1, speed, speed, octets, octets, octets, octets, 0, 0}};
        REQUIRE(encoder.add("sw-1", TableKind::interface, reading, rows));
        const auto sealed = encoder.seal({.mono = taken, .wall = ledger_test::at(at)});
        batches.push_back(decoder.decode(sealed.bytes).value());
    };
    tell(0, 100, all);
    tell(20, 300, second);
    tell(40, 500, second);
    tell(60, 700, all);
    Sampler sampler{{}};

    const auto samples = samples_of(sampler, batches);

    CHECK(course(samples, received) == Course{{0, 100}, {60, 700}});
    CHECK(course(samples, rate) == Course{{60, 10}});
}

TEST_CASE("a port that stands still twice was idle from the first time on", "[remote]")
{
    Sampler sampler{{}};

    const auto samples = samples_of(
        sampler, told_octets(both_ways(), {{0, 0}, {30, 300}, {60, 300}, {90, 300}, {120, 300}})
    );

    CHECK(course(samples, rate) == Course{{30, 10}, {60, 0}, {90, 0}, {120, 0}});
}

TEST_CASE("traffic in 32 bits is told only where it could be counted", "[remote]")
{
    Sampler sampler{{}};
    const std::uint64_t near_end = 0xffff'ff00;

    // At a gigabit two minutes are three times round: what stands there says nothing.
    const auto samples = samples_of(
        sampler, told_octets(both_ways(0), {{0, 0}, {20, 400}, {140, near_end}, {160, 100}})
    );

    CHECK(course(samples, received) == Course{{20, 400}, {160, 100}});
}

TEST_CASE("families that are left out have no samples", "[remote]")
{
    Sampler sampler{{"hallmonitor_interface_*", "hallmonitor_device_info"}};

    const auto sampled = newest_of(samples_of(sampler, tell_everything(600).decoded()));

    for (const auto& [series, value] : sampled) {
        CHECK_FALSE(series.starts_with("hallmonitor_interface_"));
        CHECK_FALSE(series.starts_with("hallmonitor_device_info"));
    }
    CHECK(sampled.size() > 3);
}

TEST_CASE("what no clock can have dated has no samples", "[remote]")
{
    Sampler sampler{{}};
    Telling told;
    told.define(ledger_test::liveness_table());
    told.set_clock(-std::chrono::hours{24 * 365 * 40});
    told.device(0, State::up);
    told.seal(0);

    CHECK(samples_of(sampler, told.decoded()).empty());
}

} // namespace sampler_test
