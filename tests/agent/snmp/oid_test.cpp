#include "agent/snmp/oid.hpp"
#include "tests/agent/snmp/bytes.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <random>

namespace hallmonitor::agent::oid_test {
namespace {

using testing::bytes;

int sign(int value)
{
    return static_cast<int>(value > 0) - static_cast<int>(value < 0);
}

int order(const Oid& a, const Oid& b)
{
    const auto result = a <=> b;
    return static_cast<int>(std::is_gt(result)) - static_cast<int>(std::is_lt(result));
}

// Arcs near each other and near the borders of their encodings, so that prefixes coincide often.
Oid random_oid(std::mt19937& random)
{
    constexpr std::array<std::uint32_t, 9> arcs{
        0, 1, 127, 128, 129, 16'383, 16'384, 0xfffffffe, 0xffffffff};
    Oid oid{1, 3};
    for (auto length = random() % 6; length > 0; --length)
        oid.push(arcs.at(random() % arcs.size()));
    return oid;
}

std::optional<std::uint32_t> arc_of(std::span<const std::byte> content)
{
    std::uint32_t arc = 0;
    if (!read_single_arc(content, arc)) return std::nullopt;
    return arc;
}

} // namespace

TEST_CASE("an OID is read with or without a leading dot and printed without", "[snmp]")
{
    CHECK(Oid::parse(".1.3.6.1").value() == Oid{1, 3, 6, 1});
    CHECK(Oid::parse("1.3.6.4294967295").value().to_string() == "1.3.6.4294967295");
}

TEST_CASE("text that is no OID is refused", "[snmp]")
{
    const auto* const text = GENERATE(
        "",
        ".",
        "1",
        "1.",
        "1..3",
        "1.3.",
        "3.1",
        "1.40",
        "1.3.x",
        "1.3.-1",
        "1.3.4294967296",
        " 1.3"
    );

    CHECK(Oid::parse(text).error() == Errc::malformed);
}

TEST_CASE("an OID has at most 128 arcs", "[snmp]")
{
    std::string text = "1.3";
    for (int i = 2; i < 128; ++i)
        text += ".1";

    CHECK(Oid::parse(text).has_value());
    CHECK_FALSE(Oid::parse(text + ".1").has_value());
    auto content = Oid::parse(text).value().ber_content();
    CHECK(Oid::from_ber(content).has_value());
    content.push_back(std::byte{1});
    CHECK_FALSE(Oid::from_ber(content).has_value());
}

TEST_CASE("contents octets are those of X.690", "[snmp]")
{
    CHECK(Oid{1, 3, 6, 1, 2, 1}.ber_content() == bytes("2b 06 01 02 01"));
    CHECK(Oid{2, 100, 3}.ber_content() == bytes("81 34 03")); // the example of section 8.19
    CHECK(Oid{0, 0}.ber_content() == bytes("00"));            // zeroDotZero
    CHECK(Oid{1, 3, 4'294'967'295}.ber_content() == bytes("2b 8f ff ff ff 7f"));
}

TEST_CASE("malformed contents octets are refused", "[snmp]")
{
    CHECK_FALSE(Oid::from_ber({}).has_value());
    CHECK_FALSE(Oid::from_ber(bytes("2b 86")).has_value());             // ends within an arc
    CHECK_FALSE(Oid::from_ber(bytes("2b 90 80 80 80 00")).has_value()); // 2^32
    CHECK_FALSE(Oid::from_ber(bytes("2b ff ff ff ff ff ff 7f")).has_value());
}

TEST_CASE("encoded OIDs compare as their arcs do", "[snmp]")
{
    std::mt19937 random{7};
    int wrong = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Oid a = random_oid(random);
        const Oid b = random_oid(random);
        const auto ber_a = a.ber_content();
        const auto ber_b = b.ber_content();
        wrong += static_cast<int>(sign(ber_compare(ber_a, ber_b)) != order(a, b));
        wrong += static_cast<int>(ber_starts_with(ber_a, ber_b) != a.starts_with(b));
        wrong += static_cast<int>(Oid::from_ber(ber_a).value() != a);
    }
    CHECK(wrong == 0);
}

TEST_CASE("padded arcs are compared by value", "[snmp]")
{
    CHECK(ber_compare(bytes("2b 80 05 01"), bytes("2b 05 01")) == 0);
    CHECK(ber_compare(bytes("2b 80 05 02"), bytes("2b 05 01")) > 0);
    CHECK(ber_compare(bytes("2b 80 05"), bytes("2b 05 01")) < 0);
}

TEST_CASE("an OID that ends within an arc is not above its whole part", "[snmp]")
{
    CHECK(ber_compare(bytes("2b 06 81"), bytes("2b 06")) == 0);
    CHECK(ber_compare(bytes("2b 06 81"), bytes("2b 06 01")) < 0);
}

TEST_CASE("a single arc is exactly one", "[snmp]")
{
    CHECK(arc_of(bytes("05")) == 5);
    CHECK(arc_of(bytes("81 00")) == 128);
    CHECK_FALSE(arc_of({}).has_value());
    CHECK_FALSE(arc_of(bytes("05 06")).has_value());
    CHECK_FALSE(arc_of(bytes("81")).has_value());
    CHECK_FALSE(arc_of(bytes("05 81")).has_value());
    CHECK(arc_of(bytes("8f ff ff ff 7f")) == 0xffffffff);
    CHECK_FALSE(arc_of(bytes("90 80 80 80 00")).has_value());
}

TEST_CASE("arcs are read one by one up to the first malformed one", "[snmp]")
{
    const auto rest = bytes("05 81 00 90 80 80 80 00 01");
    BerArcs arcs{rest};

    CHECK(arcs.next() == 5U);
    CHECK(arcs.next() == 128U);
    CHECK_FALSE(arcs.failed());
    CHECK_FALSE(arcs.next());
    CHECK_FALSE(arcs.next());
    CHECK(arcs.failed());
}

} // namespace hallmonitor::agent::oid_test
