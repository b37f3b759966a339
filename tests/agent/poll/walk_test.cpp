#include "agent/poll/walk.hpp"
#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <utility>

namespace walk_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;
using hallmonitor::agent::testing::text;

namespace {

OidBytes bytes_of(const Oid& oid)
{
    const std::vector<std::byte> content = oid.ber_content();
    return {content.begin(), content.end()};
}

const OidBytes in_octets = bytes_of({1, 3, 6, 1, 2, 1, 2, 2, 1, 10});
const OidBytes out_octets = bytes_of({1, 3, 6, 1, 2, 1, 2, 2, 1, 16});

using Found = std::map<std::pair<std::size_t, std::uint32_t>, std::uint64_t>;

std::uint32_t arc_of(std::span<const std::byte> index)
{
    std::uint32_t arc = 0;
    REQUIRE(read_single_arc(index, arc));
    return arc;
}

Found run(Walk& walk, FakeDevice& device)
{
    Found found;
    while (!walk.finished()) {
        const auto reply = device.answer(walk.ask());
        for (const ColumnValue& one : walk.feed(reply.view(), reply.bytes()))
            found[{one.column(), arc_of(one.index())}] = as_unsigned(one.value()).value();
    }
    return found;
}

FakeDevice two_columns(std::uint32_t rows)
{
    FakeDevice device;
    device.set_uptime(4711);
    for (std::uint32_t row = 1; row <= rows; ++row) {
        device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 10, row}] = number(Tag::counter32, row);
        device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 16, row}] = number(Tag::counter32, 1000 + row);
    }
    device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 5, 0}] = number(Tag::timeticks, 1);
    return device;
}

} // namespace

TEST_CASE("a walk brings every row of every column once", "[poll]")
{
    FakeDevice device = two_columns(48);
    Walk walk{{in_octets, out_octets}, {}};

    const Found found = run(walk, device);

    CHECK(!walk.failure());
    CHECK(found.size() == 96);
    CHECK(found.at({0, 48}) == 48);
    CHECK(found.at({1, 48}) == 1048);
    CHECK(walk.uptime() == DeviceTicks{4711});
}

TEST_CASE("knowing the last row saves asking past the end", "[poll]")
{
    FakeDevice device = two_columns(20);
    Walk walk{
        {in_octets, out_octets},
        {.pace = {.repetitions = 20}, .last_index = 20, .expected_rows = 20}};

    CHECK(run(walk, device).size() == 40);
    CHECK(device.requests == 1);
}

TEST_CASE("replies cut short by the device are continued where they ended", "[poll]")
{
    FakeDevice device = two_columns(30);
    device.most_varbinds = 6;
    Walk walk{{in_octets, out_octets}, {}};

    CHECK(run(walk, device).size() == 60);
    CHECK(!walk.failure());
}

TEST_CASE("tooBig makes a walk ask for less, down to one value", "[poll]")
{
    FakeDevice device = two_columns(10);
    device.too_big_above = 2;
    Walk walk{{in_octets, out_octets}, {}};

    CHECK(run(walk, device).size() == 20);
    CHECK(!walk.failure());
}

TEST_CASE("a column with missing rows keeps its own place", "[poll]")
{
    FakeDevice device = two_columns(12);
    for (std::uint32_t row = 3; row <= 9; ++row)
        device.mib.erase({1, 3, 6, 1, 2, 1, 2, 2, 1, 16, row});
    Walk walk{{in_octets, out_octets}, {.pace = {.repetitions = 4}}};

    const Found found = run(walk, device);

    CHECK(found.size() == 12 + 5);
    CHECK(found.at({1, 10}) == 1010);
}

TEST_CASE("in v1 the end of a column is noSuchName and the others go on", "[poll]")
{
    FakeDevice device = two_columns(5);
    device.mib.erase({1, 3, 6, 1, 2, 1, 31, 1, 5, 0});
    device.v1 = true;
    Walk walk{{in_octets, out_octets}, {.version = SnmpVersion::v1}};

    CHECK(run(walk, device).size() == 10);
    CHECK(!walk.failure());
}

TEST_CASE("an OID that does not increase ends the walk and is named", "[poll]")
{
    FakeDevice device = two_columns(5);
    Walk walk{{in_octets}, {.pace = {.repetitions = 2}}};
    const auto first = device.answer(walk.ask());
    CHECK(walk.feed(first.view(), first.bytes()).size() == 2);

    CHECK(walk.feed(first.view(), first.bytes()).empty());

    REQUIRE(walk.failure());
    CHECK(walk.failure()->what == Anomaly::not_increasing);
    CHECK(walk.failure()->oid == "1.3.6.1.2.1.2.2.1.10.1");
}

TEST_CASE("a reply with nothing in it ends the walk", "[poll]")
{
    Walk walk{{in_octets}, {}};
    const FakeDevice::Reply empty;
    static_cast<void>(walk.ask());

    static_cast<void>(walk.feed(empty.view(), empty.bytes()));

    REQUIRE(walk.failure());
    CHECK(walk.failure()->what == Anomaly::garbled_varbinds);
    CHECK(walk.failure()->oid == "1.3.6.1.2.1.2.2.1.10");
}

TEST_CASE("a device without the table gives an empty walk", "[poll]")
{
    FakeDevice device;
    device.set_uptime(1);
    Walk walk{{in_octets, out_octets}, {}};

    CHECK(run(walk, device).empty());
    CHECK(!walk.failure());
}

TEST_CASE("an exception between rows is a gap, and the rows behind it are read", "[poll]")
{
    FakeDevice device = two_columns(5);
    device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 3}] = {.tag = Tag::no_such_instance, .content = {}};
    Walk walk{{in_octets, out_octets}, {}};

    const Found found = run(walk, device);

    CHECK(!walk.failure());
    CHECK(found.size() == 9);
    CHECK(found.at({0, 5}) == 5);
    REQUIRE(walk.findings().size() == 1);
    CHECK(walk.findings()[0].what == Anomaly::exception_in_table);
    CHECK(walk.findings()[0].oid == "1.3.6.1.2.1.2.2.1.10.3");
}

TEST_CASE("a step back to an earlier object ends a column and is named", "[poll]")
{
    FakeDevice device = two_columns(5);
    Walk walk{{out_octets}, {.pace = {.repetitions = 5}}};
    static_cast<void>(walk.ask());
    FakeDevice::Reply first = device.answer(walk.ask());
    static_cast<void>(walk.feed(first.view(), first.bytes()));
    Walk other{{in_octets}, {.pace = {.repetitions = 5}}};
    const auto earlier = device.answer(other.ask());
    static_cast<void>(walk.ask());

    CHECK(walk.feed(earlier.view(), earlier.bytes()).empty());

    CHECK(walk.finished());
    CHECK(!walk.failure());
    REQUIRE(walk.findings().size() == 1);
    CHECK(walk.findings()[0].what == Anomaly::steps_back);
    CHECK(walk.findings()[0].oid == "1.3.6.1.2.1.2.2.1.10.1");
}

TEST_CASE("a walk goes on by GETNEXT where GETBULK is not answered", "[poll]")
{
    FakeDevice device = two_columns(3);
    Walk walk{{in_octets, out_octets}, {}};
    CHECK(walk.ask().type == PduType::get_bulk);

    walk.give_up_bulk();

    CHECK(walk.ask().type == PduType::get_next);
    CHECK(run(walk, device).size() == 6);
}

TEST_CASE("what was too big is not asked for again", "[poll]")
{
    FakeDevice device = two_columns(60);
    device.too_big_above = 20; // sysUpTime and nine rows of two
    Walk walk{{in_octets, out_octets}, {}};

    CHECK(run(walk, device).size() == 120);

    // Ten rows, then five at a time, and the end.
    CHECK(device.requests == 1 + 12 + 1);
    CHECK(walk.pace().most == 5);
    Walk next{{in_octets, out_octets}, {.pace = walk.pace(), .expected_rows = 60}};
    device.requests = 0;
    CHECK(run(next, device).size() == 120);
    CHECK(device.requests == 12 + 1);
}

TEST_CASE("replies that are too long to come through become shorter", "[poll]")
{
    constexpr std::size_t longest = 1'000; // octets
    FakeDevice device;
    device.set_uptime(1);
    const Oid column{1, 3, 6, 1, 4, 1, 9999, 1};
    for (std::uint32_t row = 1; row <= 200; ++row)
        device.mib[{1, 3, 6, 1, 4, 1, 9999, 1, row}] = text(std::string(row < 60 ? 4 : 40, 'x'));
    Walk walk{{bytes_of(column)}, {}};
    std::size_t rows = 0;
    unsigned lost = 0;
    while (!walk.finished()) {
        const auto reply = device.answer(walk.ask());
        if (reply.bytes() > longest) {
            ++lost;
            walk.shrink();
            REQUIRE(lost < 10);
        } else {
            rows += walk.feed(reply.view(), reply.bytes()).size();
        }
    }

    CHECK(rows == 200);
    CHECK(lost <= 4);
    CHECK(walk.pace().octets <= longest);
    CHECK(walk.pace().octets >= longest / 2);
}

TEST_CASE("losses now and then make no reply shorter", "[poll]")
{
    FakeDevice device = two_columns(400);
    Walk walk{{in_octets, out_octets}, {}};
    unsigned asked = 0;
    std::size_t rows = 0;
    while (!walk.finished()) {
        const auto reply = device.answer(walk.ask());
        if (++asked % 3 == 0) {
            walk.shrink();
        } else {
            rows += walk.feed(reply.view(), reply.bytes()).size();
        }
    }
    CHECK(rows == 800);
    CHECK(walk.pace().octets == WalkPace::longest_reply);
}

TEST_CASE("silence limits what is asked for only where so much was never answered", "[poll]")
{
    FakeDevice device = two_columns(60);
    Walk walk{{in_octets, out_octets}, {.pace = {.repetitions = 20}}};

    static_cast<void>(walk.ask());
    walk.shrink();
    CHECK(walk.pace().most == 10);
    CHECK(walk.ask().max_repetitions == 10);

    const auto reply = device.answer(walk.ask());
    static_cast<void>(walk.feed(reply.view(), reply.bytes()));
    static_cast<void>(walk.ask());
    walk.shrink();
    CHECK(walk.ask().max_repetitions == 5);
    CHECK(walk.pace().most == 10);
}

} // namespace walk_test
