#include "tests/sim/ber.hpp"

#include <catch2/catch.hpp>

namespace ber_test {

using namespace hallmonitor::sim;

namespace {

Bytes of_unsigned(std::uint64_t number)
{
    Value value;
    value.set_unsigned(tag::counter64, number);
    return value.tlv();
}

Bytes of_integer(std::int64_t number)
{
    Value value;
    value.set_integer(number);
    return value.tlv();
}

} // namespace

TEST_CASE("numbers take the fewest octets that keep their sign", "[sim]")
{
    CHECK(of_unsigned(0) == Bytes{0x46, 1, 0});
    CHECK(of_unsigned(0x7F) == Bytes{0x46, 1, 0x7F});
    CHECK(of_unsigned(0x80) == Bytes{0x46, 2, 0, 0x80});
    CHECK(of_unsigned(0xFFFFFFFF) == Bytes{0x46, 5, 0, 0xFF, 0xFF, 0xFF, 0xFF});
    CHECK(of_unsigned(1ULL << 63) == Bytes{0x46, 9, 0, 0x80, 0, 0, 0, 0, 0, 0, 0});
    CHECK(of_integer(-1) == Bytes{2, 1, 0xFF});
    CHECK(of_integer(-128) == Bytes{2, 1, 0x80});
    CHECK(of_integer(-129) == Bytes{2, 2, 0xFF, 0x7F});
    CHECK(of_integer(128) == Bytes{2, 2, 0, 0x80});
    CHECK(of_integer(0x7FFFFFFF) == Bytes{2, 4, 0x7F, 0xFF, 0xFF, 0xFF});
}

TEST_CASE("numbers are put as values have them", "[sim]")
{
    const auto number = GENERATE(
        0ULL,
        127ULL,
        128ULL,
        0x7FFFFFFFULL,
        0xFFFFFFFFULL,
        1ULL << 63U,
        ~0ULL,
        ~0ULL - 200,
        1ULL << 55U
    );
    const auto tag = GENERATE(tag::integer, tag::counter32, tag::timeticks, tag::counter64);
    Value value;
    value.set_number(tag, number);
    Bytes put(2 + 9 + Value::slack);

    put.resize(static_cast<std::size_t>(put_number(put.data(), tag, number) - put.data()));

    CHECK(put == value.tlv());
}

TEST_CASE("lengths take one octet below 128, else their own count", "[sim]")
{
    CHECK(make_tlv(4, std::string(127, 'x')).at(1) == 127);
    CHECK(make_tlv(4, std::string(128, 'x')).at(1) == 0x81);
    CHECK(make_tlv(4, std::string(65'000, 'x')).at(1) == 0x82);
    CHECK(make_tlv(4, std::string(65'000, 'x')).size() == 65'004);
}

TEST_CASE("OIDs go to BER and back", "[sim]")
{
    const Oid oid{1, 3, 6, 1, 4, 1, 99'999, 4'294'967'295, 0};

    CHECK(oid_of(oid_contents(oid)) == oid);
    CHECK(oid_contents({2, 999, 3}) == Bytes{0x88, 0x37, 3});
    CHECK(oid_of(Bytes{0x88, 0x37, 3}) == Oid{2, 999, 3});
    CHECK_FALSE(oid_of(Bytes{0x2B, 0x80, 1}));
    CHECK_FALSE(oid_of(Bytes{0x2B, 0x86}));
    CHECK_FALSE(oid_of(Bytes{0x2B, 0x90, 0x80, 0x80, 0x80, 0}));
    CHECK_FALSE(oid_of({}));
}

TEST_CASE("OIDs are read from text, with or without a leading dot", "[sim]")
{
    CHECK(parse_oid(".1.3.6") == Oid{1, 3, 6});
    CHECK_FALSE(parse_oid("1.3."));
    CHECK_FALSE(parse_oid("1..3"));
    CHECK_FALSE(parse_oid("3.1"));
    CHECK_FALSE(parse_oid("1.40"));
    CHECK_FALSE(parse_oid("1"));
    CHECK_FALSE(parse_oid("1.3.4294967296"));
}

} // namespace ber_test
