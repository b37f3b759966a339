#include "common/limits.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/coding.hpp"
#include "common/wire/fields.hpp"
#include "tests/common/wire/raw_batch.hpp"

#include <catch2/catch.hpp>

namespace bounds_test {

using namespace hallmonitor;
using namespace hallmonitor::test;
namespace field = hallmonitor::wire::field;

namespace {

constexpr std::uint64_t largest = ~std::uint64_t{0};

std::string repeated(std::string_view text, std::size_t times)
{
    std::string out;
    out.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

std::string definition_of(std::uint64_t number, std::string_view fields)
{
    return field_of(
        field::body::definitions,
        varint_field(field::definition::table, number) +
            field_of(field::definition::device, "sw " + std::to_string(number)) +
            varint_field(field::definition::kind, 2) + std::string{fields}
    );
}

std::string rows(std::size_t count)
{
    return repeated(field_of(field::definition::rows, ""), count);
}

std::string reading_of(std::uint64_t number, std::string_view fields = {})
{
    return field_of(
        field::body::readings, varint_field(field::reading::table, number) + std::string{fields}
    );
}

boost::system::error_code error_of(std::string_view body, const RawHead& head = {})
{
    BatchDecoder decoder;
    const auto decoded = decoder.decode(raw_batch(body, head));
    return decoded ? boost::system::error_code{} : decoded.error();
}

} // namespace

TEST_CASE("a body by hand is understood as the contract says", "[wire]")
{
    const std::string columns = field_of(field::definition::columns, "\x10");
    const std::string definition = definition_of(9, columns + rows(2));
    // Differences 3 and -1: zigzag 6 and 1.
    const std::string reading = reading_of(
        9,
        varint_field(field::reading::changed_columns, 1) +
            field_of(field::reading::differences, std::string{"\x06\x01"})
    );
    BatchDecoder decoder;
    const auto decoded = decoder.decode(raw_batch(definition + reading));

    REQUIRE(decoded.has_value());
    REQUIRE(decoded->steps.size() == 1);
    CHECK(decoded->steps[0].later->reading.cells == std::vector<Cell>{3, largest});
    CHECK_FALSE(decoded->steps[0].later->reading.uptime.has_value());
}

TEST_CASE("a body may come in several frames", "[wire]")
{
    const std::string definition = definition_of(9, rows(2));
    const std::string reading = reading_of(9);
    const std::string frames = zstd(definition) + zstd("") + zstd(reading);
    const auto size = static_cast<std::uint32_t>(definition.size() + reading.size());
    BatchDecoder decoder;

    const auto decoded = decoder.decode(raw_batch(frames, size));
    REQUIRE(decoded.has_value());
    CHECK(decoded->steps.size() == 1);
    CHECK(decoder.decode(raw_batch(frames, size - 1)).error() == Errc::malformed);
    CHECK(decoder.decode(raw_batch(frames, size + 1)).error() == Errc::malformed);
}

TEST_CASE("a declared size is checked before anything is allocated for it", "[wire]")
{
    BatchDecoder decoder;
    const std::string small = zstd("x");

    CHECK(decoder.decode(raw_batch(small, 0xffffffff)).error() == Errc::too_large);
    CHECK(decoder.decode(raw_batch(small, limits::frame_bytes + 1)).error() == Errc::too_large);
    CHECK(decoder.decode(raw_batch(small, limits::frame_bytes)).error() == Errc::malformed);
    CHECK(decoder.decode(raw_batch("no zstd at all", 8)).error() == Errc::malformed);
}

TEST_CASE("a gigabyte of zeros is refused by its declaration", "[wire]")
{
    // Seven frames of 128 MiB are what a bomb within the frame limit looks like.
    const std::string bomb = zstd(std::string(std::size_t{128} << 20, '\0'));
    REQUIRE(bomb.size() < std::size_t{64} << 10);
    BatchDecoder decoder;

    CHECK(decoder.decode(raw_batch(bomb, std::uint32_t{128} << 20)).error() == Errc::too_large);
    CHECK(decoder.decode(raw_batch(bomb, 1024)).error() == Errc::malformed);
    CHECK(decoder.decode(raw_batch(repeated(bomb, 7), 1024)).error() == Errc::malformed);
    const std::string hidden = zstd("x") + bomb;
    CHECK(decoder.decode(raw_batch(hidden, 1)).error() == Errc::malformed);
}

TEST_CASE("tables over the limits are refused", "[wire]")
{
    const std::string most_columns(limits::columns_per_table, '\x10');
    const auto columns = [](std::string_view numbers) {
        return field_of(field::definition::columns, numbers);
    };

    CHECK(error_of(definition_of(1, rows(limits::rows_per_table))) == boost::system::error_code{});
    CHECK(error_of(definition_of(1, rows(limits::rows_per_table + 1))) == Errc::too_large);
    CHECK(
        error_of(definition_of(1, columns(most_columns) + rows(1))) == boost::system::error_code{}
    );
    CHECK(error_of(definition_of(1, columns(most_columns + "\x10"))) == Errc::too_large);
    CHECK(
        error_of(definition_of(1, columns(most_columns) + rows(limits::rows_per_table))) ==
        Errc::too_large
    );
    const std::string long_text(limits::device_string_bytes + 1, 'x');
    const std::string long_key = field_of(field::row::key, long_text);
    CHECK(
        error_of(definition_of(1, field_of(field::definition::rows, long_key))) == Errc::too_large
    );
}

TEST_CASE("many tables together are bounded as one is", "[wire]")
{
    constexpr std::uint64_t too_many = limits::rows_per_agent / limits::rows_per_table + 1;
    std::string body;
    for (std::uint64_t number = 1; number <= too_many; ++number)
        body += definition_of(number, rows(limits::rows_per_table));
    CHECK(error_of(body) == Errc::too_large);

    std::string empty_tables;
    for (std::uint64_t number = 1; number <= limits::rows_per_agent + 1; ++number)
        empty_tables += definition_of(number, "");
    CHECK(error_of(empty_tables) == Errc::too_large);
}

TEST_CASE("short readings of a wide table cannot fill the memory", "[wire]")
{
    const std::string table = definition_of(
        1, field_of(field::definition::columns, std::string(40, '\x10')) + rows(20'000)
    );

    CHECK(error_of(table + repeated(reading_of(1), 2)) == boost::system::error_code{});
    CHECK(error_of(table + repeated(reading_of(1), 500'000)) == Errc::too_large);
    const std::string event = field_of(field::body::events, "");
    CHECK(error_of(repeated(event, 1'000'000)) == Errc::too_large);
}

TEST_CASE("clocks beyond reason are refused, not added up", "[wire]")
{
    const std::string table = definition_of(1, rows(1));
    const auto zigzag = [](std::int64_t value) { return protozero::encode_zigzag64(value); };
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    const auto late = [&](std::int64_t by) {
        return reading_of(1, varint_field(field::reading::taken_at_us, zigzag(by)));
    };

    CHECK(error_of(table + late(most)) == Errc::malformed);
    CHECK(error_of(table + late(least)) == Errc::malformed);
    CHECK(error_of(table + late(-1)) == Errc::malformed);
    CHECK(error_of(table, {.mono_us = most}) == Errc::malformed);
    CHECK(error_of(table, {.wall_ms = least}) == Errc::malformed);
    CHECK(
        error_of(definition_of(1, varint_field(field::definition::interval_ms, largest))) ==
        Errc::malformed
    );
    const std::string ticks = varint_field(field::reading::uptime_ticks, zigzag(most));
    CHECK(error_of(table + repeated(reading_of(1, ticks), 3)) == boost::system::error_code{});
}

TEST_CASE("fields that contradict their table are malformed", "[wire]")
{
    const std::string table =
        definition_of(1, field_of(field::definition::columns, "\x10") + rows(9));
    const std::string nine(9, '\x02');
    const auto reading = [](std::string_view differences, std::string_view presence) {
        return reading_of(
            1,
            varint_field(field::reading::changed_columns, 1) +
                field_of(field::reading::differences, differences) +
                field_of(field::reading::presence, presence)
        );
    };

    CHECK(error_of(table + reading(nine, "\xff\x01")) == boost::system::error_code{});
    CHECK(error_of(table + reading(nine + "\x02", "\xff\x01")) == Errc::malformed);
    CHECK(error_of(table + reading(nine.substr(1), "\xff\x01")) == Errc::malformed);
    CHECK(error_of(table + reading(nine, "\xff")) == Errc::malformed);
    CHECK(error_of(table + reading("\xff", "\xff\x01")) == Errc::malformed);
    CHECK(error_of(reading_of(2)) == Errc::unknown_table);
    CHECK(error_of(table + table) == boost::system::error_code{}); // defined anew
    CHECK(
        error_of(table + definition_of(2, rows(1)) + reading_of(1)) == boost::system::error_code{}
    );
}

TEST_CASE("a table of one thing has one row", "[wire]")
{
    const auto device_table = [](std::string_view fields) {
        return field_of(
            field::body::definitions,
            varint_field(field::definition::table, 1) + varint_field(field::definition::kind, 1) +
                std::string{fields}
        );
    };

    CHECK(error_of(device_table(rows(1))) == boost::system::error_code{});
    CHECK(error_of(device_table("")) == Errc::malformed);
    CHECK(error_of(device_table(rows(2))) == Errc::malformed);
}

TEST_CASE("texts of a peer pass the sanitizer, names must have passed it", "[wire]")
{
    const auto row = [](std::string_view key, std::string_view alias) {
        const std::string attribute =
            varint_field(field::attribute::name, 3) + field_of(field::attribute::value, alias);
        return field_of(
            field::definition::rows,
            field_of(field::row::key, key) + field_of(field::row::attributes, attribute)
        );
    };
    BatchDecoder decoder;
    const std::string body = definition_of(
                                 1,
                                 row("Gi1",
                                     "a\x01"
                                     "b\xff")
                             ) +
                             reading_of(1);
    const auto decoded = decoder.decode(raw_batch(body));

    REQUIRE(decoded.has_value());
    const auto& attributes = decoded->steps[0].table->rows[0].attributes;
    CHECK(attributes.text(Attribute::if_alias) == "ab\u00ff");
    CHECK(error_of(definition_of(1, row("Gi\x01", ""))) == Errc::malformed);
    CHECK(error_of(definition_of(1, row("\xff", ""))) == Errc::malformed);
}

TEST_CASE("after a broken batch only a segment's start is accepted", "[wire]")
{
    const std::string table = definition_of(1, rows(1));
    BatchDecoder decoder;
    REQUIRE(decoder.decode(raw_batch(table + reading_of(1))).has_value());

    const RawHead second{.seq = Seq{2}};
    CHECK(decoder.decode(raw_batch(reading_of(7), second)).error() == Errc::unknown_table);
    CHECK(decoder.last_readings().empty());
    CHECK(decoder.decode(raw_batch(reading_of(1), second)).error() == Errc::out_of_order);
    CHECK(decoder.decode(raw_batch(table + reading_of(1))).has_value());
    CHECK(decoder.decode(raw_batch(reading_of(1), second)).has_value());
}

} // namespace bounds_test
