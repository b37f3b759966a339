#include "collector/expose/catalogue.hpp"
#include "collector/expose/page.hpp"
#include "collector/expose/text_writer.hpp"
#include "tests/collector/expose/page_parser.hpp"
#include "tests/collector/fleet.hpp"

#include <catch2/catch.hpp>

namespace text_writer_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

std::string text_of(
    const std::shared_ptr<const Snapshot>& snapshot, const PageOptions& options = {}
)
{
    MetricsPage page{snapshot, options};
    std::string text;
    while (page(text)) {
    }
    return text;
}

ParsedPage page_of(const std::shared_ptr<const Snapshot>& snapshot, const PageOptions& options = {})
{
    auto page = parse_page(text_of(snapshot, options));
    REQUIRE(page.problem.empty());
    return page;
}

const LabelSet lobby{{"site", "lincoln"}, {"device", "sw-1"}};
const LabelSet uplink{{"site", "lincoln"}, {"device", "sw-1"}, {"interface", "Gi0/1"}};

LabelSet with(LabelSet labels, const std::string& name, const std::string& value)
{
    labels[name] = value;
    return labels;
}

DeviceView one_switch(State state = State::up)
{
    return make_device(
        "lincoln",
        "sw-1",
        state,
        {{.key = "Gi0/1",
          .alias = "to core",
          .watched = true,
          .received = 1'000,
          .sent = 2'000,
          .received_per_second = 12'500'000,
          .sent_per_second = 0.5}}
    );
}

} // namespace

TEST_CASE("a device and its interface have their readings on the page", "[expose]")
{
    const auto page = page_of(make_snapshot({one_switch()}));

    CHECK(page.value("hallmonitor_device_up", lobby) == 1);
    CHECK(page.value("hallmonitor_interface_oper_up", uplink) == 1);
    CHECK(page.value("hallmonitor_interface_admin_up", uplink) == 1);
    CHECK(page.value("hallmonitor_interface_watched", uplink) == 1);
    CHECK(page.value("hallmonitor_interface_speed_bytes_per_second", uplink) == 125'000'000);
    CHECK(page.value("hallmonitor_interface_receive_bytes_total", uplink) == 1'000);
    CHECK(page.value("hallmonitor_interface_transmit_bytes_total", uplink) == 2'000);
    CHECK(page.value("hallmonitor_interface_receive_bytes_per_second", uplink) == 12'500'000);
    CHECK(page.value("hallmonitor_interface_transmit_bytes_per_second", uplink) == 0.5);
    const auto received = with(uplink, "direction", "receive");
    CHECK(page.value("hallmonitor_interface_utilization_ratio", received) == 0.1);
    CHECK(page.types.at("hallmonitor_interface_receive_bytes_total") == "counter");
}

TEST_CASE("the state of a known device is always one of three, told as 1", "[expose]")
{
    auto silent = one_switch();
    silent.evidence_at = now - 26s;

    const auto page = page_of(make_snapshot({silent}));

    const std::string name = "hallmonitor_device_state";
    CHECK(page.value(name, with(lobby, "state", "up")) == 0);
    CHECK(page.value(name, with(lobby, "state", "down")) == 0);
    CHECK(page.value(name, with(lobby, "state", "unknown")) == 1);
}

TEST_CASE("a silent device is neither up nor down", "[expose]")
{
    auto silent = one_switch(State::down);
    silent.evidence_at = now - 26s;

    const auto page = page_of(make_snapshot({silent}));

    CHECK_FALSE(page.value("hallmonitor_device_up", lobby));
    CHECK(page.of("hallmonitor_device_info").size() == 1);
    CHECK(page.of("hallmonitor_availability_ratio").size() == 8);
}

TEST_CASE("readings older than 2.5 intervals are not shown", "[expose]")
{
    auto stale = one_switch();
    read_last(stale, 151s);
    stale.ping_rtt = 1'500us;

    const auto page = page_of(make_snapshot({stale}));

    CHECK_FALSE(page.value("hallmonitor_interface_receive_bytes_total", uplink));
    CHECK_FALSE(page.value("hallmonitor_interface_oper_up", uplink));
    CHECK(page.value("hallmonitor_interface_watched", uplink) == 1);
    CHECK(page.value("hallmonitor_device_ping_rtt_seconds", lobby) == 0.0015);
}

TEST_CASE("an interface that is neither up nor down has no oper_up", "[expose]")
{
    const auto device = make_device(
        "lincoln", "sw-1", State::up, {{.key = "Gi0/1", .oper = OperStatus::dormant, .speed = 0}}
    );

    const auto page = page_of(make_snapshot({device}));

    CHECK_FALSE(page.value("hallmonitor_interface_oper_up", uplink));
    CHECK_FALSE(page.value("hallmonitor_interface_speed_bytes_per_second", uplink));
    CHECK(page.of("hallmonitor_interface_utilization_ratio").empty());
}

TEST_CASE("availability is up of up and down, and silent below the coverage asked for", "[expose]")
{
    auto device = one_switch(State::unknown);
    device.timeline =
        make_timeline({{now - 24h, now - 23h, State::down}, {now - 23h, now - 20h, State::up}});
    const auto labels = [](const std::string& window) {
        return LabelSet{
            {"site", "lincoln"},
            {"device", "sw-1"},
            {"scope", "device"},
            {"window", window},
            {"calendar", "always"}};
    };

    const auto strict = page_of(make_snapshot({device}), {.site = {}, .minimum_coverage = 0.5});
    const auto lenient = page_of(make_snapshot({device}), {.site = {}, .minimum_coverage = 0.1});

    CHECK_FALSE(strict.value("hallmonitor_availability_ratio", labels("24h")));
    CHECK(lenient.value("hallmonitor_availability_ratio", labels("24h")) == 0.75);
    CHECK(lenient.value("hallmonitor_coverage_ratio", labels("24h")) == Approx(4.0 / 24));
    CHECK(lenient.value("hallmonitor_coverage_ratio", labels("1h")) == 0);
    CHECK_FALSE(lenient.value("hallmonitor_availability_ratio", labels("1h")));
}

TEST_CASE("one site's page has nothing of another", "[expose]")
{
    const auto other = make_device("roosevelt", "sw-9", State::up, {{.key = "1"}});
    const auto snapshot = make_snapshot(
        {one_switch(), other}, {make_agent("lincoln", "a"), make_agent("roosevelt", "b")}
    );

    const auto page = page_of(snapshot, {.site = "roosevelt"});

    CHECK_FALSE(page.samples.empty());
    for (const auto& [key, value] : page.samples)
        CHECK(key.second.at("site") == "roosevelt");
}

TEST_CASE("a page without readings has what the collector concludes of them", "[expose]")
{
    const auto snapshot = make_snapshot({one_switch()}, {make_agent("lincoln", "a")});

    const auto page = page_of(snapshot, {.readings = false});

    for (const MetricFamily& one : catalogue())
        if (is_read(one.id)) CHECK(page.of(std::string{one.name}).empty());
    CHECK(page.value("hallmonitor_device_state", with(lobby, "state", "up")) == 1);
    CHECK_FALSE(page.of("hallmonitor_availability_ratio").empty());
    CHECK_FALSE(page.of("hallmonitor_agent_up").empty());
}

TEST_CASE("an agent's lag is measured on its own clock", "[expose]")
{
    auto agent = make_agent("lincoln", "a");
    agent.clock_skew = 30s;
    agent.live.newest = now + 28s;
    const LabelSet labels{{"site", "lincoln"}, {"agent", "a"}};

    const auto page = page_of(make_snapshot({}, {agent}));

    CHECK(page.value("hallmonitor_agent_lag_seconds", with(labels, "lane", "live")) == 2);
    CHECK(page.value("hallmonitor_agent_clock_skew_seconds", labels) == 30);
    CHECK(page.value("hallmonitor_agent_spool_bytes", labels) == 65'536);
}

TEST_CASE("history lags only while something waits in the spool", "[expose]")
{
    auto drained = make_agent("lincoln", "a");
    drained.history = {.newest = now - 10min, .batches = 3};
    auto behind = drained;
    behind.id.name = "b";
    behind.vitals[Metric::agent_spool_segments] = 4;

    const auto page = page_of(make_snapshot({}, {drained, behind}));

    const auto lags = page.of("hallmonitor_agent_lag_seconds");
    CHECK(lags.size() == 3);
    CHECK(lags.at({{"site", "lincoln"}, {"agent", "b"}, {"lane", "history"}}) == 600);
}

TEST_CASE("vitals of an agent that is gone are not shown", "[expose]")
{
    auto gone = make_agent("lincoln", "a");
    gone.connected = false;

    const auto page = page_of(make_snapshot({}, {gone}));

    CHECK(page.value("hallmonitor_agent_up", {{"site", "lincoln"}, {"agent", "a"}}) == 0);
    CHECK(page.of("hallmonitor_agent_spool_bytes").empty());
}

TEST_CASE("hostile names come back as they are, or sanitized, and break nothing", "[expose]")
{
    auto device = make_device(
        "lincoln",
        "sw\\1\"} 1\nhallmonitor_device_up{",
        State::up,
        {{.key = "Gi\"0/1\\", .alias = "<script>\xff\x01{}\n"}}
    );
    device.attributes.set(Attribute::sys_name, "Kindergärten № 5");

    const auto page = page_of(make_snapshot({device}));

    const auto infos = page.of("hallmonitor_interface_info");
    REQUIRE(infos.size() == 1);
    CHECK(infos.begin()->first.at("interface") == "Gi\"0/1\\");
    CHECK(infos.begin()->first.at("alias") == "<script>\u00ff{}");
    const auto devices = page.of("hallmonitor_device_info");
    CHECK(devices.begin()->first.at("sys_name") == "Kindergärten № 5");
    CHECK(devices.begin()->first.at("device") == "sw\\1\"} 1 hallmonitor_device_up{");
}

TEST_CASE("a big page comes in pieces of bounded size that make one page", "[expose]")
{
    std::vector<Port> ports(200);
    for (std::size_t i = 0; i < ports.size(); ++i)
        ports[i].key = "port-" + std::to_string(i);
    std::vector<DeviceView> devices;
    devices.reserve(20);
    for (int i = 0; i < 20; ++i)
        devices.push_back(make_device("lincoln", "sw-" + std::to_string(i), State::up, ports));
    const auto snapshot = make_snapshot(std::move(devices));
    MetricsPage page{snapshot, {}};

    std::string whole;
    std::string piece;
    std::size_t longest = 0;
    for (; page(piece); piece.clear()) {
        longest = std::max(longest, piece.size());
        whole += piece;
    }

    CHECK(whole.size() > 4 * page_piece_bytes);
    CHECK(longest < page_piece_bytes + 200 * 200);
    const auto parsed = parse_page(whole);
    CHECK(parsed.problem.empty());
    CHECK(parsed.of("hallmonitor_interface_oper_up").size() == 4'000);
}

TEST_CASE("an empty fleet is an empty page", "[expose]")
{
    CHECK(text_of(make_snapshot({})).empty());
}

} // namespace text_writer_test
