// Rows of one table that are read at intervals of their own: each counts, rates and stands as
// evidence by its own readings, exactly once, in whatever order segments come.

#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace port_classes_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t uplink_rate = 5'000; // octets a second
constexpr std::uint64_t access_rate = 1'000;

TableDefinition classes_table()
{
    TableDefinition table{
        .device = "sw-1",
        .kind = TableKind::interface,
        .interval = 10s,
        .columns =
            {Metric::if_admin_status,
             Metric::if_oper_status,
             Metric::if_speed,
             Metric::row_ticks,
             Metric::row_delay,
             Metric::if_in_octets},
        .rows =
            {{.key = "uplink", .attributes = {{Attribute::watched, "1"}}, .wide_columns = 0x20},
             {.key = "room",
              .attributes = {{Attribute::watched, "1"}, {Attribute::interval, "300000"}},
              .wide_columns = 0x20}},
    };
    return table;
}

/// An agent that reads the uplink every 10 s and the room every 300 s.
class Agent {
public:
    Agent() { encoder_.define(classes_table()); }

    void read(std::int64_t second)
    {
        const bool is_all = second % 300 == 0 && !room_is_silent;
        const auto now = static_cast<std::uint64_t>(second);
        const auto ticks = 1'000 + now * 100;
        const Cell oper = room_is_down ? 2 : 1;
        TableReading reading{
            .taken_at = MonoTime{std::chrono::seconds{1'000 + second}},
            .uptime = DeviceTicks{static_cast<std::uint32_t>(ticks)},
            .cells =
                {1, {}, 1, {}, 1'000'000, {}, ticks, {}, 0, {}, 1'000'000 + now * uplink_rate, {}},
        };
        if (is_all)
            for (const auto& [place, cell] :
                 {std::pair<std::size_t, Cell>{1, 1},
                  {3, oper},
                  {5, 1'000'000},
                  {7, ticks},
                  {9, 0},
                  {11, 7'000'000 + now * access_rate}})
                reading.cells.set(place, cell);
        const std::vector<std::uint32_t> rows{0};
        if (is_all) {
            REQUIRE(encoder_.add("sw-1", TableKind::interface, reading));
        } else {
            REQUIRE(encoder_.add("sw-1", TableKind::interface, reading, rows));
        }
    }
    void seal(std::int64_t second)
    {
        const std::chrono::milliseconds off{has_jitter ? second % 70 / 10 - 3 : 0};
        const ClockAnchor now{
            .mono = MonoTime{std::chrono::seconds{1'000 + second}}, .wall = at(second) + off};
        sealed.push_back(encoder_.seal(now));
    }
    void start_segment() { encoder_.start_segment(); }

    bool room_is_silent{false};
    bool room_is_down{false};
    bool has_jitter{false}; // of the wall clock beside the monotonic one
    std::vector<SealedBatch> sealed;

private:
    BatchEncoder encoder_{Epoch{7}, Seq{1}, 1};
};

/// Reads from `first` to `last`, a batch a reading.
void run(Agent& told, std::int64_t first, std::int64_t last)
{
    for (std::int64_t second = first; second <= last; second += 10) {
        told.read(second);
        told.seal(second);
    }
}

void apply(Ledger& ledger, const Agent& told, std::size_t begin, std::size_t end, wire::Lane lane)
{
    BatchDecoder decoder;
    for (std::size_t place = begin; place < end; ++place) {
        const auto batch = decoder.decode(told.sealed[place].bytes);
        REQUIRE(batch.has_value());
        ledger.heard(the_agent, WallTime{batch->sealed_at.wall});
        ledger.apply(the_agent, lane, *batch);
    }
}

void apply_all(Ledger& ledger, const Agent& told)
{
    apply(ledger, told, 0, told.sealed.size(), wire::Lane::live);
}

} // namespace

TEST_CASE("each port counts and rates by its own readings", "[health]")
{
    Agent told;
    run(told, 0, 890);
    Ledger ledger{{}};
    apply_all(ledger, told);
    MemoryDb db;
    commit(ledger, db);

    const auto shown = ledger.snapshot(at(890));
    const InterfaceView& uplink = the_port(*shown, "uplink");
    const InterfaceView& room = the_port(*shown, "room");
    CHECK(uplink.total.numbers[0] == 890 * uplink_rate);
    CHECK(room.total.numbers[0] == 600 * access_rate);
    CHECK(*uplink.per_second[0] == Approx(uplink_rate));
    CHECK(*room.per_second[0] == Approx(access_rate));
    CHECK(room.evidence_at == at(600));

    ledger = Ledger{db.image()};
    ledger.heard(the_agent, at(8'000));
    commit(ledger, db);
    CHECK(db.octets("uplink") == 890 * uplink_rate);
    CHECK(db.octets("room") == 600 * access_rate);
}

TEST_CASE("what a port said stands for 2.5 of its own intervals", "[health]")
{
    Agent told;
    run(told, 0, 300);
    told.room_is_silent = true;
    run(told, 310, 2'000);
    Ledger ledger{{}};
    apply_all(ledger, told);

    const auto shown = ledger.snapshot(at(2'000));
    const DeviceView& device = the_device(*shown);
    const InterfaceView& room = the_port(*shown, "room");
    // Readings of the uplink are no evidence of the room: it was up until 300 s, and for 750 s.
    CHECK(share_of(device, room, at(0), at(2'000)).up == 1'050s);
    CHECK(state_at(device, room, at(1'049)) == State::up);
    CHECK(state_at(device, room, at(1'051)) == State::unknown);
    CHECK(!is_fresh(device, room, at(1'051)));
    CHECK(share_of(device, the_port(*shown, "uplink"), at(0), at(2'000)).up == 2'000s);
}

TEST_CASE("a change of a port is dated by its own readings", "[health]")
{
    Agent told;
    run(told, 0, 590);
    told.room_is_down = true;
    run(told, 600, 700);
    Ledger ledger{{}};
    apply_all(ledger, told);

    const auto shown = ledger.snapshot(at(700));
    const InterfaceView& room = the_port(*shown, "room");
    CHECK(room.state == State::down);
    CHECK(room.state_since == at(600));
    CHECK(
        life_of(the_device(*shown), room, at(0), at(700)) ==
        std::vector{piece(0, 600, State::up), piece(600, 700, State::down)}
    );
}

TEST_CASE("the jitter of clocks tears no life of a port that is read seldom", "[health]")
{
    Agent told;
    told.has_jitter = true;
    run(told, 0, 3'000);
    Ledger ledger{{}};
    apply_all(ledger, told);

    const auto shown = ledger.snapshot(at(3'000));
    const DeviceView& device = the_device(*shown);
    CHECK(life_of(device, the_port(*shown, "room"), at(10), at(2'990)).size() == 1);
    CHECK(life_of(device, the_port(*shown, "uplink"), at(10), at(2'990)).size() == 1);
}

TEST_CASE("ports with intervals of their own count once, live before history", "[health]")
{
    Agent told;
    std::array<std::size_t, 2> segments{};
    run(told, 0, 430);
    told.start_segment();
    segments[0] = told.sealed.size();
    run(told, 440, 1'010);
    told.start_segment();
    segments[1] = told.sealed.size();
    run(told, 1'020, 1'500);

    Ledger ledger{{}};
    MemoryDb db;
    apply(ledger, told, 0, 20, wire::Lane::live);
    commit(ledger, db);
    apply(ledger, told, segments[1], told.sealed.size(), wire::Lane::live);
    // Known since 0 s; the newest reading of the room is of 1,500 s.
    CHECK(the_port(*ledger.snapshot(at(1'500)), "room").total.numbers[0] == 1'500 * access_rate);
    CHECK(the_port(*ledger.snapshot(at(1'500)), "uplink").total.numbers[0] == 1'500 * uplink_rate);
    ledger = Ledger{db.image()};
    apply(ledger, told, segments[1], told.sealed.size(), wire::Lane::live);
    apply(ledger, told, 0, segments[0], wire::Lane::history);
    commit(ledger, db);
    ledger = Ledger{db.image()};
    apply(ledger, told, segments[0], segments[1], wire::Lane::history);
    ledger.heard(the_agent, at(9'000));
    commit(ledger, db);

    CHECK(db.octets("uplink") == 1'500 * uplink_rate);
    CHECK(db.octets("room") == 1'500 * access_rate);
    CHECK(the_port(*ledger.snapshot(at(1'500)), "room").total.numbers[0] == 1'500 * access_rate);
}

} // namespace port_classes_test
