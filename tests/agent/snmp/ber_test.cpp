#include "agent/snmp/ber.hpp"
#include "tests/agent/snmp/bytes.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <limits>

namespace hallmonitor::agent::ber_test {
namespace {

using testing::Bytes;
using testing::bytes;

Bytes written(const BerWriter& writer, std::span<const std::byte> buffer)
{
    const auto text = buffer.last(writer.size());
    return {text.begin(), text.end()};
}

std::int32_t integer_round_trip(std::int32_t number)
{
    std::array<std::byte, 16> buffer{};
    BerWriter writer{buffer};
    writer.integer(number);
    BerReader reader{std::span{buffer}.last(writer.size())};
    return reader.integer();
}

bool is_refused(std::string_view hex)
{
    const Bytes data = bytes(hex);
    BerReader reader{data};
    const BerValue value = reader.any();
    return reader.failed() && value.content.empty() && reader.at_end();
}

} // namespace

TEST_CASE("values are read one after the other", "[snmp]")
{
    const Bytes data = bytes("02 01 05 04 02 68 69");
    BerReader reader{data};

    const std::int32_t number = reader.integer();
    const auto text = reader.expect(4);

    CHECK(number == 5);
    CHECK(Bytes{text.begin(), text.end()} == bytes("68 69"));
    CHECK(reader.at_end());
    CHECK_FALSE(reader.failed());
}

TEST_CASE("longer forms of a length than needed are taken", "[snmp]")
{
    const Bytes data = bytes("04 81 01 61 04 84 00 00 00 01 62");
    BerReader reader{data};

    CHECK(reader.expect(4).front() == std::byte{'a'});
    CHECK(reader.expect(4).front() == std::byte{'b'});
    CHECK_FALSE(reader.failed());
}

TEST_CASE("a value that does not fit its surroundings is refused", "[snmp]")
{
    CHECK(is_refused(""));
    CHECK(is_refused("04"));
    CHECK(is_refused("04 02 61"));
    CHECK(is_refused("04 84 ff ff ff ff 61"));
    CHECK(is_refused("04 82 01"));
}

TEST_CASE("forms that SNMP does not use are refused", "[snmp]")
{
    CHECK(is_refused("30 80 00 00"));             // indefinite length
    CHECK(is_refused("1f 81 01 01 00"));          // tag of several octets
    CHECK(is_refused("04 85 00 00 00 00 01 61")); // length of five octets
}

TEST_CASE("the first failure is remembered and ends the reading", "[snmp]")
{
    const Bytes data = bytes("04 01 61 02 01 05");
    BerReader reader{data};

    const std::int32_t not_an_integer = reader.integer();
    const std::int32_t after = reader.integer();

    CHECK(not_an_integer == 0);
    CHECK(after == 0);
    CHECK(reader.failed());
}

TEST_CASE("an integer beyond 32 bits is refused where 32 bits are meant", "[snmp]")
{
    const Bytes data = bytes("02 05 01 00 00 00 00");
    BerReader reader{data};

    reader.integer();

    CHECK(reader.failed());
}

TEST_CASE("signed values are two's complement, padded or not", "[snmp]")
{
    CHECK(ber_signed(bytes("05")) == 5);
    CHECK(ber_signed(bytes("ff")) == -1);
    CHECK(ber_signed(bytes("ff ff ff ff ff ff ff ff ff fe")) == -2);
    CHECK(ber_signed(bytes("00 00 00 00 00 00 00 00 00 80")) == 128);
    CHECK(ber_signed(bytes("80 00 00 00 00 00 00 00")) == std::numeric_limits<std::int64_t>::min());
    CHECK_FALSE(ber_signed(bytes("")));
    CHECK_FALSE(ber_signed(bytes("01 00 00 00 00 00 00 00 00")));
}

TEST_CASE("unsigned values come out right however agents pad them", "[snmp]")
{
    CHECK(ber_unsigned(bytes("00 ff ff ff ff"), 32) == 0xffffffff); // as X.690 wants it
    CHECK(ber_unsigned(bytes("ff ff ff ff"), 32) == 0xffffffff);    // leading zero forgotten
    CHECK(ber_unsigned(bytes("ff 80 00 00 00"), 32) == 0x80000000); // sign extended
    CHECK(ber_unsigned(bytes("80 e8"), 32) == 33'000);              // as early mini-snmpd sends it
    CHECK(ber_unsigned(bytes("00 00 00 00 00 05"), 32) == 5);
    CHECK(
        ber_unsigned(bytes("00 ff ff ff ff ff ff ff ff"), 64) ==
        std::numeric_limits<std::uint64_t>::max()
    );
    CHECK_FALSE(ber_unsigned(bytes(""), 32));
    CHECK_FALSE(ber_unsigned(bytes("01 00 00 00 00"), 32));
}

TEST_CASE("integers survive the way out and back", "[snmp]")
{
    const auto number = GENERATE(
        0,
        1,
        127,
        128,
        255,
        256,
        32'767,
        32'768,
        8'388'607,
        8'388'608,
        std::numeric_limits<std::int32_t>::max(),
        -1,
        -128,
        -129,
        -32'768,
        -32'769,
        std::numeric_limits<std::int32_t>::min()
    );

    CHECK(integer_round_trip(number) == number);
}

TEST_CASE("integers are written in the fewest octets", "[snmp]")
{
    std::array<std::byte, 16> buffer{};
    BerWriter writer{buffer};

    writer.integer(128);
    writer.integer(-128);
    writer.integer(127);

    CHECK(written(writer, buffer) == bytes("02 01 7f 02 01 80 02 02 00 80"));
}

TEST_CASE("lengths take the form that their size needs", "[snmp]")
{
    std::array<std::byte, 1024> buffer{};
    const Bytes content(300);
    BerWriter writer{buffer};

    writer.value(4, content);

    const Bytes all = written(writer, buffer);
    CHECK(Bytes{all.begin(), all.begin() + 4} == bytes("04 82 01 2c"));
    CHECK(all.size() == 304);
}

TEST_CASE("a writer that overflows has written nothing", "[snmp]")
{
    std::array<std::byte, 4> buffer{};
    BerWriter writer{buffer};

    writer.value(4, bytes("01 02 03"));
    writer.integer(1);

    CHECK(writer.overflowed());
    CHECK(writer.size() == 0);
}

} // namespace hallmonitor::agent::ber_test
