#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"
#include "tests/agent/snmp/bytes.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace hallmonitor::agent::message_test {
namespace {

using testing::Bytes;
using testing::bytes;

// snmpget -v2c -c public of sysUpTime.0, as snmpd answered it.
constexpr auto captured = "30 2a 02 01 01 04 06 70 75 62 6c 69 63 a2 1d 02 04 1f 0d 3b 5a 02 01 00"
                          "02 01 00 30 0f 30 0d 06 08 2b 06 01 02 01 01 03 00 43 01 2a";

Errc refusal(std::string_view hex)
{
    const Bytes data = bytes(hex);
    const auto message = parse_message(data);
    return message ? Errc{} : static_cast<Errc>(message.error().value());
}

std::vector<VarBindView> read_all(std::span<const std::byte> varbinds, bool& failed)
{
    VarBindCursor cursor{varbinds};
    std::vector<VarBindView> all;
    while (const auto one = cursor.next())
        all.push_back(*one);
    failed = cursor.failed();
    return all;
}

Bytes encode(const RequestHead& head, const std::vector<Oid>& oids, std::size_t room)
{
    std::vector<Bytes> contents;
    contents.reserve(oids.size());
    for (const Oid& oid : oids)
        contents.push_back(oid.ber_content());
    const std::vector<std::span<const std::byte>> spans{contents.begin(), contents.end()};
    Bytes out(room);
    out.resize(encode_request(head, spans, out));
    return out;
}

} // namespace

TEST_CASE("a response is taken apart without copying", "[snmp]")
{
    const Bytes data = bytes(captured);

    const ResponseView message = parse_message(data).value();

    CHECK(message.version == SnmpVersion::v2c);
    CHECK(Bytes{message.community.begin(), message.community.end()} == bytes("70 75 62 6c 69 63"));
    CHECK(message.type == PduType::response);
    CHECK(message.request_id == 0x1f0d3b5a);
    CHECK(message.error_status == 0);
    CHECK(message.error_index == 0);
    CHECK(message.varbinds.data() == data.data() + 29);
}

TEST_CASE("varbinds come one by one", "[snmp]")
{
    const Bytes data = bytes(captured);
    bool failed = true;

    const auto all = read_all(parse_message(data).value().varbinds, failed);

    CHECK_FALSE(failed);
    REQUIRE(all.size() == 1);
    CHECK(Oid::from_ber(all[0].oid).value() == Oid{1, 3, 6, 1, 2, 1, 1, 3, 0});
    CHECK(all[0].tag == Tag::timeticks);
    CHECK(as_unsigned(all[0]) == 42U);
}

TEST_CASE("a message cut short anywhere is malformed", "[snmp]")
{
    const Bytes data = bytes(captured);
    std::size_t taken = 0;
    for (std::size_t size = 0; size < data.size(); ++size)
        taken += parse_message(std::span{data}.first(size)).has_value() ? 1 : 0;

    CHECK(taken == 0);
}

TEST_CASE("version 3 is told from nonsense", "[snmp]")
{
    CHECK(refusal("30 03 02 01 03") == Errc::unsupported);
    CHECK(refusal("30 03 02 01 02") == Errc::malformed);
    CHECK(refusal("31 03 02 01 01") == Errc::malformed);
    CHECK(refusal("30 06 02 01 01 04 01 61") == Errc::malformed);
}

TEST_CASE("varbinds before a malformed one are given, then the failure is seen", "[snmp]")
{
    const auto* const broken = GENERATE(
        "30 05 06 02 2b 07 05",    // value without a length
        "31 06 06 02 2b 07 05 00", // not a SEQUENCE
        "30 06 04 02 2b 07 05 00", // name is no OID
        "30 04 06 00 05 00",       // empty name
        "30 7f 06 02 2b 07 05 00"  // longer than the list
    );
    const Bytes data = bytes(std::string{"30 06 06 02 2b 06 05 00"} + broken);
    bool failed = false;

    const auto all = read_all(data, failed);

    CHECK(all.size() == 1);
    CHECK(failed);
}

TEST_CASE("numbers of every type are read, others are none", "[snmp]")
{
    const auto value = [](Tag tag, const Bytes& content) {
        return as_unsigned(VarBindView{.oid = {}, .tag = tag, .content = content});
    };
    CHECK(value(Tag::integer, bytes("05")) == 5U);
    CHECK(value(Tag::counter32, bytes("ff ff ff ff")) == 0xffffffffU);
    CHECK(value(Tag::gauge32, bytes("00 80 00 00 00")) == 0x80000000U);
    CHECK(value(Tag::timeticks, bytes("07")) == 7U);
    CHECK(value(Tag::counter64, bytes("00 ff ff ff ff ff ff ff ff")) == ~0ULL);
    CHECK(value(Tag::opaque, bytes("9f 76 02 01 00")) == 256U); // net-snmp's Counter64 in Opaque
    CHECK_FALSE(value(Tag::integer, bytes("ff")));              // negative
    CHECK_FALSE(value(Tag::counter32, {}));
    CHECK_FALSE(value(Tag::opaque, bytes("9f 76 09 01 00")));
    CHECK_FALSE(value(Tag::opaque, bytes("9f 78 04 00 00 00 00"))); // a float
    CHECK_FALSE(value(Tag::octet_string, bytes("05")));
    CHECK_FALSE(value(Tag::no_such_instance, {}));
}

TEST_CASE("signed numbers keep their sign", "[snmp]")
{
    const Bytes minus_five = bytes("fb");
    const Bytes huge = bytes("00 ff ff ff ff ff ff ff ff");

    CHECK(as_signed({.oid = {}, .tag = Tag::integer, .content = minus_five}) == -5);
    CHECK_FALSE(as_signed({.oid = {}, .tag = Tag::counter64, .content = huge}));
}

TEST_CASE("a GETBULK is written as RFC 3416 has it", "[snmp]")
{
    const RequestHead head{
        .community = "public",
        .type = PduType::get_bulk,
        .request_id = 0x1f0d3b5a,
        .non_repeaters = 1,
        .max_repetitions = 10,
    };

    const Bytes out = encode(head, {{1, 3, 6, 1, 2, 1, 1, 3}, {1, 3, 6, 1, 2, 1, 2}}, 100);

    CHECK(
        out == bytes("30 34 02 01 01 04 06 70 75 62 6c 69 63 a5 27 02 04 1f 0d 3b 5a 02 01 01"
                     "02 01 0a 30 19 30 0b 06 07 2b 06 01 02 01 01 03 05 00"
                     "30 0a 06 06 2b 06 01 02 01 02 05 00")
    );
}

TEST_CASE("a request of exactly the room fits, of one octet more it does not", "[snmp]")
{
    const RequestHead head{.community = "public", .request_id = 1};
    const std::vector<Oid> oids{{1, 3, 6, 1, 2, 1, 1, 3, 0}};
    const std::size_t size = encode(head, oids, 200).size();

    CHECK(size > 0);
    CHECK(encode(head, oids, size).size() == size);
    CHECK(encode(head, oids, size - 1).empty());
}

} // namespace hallmonitor::agent::message_test
