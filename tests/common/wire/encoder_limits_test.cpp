#include "common/limits.hpp"
#include "common/wire/batch.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace encoder_limits_test {

using namespace hallmonitor;
using namespace std::chrono_literals;

namespace {

constexpr auto kind = TableKind::interface;
const ClockAnchor now{.mono = MonoTime{100s}, .wall = WallTime{1'700'000'000s}};

TableDefinition table_of(std::string device, std::size_t rows, std::size_t columns)
{
    TableDefinition table{
        .device = std::move(device), .kind = kind, .interval = 60s, .columns = {}, .rows = {}};
    for (std::size_t c = 0; c < columns; ++c)
        table.columns.push_back(static_cast<Metric>(16 + c));
    for (std::size_t r = 0; r < rows; ++r)
        table.rows.push_back({.key = std::to_string(r), .attributes = {}, .wide_columns = 0});
    return table;
}

TableReading noise(const TableDefinition& table, std::uint64_t seed)
{
    std::mt19937_64 random{seed};
    TableReading reading{.taken_at = MonoTime{50s}, .uptime = std::nullopt, .cells = {}};
    for (std::size_t i = 0; i < table.rows.size() * table.columns.size(); ++i)
        reading.cells.push_back(random());
    return reading;
}

} // namespace

TEST_CASE("a table over the limits is refused and leaves the others as they are", "[wire]")
{
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    const TableDefinition good = table_of("good", 2, 2);
    const TableDefinition bad = table_of("bad", limits::rows_per_table + 1, 1);
    REQUIRE(encoder.define(good));

    CHECK_FALSE(encoder.define(bad));
    CHECK_FALSE(encoder.define(table_of("wide", 1, limits::columns_per_table + 1)));
    CHECK_FALSE(encoder.define(table_of("both", limits::rows_per_table, 51)));
    CHECK_FALSE(encoder.add("bad", kind, noise(bad, 1)));
    CHECK(encoder.empty());
    CHECK(encoder.add("good", kind, noise(good, 1)));
}

TEST_CASE("what does not fit a batch is left out and the rest decodes", "[wire]")
{
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    const TableDefinition large = table_of("large", 10'000, 50);
    const TableDefinition small = table_of("small", 2, 2);
    REQUIRE(encoder.define(large));
    REQUIRE(encoder.define(small));
    REQUIRE(encoder.add("large", kind, noise(large, 1)));
    CHECK(encoder.estimated_bytes() >= limits::batch_bytes);

    CHECK_FALSE(encoder.add("large", kind, noise(large, 2)));
    CHECK(encoder.add("small", kind, noise(small, 3)));
    const SealedBatch first = encoder.seal(now);
    CHECK(encoder.add("large", kind, noise(large, 4)));
    const SealedBatch second = encoder.seal(now);

    CHECK(first.bytes.size() < limits::frame_bytes);
    BatchDecoder decoder;
    const auto decoded = decoder.decode(first.bytes);
    REQUIRE(decoded.has_value());
    REQUIRE(decoded->steps.size() == 2);
    CHECK(decoded->steps[1].later->reading == noise(small, 3));
    const auto after = decoder.decode(second.bytes);
    REQUIRE(after.has_value());
    CHECK(after->steps[0].earlier->reading == noise(large, 1));
    CHECK(after->steps[0].later->reading == noise(large, 4));
}

TEST_CASE("a new table that did not fit is defined with its next reading", "[wire]")
{
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    const TableDefinition first = table_of("first", 10'000, 45);
    const TableDefinition second = table_of("second", 10'000, 45);
    REQUIRE(encoder.define(first));
    REQUIRE(encoder.define(second));
    REQUIRE(encoder.add("first", kind, noise(first, 1)));

    CHECK_FALSE(encoder.add("second", kind, noise(second, 2)));
    BatchDecoder decoder;
    REQUIRE(decoder.decode(encoder.seal(now).bytes).has_value());
    CHECK(encoder.add("second", kind, noise(second, 3)));
    const auto decoded = decoder.decode(encoder.seal(now).bytes);

    REQUIRE(decoded.has_value());
    REQUIRE(decoded->steps.size() == 1);
    CHECK(decoded->steps[0].earlier == nullptr);
    CHECK(decoded->steps[0].later->reading == noise(second, 3));
}

TEST_CASE("more tables than a decoder holds are refused until some are gone", "[wire]")
{
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    constexpr std::size_t columns = limits::series_per_agent * 3 / 5 / limits::rows_per_table;
    const TableDefinition first = table_of("first", limits::rows_per_table, columns);
    const TableDefinition second = table_of("second", limits::rows_per_table, columns);
    const TableReading zeros{
        .taken_at = MonoTime{50s},
        .uptime = std::nullopt,
        .cells = std::vector<Cell>(limits::rows_per_table * columns, Cell{0}),
    };
    REQUIRE(encoder.define(first));
    REQUIRE(encoder.define(second));
    REQUIRE(encoder.add("first", kind, zeros));

    CHECK_FALSE(encoder.add("second", kind, zeros));
    encoder.forget("first", kind);
    CHECK_FALSE(encoder.add("second", kind, zeros)); // a decoder of this segment still holds it
    BatchDecoder decoder;
    REQUIRE(decoder.decode(encoder.seal(now).bytes).has_value());
    encoder.start_segment();
    CHECK(encoder.add("second", kind, zeros));
    CHECK(decoder.decode(encoder.seal(now).bytes).has_value());
}

TEST_CASE("many cheap readings fill a batch as many bytes do", "[wire]")
{
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    const TableDefinition table = table_of("table", 10'000, limits::series_per_agent / 50'000);
    const TableReading zeros{
        .taken_at = MonoTime{50s},
        .uptime = std::nullopt,
        .cells = std::vector<Cell>(limits::series_per_agent / 5, Cell{0}),
    };
    REQUIRE(encoder.define(table));
    for (int i = 0; i < 4; ++i)
        REQUIRE(encoder.add("table", kind, zeros));
    CHECK(encoder.estimated_bytes() < limits::batch_bytes);

    REQUIRE(encoder.add("table", kind, zeros));

    CHECK(encoder.estimated_bytes() >= limits::batch_bytes);
    BatchDecoder decoder;
    CHECK(decoder.decode(encoder.seal(now).bytes).value().steps.size() == 5);
}

TEST_CASE("a long event is cut at a character, not at an octet", "[wire]")
{
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    std::string text;
    while (text.size() < 2 * limits::event_text_bytes)
        text += "\u00e4";
    REQUIRE(encoder.add({.at = MonoTime{1s}, .device = "sw", .kind = "k", .text = "x" + text}));

    BatchDecoder decoder;
    const auto decoded = decoder.decode(encoder.seal(now).bytes);

    REQUIRE(decoded.has_value());
    const std::string& got = decoded->events[0].event.text;
    CHECK(got == "x" + text.substr(0, limits::event_text_bytes - 2));
}

} // namespace encoder_limits_test
