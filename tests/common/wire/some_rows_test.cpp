// Readings of some rows only: the others stand as they were.

#include "common/wire/batch.hpp"

#include <catch2/catch.hpp>

namespace some_rows_test {

using namespace hallmonitor;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t boot = 42;
constexpr Epoch epoch{0x1122334455667788};
const std::string device = "sw-lib-1";
constexpr auto kind = TableKind::interface;
const std::vector<std::uint32_t> first_row{0};
const Cell none;

TableDefinition two_ports()
{
    return {
        .device = device,
        .kind = kind,
        .interval = 10s,
        .columns =
            {Metric::if_oper_status, Metric::row_ticks, Metric::if_in_octets, Metric::row_delay},
        .rows = {{.key = "Gi1", .wide_columns = 4}, {.key = "Gi2", .wide_columns = 4}},
    };
}

TableReading reading_of(int second, std::vector<Cell> cells)
{
    return {
        .taken_at = MonoTime{std::chrono::seconds{second}},
        .uptime = DeviceTicks{static_cast<std::uint32_t>(second * 100)},
        .cells = std::move(cells),
    };
}

ClockAnchor anchor_at(int second)
{
    return {
        .mono = MonoTime{std::chrono::seconds{second}},
        .wall = WallTime{std::chrono::seconds{1'700'000'000 + second}},
    };
}

} // namespace

TEST_CASE("rows that were not read stand as they were, dated back to when they were", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(two_ports());
    REQUIRE(encoder.add(device, kind, reading_of(10, {1, 1, 1000, 1001, 500, 600, 0, 30})));

    const auto second = reading_of(20, {2, none, 2000, none, 510, none, 5, none});
    REQUIRE(encoder.add(device, kind, second, first_row));
    const auto third = reading_of(40, {1, none, 4000, none, 520, none, 6, none});
    REQUIRE(encoder.add(device, kind, third, first_row));
    const auto batch = BatchDecoder{}.decode(encoder.seal(anchor_at(41)).bytes);

    REQUIRE(batch.has_value());
    const std::uint64_t back = 0;
    CHECK(
        batch->steps[1].later->reading.cells == Cells{2, 1, 2000, 1001, 510, 600, 5, back - 9'970}
    );
    CHECK(
        batch->steps[2].later->reading.cells == Cells{1, 1, 4000, 1001, 520, 600, 6, back - 29'970}
    );
}

TEST_CASE("of another boot no row that was not read is told", "[wire]")
{
    BatchEncoder before{epoch, Seq{1}, boot};
    before.define(two_ports());
    REQUIRE(before.add(device, kind, reading_of(10, {1, 1, 1000, 1001, 500, 600, 0, 0})));
    BatchDecoder newest;
    REQUIRE(newest.decode(before.seal(anchor_at(11)).bytes).has_value());
    BatchEncoder encoder{Epoch{2}, Seq{1}, boot + 1};
    encoder.restore(newest);
    const auto reading = reading_of(5, {2, none, 500, none, 510, none, 0, none});

    REQUIRE(encoder.add(device, kind, reading, first_row));

    const auto batch = BatchDecoder{}.decode(encoder.seal(anchor_at(6)).bytes);
    REQUIRE(batch.has_value());
    CHECK(batch->steps[0].later->reading.cells == reading.cells);
}

} // namespace some_rows_test
