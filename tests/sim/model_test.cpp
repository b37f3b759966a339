#include "tests/sim/kinds/kind.hpp"
#include "tests/sim/model.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

namespace model_test {

using namespace hallmonitor::sim;
using namespace std::chrono_literals;

namespace {

DeviceModel make_model(std::uint64_t seed, std::uint32_t number, std::size_t ports)
{
    return DeviceModel{seed, number, make_blueprint(*find_kind("switch"), ports, 0)};
}

} // namespace

TEST_CASE("a flow counts while it runs, to the octet", "[sim]")
{
    Flow flow{1'000, 7};

    flow.set_running(true, 1s);
    CHECK(flow.octets(1s) == 7);
    CHECK(flow.octets(3500ms) == 2'507);

    flow.set_running(false, 4s);
    CHECK(flow.octets(100s) == 3'007);

    flow.add(93);
    CHECK(flow.octets(100s) == 3'100);
}

TEST_CASE("a flow of the fastest port counts for a century without overflow", "[sim]")
{
    Flow flow{1'250'000'000, 0};
    flow.set_running(true, Instant{0});

    const auto century = std::chrono::hours{24 * 365 * 100};

    CHECK(flow.octets(century) == 1'250'000'000ULL * 3600 * 24 * 365 * 100);
}

TEST_CASE("a restart begins at 0 when the device is back", "[sim]")
{
    Flow flow{1'000, 500};
    flow.set_running(true, Instant{0});

    flow.restart(15s);

    CHECK(flow.octets(15s) == 0);
    CHECK(flow.octets(16s) == 1'000);
}

TEST_CASE("what a reader can count are the steps within one life of the device", "[sim]")
{
    Served served;

    served.note(100, 1, 1s);
    served.note(160, 1, 2s);
    served.note(30, 2, 3s);
    served.note(50, 2, 4s);

    CHECK(served.counted == 80);
    CHECK(served.first == 100);
    CHECK(served.value == 50);
    CHECK(served.at == 4s);
    CHECK(served.times == 4);
}

TEST_CASE("a link that goes down stops its counters and dates its change", "[sim]")
{
    auto model = make_model(1, 0, 4);

    model.set_link(2, false, 10s);

    const auto& port = model.ports()[2];
    CHECK_FALSE(port.is_up());
    CHECK(port.changed_at == 10s);
    CHECK(port.in.octets(20s) == port.in.octets(10s));
    model.set_link(2, false, 30s);
    CHECK(port.changed_at == 10s);
    model.set_admin(2, false, 40s);
    CHECK(port.changed_at == 10s);
    model.set_admin(2, true, 40s);
    model.set_link(2, true, 50s);
    CHECK(port.changed_at == 50s);
}

TEST_CASE("sysUpTime can be set, and wraps in what is served alone", "[sim]")
{
    DeviceModel model{1, 0, Blueprint{}};
    Value value;
    model.set_uptime(0xFFFFFFFF, 5s);

    model.value(
        {.oid = {}, .value = {}, .live = Live::sys_uptime, .tag = tag::timeticks}, 6s, 6s, value
    );

    CHECK(model.uptime(6s) == 0xFFFFFFFFULL + 100);
    CHECK(value.tlv() == Bytes{tag::timeticks, 1, 99});
}

TEST_CASE("the same seed makes the same switch, another seed another", "[sim]")
{
    const auto a = make_model(7, 3, 48);
    const auto b = make_model(7, 3, 48);
    const auto c = make_model(8, 3, 48);

    CHECK(a.ports()[5].in.rate() == b.ports()[5].in.rate());
    CHECK(a.uptime(1s) == b.uptime(1s));
    CHECK(a.uptime(1s) != c.uptime(1s));
}

TEST_CASE("renumbering moves every row to another ifIndex", "[sim]")
{
    const auto ports = GENERATE(2, 7, 14, 48);
    const auto before = make_blueprint(*find_kind("switch"), ports, 0).if_index;

    const auto after = make_blueprint(*find_kind("switch"), ports, 1).if_index;

    CHECK(
        std::inner_product(
            before.begin(), before.end(), after.begin(), 0, std::plus<>{}, std::equal_to<>{}
        ) == 0
    );
    CHECK(std::is_permutation(before.begin(), before.end(), after.begin()));
}

} // namespace model_test
