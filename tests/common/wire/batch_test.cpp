#include "common/wire/batch.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <random>

namespace batch_test {

using namespace hallmonitor;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t boot = 42;
constexpr Epoch epoch{0x1122334455667788};

TableDefinition table_of(const std::vector<std::string>& keys)
{
    TableDefinition table{
        .device = "sw-lib-1",
        .kind = TableKind::interface,
        .interval = 60s,
        .columns = {Metric::if_oper_status, Metric::row_ticks, Metric::if_in_octets},
        .rows = {},
    };
    for (const std::string& key : keys)
        table.rows.push_back(
            {.key = key, .attributes = {{Attribute::if_alias, "to " + key}}, .wide_columns = 4}
        );
    return table;
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

const std::string device = "sw-lib-1";
constexpr auto kind = TableKind::interface;

} // namespace

TEST_CASE("readings come out of a batch as they went in", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1", "Gi2"}));
    const TableReading first = reading_of(10, {1, 2, 1000, 1001, 500, std::nullopt});
    const TableReading second = reading_of(70, {1, 1, 7000, 7002, 400, ~std::uint64_t{0}});
    encoder.add(device, kind, first);
    encoder.add(device, kind, second);
    encoder.add({.at = first.taken_at, .device = device, .kind = "link", .text = "Gi2 is down"});

    const SealedBatch sealed = encoder.seal(anchor_at(71));
    BatchDecoder decoder;
    const auto decoded = decoder.decode(sealed.bytes);

    REQUIRE(decoded.has_value());
    CHECK(decoded->id == BatchId{epoch, Seq{1}, Seq{1}});
    REQUIRE(decoded->steps.size() == 2);
    CHECK(*decoded->steps[0].table == table_of({"Gi1", "Gi2"}));
    CHECK(decoded->steps[0].earlier == nullptr);
    CHECK(decoded->steps[0].later->reading == first);
    CHECK(decoded->steps[1].earlier == decoded->steps[0].later);
    CHECK(decoded->steps[1].later->reading == second);
    CHECK(decoded->steps[1].later->boot == boot);
    CHECK(decoded->steps[1].later->wall == WallTime{1'700'000'070s});
    REQUIRE(decoded->events.size() == 1);
    CHECK(decoded->events[0].event.text == "Gi2 is down");
    CHECK(encoder.empty());
    CHECK(peek_batch_id(sealed.bytes).value() == sealed.id);
}

TEST_CASE("a segment decodes alone and its first step comes from the segment before", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1"}));
    encoder.add(device, kind, reading_of(10, {1, 1000, 500}));
    static_cast<void>(encoder.seal(anchor_at(11)));
    encoder.start_segment();
    encoder.add(device, kind, reading_of(70, {2, 7000, 700}));

    const SealedBatch second = encoder.seal(anchor_at(71));
    BatchDecoder decoder;
    const auto decoded = decoder.decode(second.bytes);

    REQUIRE(decoded.has_value());
    CHECK(second.id == BatchId{epoch, Seq{2}, Seq{2}});
    REQUIRE(decoded->steps.size() == 1);
    REQUIRE(decoded->steps[0].earlier);
    CHECK(decoded->steps[0].earlier->reading == reading_of(10, {1, 1000, 500}));
    CHECK(decoded->steps[0].earlier->wall == WallTime{1'700'000'010s});
    CHECK(decoded->steps[0].later->reading == reading_of(70, {2, 7000, 700}));
}

TEST_CASE("rows are matched by key when a table is defined anew in mid-batch", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1", "Gi2"}));
    encoder.add(device, kind, reading_of(10, {1, 2, 1000, 1000, 11, 22}));
    encoder.define(table_of({"Gi2", "Gi3"}));
    encoder.add(device, kind, reading_of(70, {2, 1, 7000, 7000, 33, 44}));

    BatchDecoder decoder;
    const auto decoded = decoder.decode(encoder.seal(anchor_at(71)).bytes);

    REQUIRE(decoded.has_value());
    REQUIRE(decoded->steps.size() == 2);
    const TableReading& carried = decoded->steps[1].earlier->reading;
    CHECK(carried.cells == std::vector<Cell>{2, {}, 1000, {}, 22, {}});
    CHECK(decoded->steps[1].earlier->wall == decoded->steps[0].later->wall);
    CHECK(decoded->steps[1].later->reading.cells == std::vector<Cell>{2, 1, 7000, 7000, 33, 44});
}

TEST_CASE("a restarted agent goes on from the readings of its last life", "[wire]")
{
    BatchEncoder before{epoch, Seq{1}, boot};
    before.define(table_of({"Gi1"}));
    before.add(device, kind, reading_of(10, {1, 1000, 500}));
    BatchDecoder newest_segment;
    REQUIRE(newest_segment.decode(before.seal(anchor_at(11)).bytes).has_value());

    BatchEncoder after{epoch, Seq{2}, boot + 1};
    after.restore(newest_segment);
    after.define(table_of({"Gi1"}));
    after.add(device, kind, reading_of(3, {1, 300, 900}));
    BatchDecoder decoder;
    const auto decoded = decoder.decode(after.seal(anchor_at(4)).bytes);

    REQUIRE(decoded.has_value());
    REQUIRE(decoded->steps[0].earlier);
    CHECK(decoded->steps[0].earlier->boot == boot);
    CHECK(decoded->steps[0].earlier->reading == reading_of(10, {1, 1000, 500}));
    CHECK(decoded->steps[0].later->boot == boot + 1);
}

TEST_CASE("after readings are forgotten the next one counts from none", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1"}));
    encoder.add(device, kind, reading_of(10, {1, 2, 1000}));
    static_cast<void>(encoder.seal(anchor_at(11)));

    encoder.forget_readings();
    encoder.add(device, kind, reading_of(70, {1, 2, 7000}));
    const SealedBatch sealed = encoder.seal(anchor_at(71));
    BatchDecoder decoder;
    const auto decoded = decoder.decode(sealed.bytes);

    REQUIRE(decoded.has_value());
    CHECK(sealed.id.segment == sealed.id.seq);
    REQUIRE(decoded->steps.size() == 1);
    CHECK(decoded->steps[0].earlier == nullptr);
    CHECK(decoded->steps[0].later->reading == reading_of(70, {1, 2, 7000}));
}

TEST_CASE("every segment says which devices there are, and carries no others over", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1"}));
    encoder.add(device, kind, reading_of(10, {1, 2, 1000}));
    BatchDecoder decoder;
    CHECK(!decoder.decode(encoder.seal(anchor_at(11)).bytes)->roster);

    encoder.start_segment();
    encoder.tell_roster({"sw-b", "sw-a"});
    encoder.add({.at = {}, .device = "", .kind = "test", .text = ""});
    const auto first = decoder.decode(encoder.seal(anchor_at(12)).bytes);
    encoder.add({.at = {}, .device = "", .kind = "test", .text = ""});
    const auto second = decoder.decode(encoder.seal(anchor_at(13)).bytes);

    REQUIRE(first.has_value());
    CHECK(first->roster == std::vector<std::string>{"sw-a", "sw-b"});
    CHECK(decoder.last_readings().empty());
    REQUIRE(second.has_value());
    CHECK(!second->roster);
}

TEST_CASE("a restart before a table was read again loses no step of it", "[wire]")
{
    // Two tables, of which a short life read one alone before it was killed.
    TableDefinition other = table_of({"Gi1"});
    other.device = "sw-lib-2";
    const TableReading known = reading_of(10, {1, 2, 1000});
    BatchEncoder first{epoch, Seq{1}, boot};
    first.define(other);
    first.define(table_of({"Gi1"}));
    first.add(other.device, kind, known);
    BatchDecoder first_segment;
    REQUIRE(first_segment.decode(first.seal(anchor_at(11)).bytes).has_value());

    BatchEncoder second{epoch, Seq{2}, boot};
    second.restore(first_segment);
    second.define(table_of({"Gi1"}));
    second.add(device, kind, reading_of(20, {1, 2, 5}));
    BatchDecoder second_segment;
    REQUIRE(second_segment.decode(second.seal(anchor_at(21)).bytes).has_value());

    BatchEncoder third{epoch, Seq{3}, boot};
    third.restore(second_segment);
    third.add(other.device, kind, reading_of(30, {1, 2, 3000}));
    BatchDecoder third_segment;
    const auto decoded = third_segment.decode(third.seal(anchor_at(31)).bytes);
    REQUIRE(decoded.has_value());
    REQUIRE(decoded->steps.back().earlier);
    CHECK(decoded->steps.back().earlier->reading == known);
}

TEST_CASE("a segment's first batch carries hundreds of large tables over", "[wire]")
{
    std::vector<std::string> keys;
    for (int port = 1; port <= 48; ++port)
        keys.push_back("GigabitEthernet1/0/" + std::to_string(port));
    TableDefinition table = table_of(keys);
    std::mt19937_64 random{1};
    BatchEncoder encoder{epoch, Seq{1}, boot};
    for (int number = 0; number < 400; ++number) {
        table.device = "sw-" + std::to_string(number);
        encoder.define(table);
        std::vector<Cell> cells(table.rows.size() * table.columns.size());
        std::generate(cells.begin(), cells.end(), std::ref(random));
        encoder.add(table.device, kind, reading_of(number, cells));
    }
    BatchDecoder first;
    REQUIRE(first.decode(encoder.seal(anchor_at(400)).bytes).has_value());
    encoder.start_segment();
    encoder.add(Event{.at = {}, .device = "", .kind = "any", .text = ""});
    BatchDecoder second;
    REQUIRE(second.decode(encoder.seal(anchor_at(401)).bytes).has_value());

    const auto before = first.last_readings();
    const auto after = second.last_readings();
    REQUIRE(after.size() == 400);
    for (std::size_t i = 0; i < after.size(); ++i) {
        CHECK(*after[i].table == *before[i].table);
        CHECK(after[i].reading->reading == before[i].reading->reading);
    }
}

TEST_CASE("a table that nobody reads any more is not carried for ever", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1"}));
    encoder.add(device, kind, reading_of(10, {1, 2, 1000}));
    static_cast<void>(encoder.seal(anchor_at(11)));
    encoder.start_segment();
    encoder.add({.at = {}, .device = "", .kind = "word", .text = "two days later"});

    BatchDecoder decoder;
    REQUIRE(decoder.decode(encoder.seal(anchor_at(2 * 86'400)).bytes).has_value());

    CHECK(decoder.last_readings().empty());
}

TEST_CASE("batches out of order are refused and a segment's start is always accepted", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1"}));
    std::vector<SealedBatch> batches;
    for (int i = 0; i < 3; ++i) {
        encoder.add(device, kind, reading_of(10 + i, {1, 1000, 500}));
        batches.push_back(encoder.seal(anchor_at(20 + i)));
    }
    BatchDecoder decoder;

    CHECK(decoder.decode(batches[1].bytes).error() == Errc::out_of_order);
    CHECK(decoder.decode(batches[0].bytes).has_value());
    CHECK(decoder.decode(batches[2].bytes).error() == Errc::out_of_order);
    CHECK(decoder.decode(batches[1].bytes).has_value());
    CHECK(decoder.decode(batches[0].bytes).has_value());
}

TEST_CASE("broken bytes are refused and never read past their end", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of({"Gi1", "Gi2"}));
    encoder.add(device, kind, reading_of(10, {1, 2, 1000, 1001, 500, std::nullopt}));
    const SealedBatch sealed = encoder.seal(anchor_at(11));
    std::mt19937 random{7};

    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> bytes = sealed.bytes;
        for (int flips = 0; flips < 3; ++flips)
            bytes[random() % bytes.size()] ^= static_cast<std::byte>(1U << (random() % 8));
        bytes.resize(bytes.size() - random() % 3);
        BatchDecoder decoder;
        static_cast<void>(decoder.decode(bytes));
        static_cast<void>(peek_batch_id(bytes));
    }
    SUCCEED("no invariant broke");
}

TEST_CASE("a steady table costs little", "[wire]")
{
    std::vector<std::string> keys;
    keys.reserve(48);
    for (int i = 0; i < 48; ++i)
        keys.push_back("Gi1/0/" + std::to_string(i));
    BatchEncoder encoder{epoch, Seq{1}, boot};
    encoder.define(table_of(keys));
    const auto cells_at = [&](std::size_t second) {
        std::vector<Cell> cells(96, 1);
        for (std::size_t i = 0; i < 48; ++i)
            cells[48 + i] = second * 100 + i / 8;
        cells.resize(144, 1'000'000);
        return cells;
    };
    encoder.add(device, kind, reading_of(10, cells_at(10)));
    static_cast<void>(encoder.seal(anchor_at(11)));
    encoder.add(device, kind, reading_of(70, cells_at(70)));

    CHECK(encoder.seal(anchor_at(71)).bytes.size() < 100);
}

TEST_CASE("cells that appear later keep their value over a redefinition", "[wire]")
{
    TableDefinition table{
        .device = "sw-lib-1",
        .kind = TableKind::device,
        .interval = 10s,
        .columns = {Metric::device_state, Metric::device_snmp_up, Metric::device_poll_duration},
        .rows = {{.key = ""}},
    };
    const auto one = [](int second, std::vector<Cell> cells) {
        return TableReading{
            .taken_at = MonoTime{std::chrono::seconds{second}}, .cells = std::move(cells)};
    };
    BatchEncoder encoder{epoch, Seq{1}, boot};
    BatchDecoder decoder;
    encoder.define(table);
    encoder.add(device, TableKind::device, one(1, {1, {}, {}}));
    REQUIRE(decoder.decode(encoder.seal(anchor_at(2)).bytes).has_value());
    table.rows[0].attributes.set(Attribute::sys_name, "sw");
    encoder.define(table);
    encoder.add(device, TableKind::device, one(3, {1, 1, 500}));
    REQUIRE(decoder.decode(encoder.seal(anchor_at(4)).bytes).has_value());
    encoder.start_segment();
    encoder.add(device, TableKind::device, one(5, {1, 1, 502}));
    REQUIRE(decoder.decode(encoder.seal(anchor_at(6)).bytes).has_value());
    encoder.add(device, TableKind::device, one(7, {1, 1, 504}));
    const auto decoded = decoder.decode(encoder.seal(anchor_at(8)).bytes);

    REQUIRE(decoded.has_value());
    CHECK(decoded->steps.back().later->reading.cells == std::vector<Cell>{1, 1, 504});
}

TEST_CASE("a segment is worthwhile once its cells were read a dozen times", "[wire]")
{
    BatchEncoder encoder{epoch, Seq{1}, 1};
    encoder.define(table_of({"Gi1", "Gi2"}));
    const auto read_at = [&](int second) {
        encoder.add(device, kind, reading_of(second, {1, 1, 0, 0, 0, 0}));
        static_cast<void>(encoder.seal(anchor_at(second)));
    };
    for (int reading = 0; reading < 11; ++reading)
        read_at(10 * reading);
    CHECK_FALSE(encoder.segment_is_worthwhile());

    read_at(110);
    CHECK(encoder.segment_is_worthwhile());

    encoder.start_segment();
    read_at(120);
    CHECK_FALSE(encoder.segment_is_worthwhile());
}

} // namespace batch_test
