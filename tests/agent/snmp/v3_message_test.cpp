#include "agent/snmp/oid.hpp"
#include "agent/snmp/usm_crypto.hpp"
#include "agent/snmp/usm_keys.hpp"
#include "agent/snmp/v3_message.hpp"
#include "tests/agent/snmp/bytes.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace hallmonitor::agent::v3_message_test {
namespace {

using testing::Bytes;
using testing::bytes;

// A dialogue of snmpget and snmpd of net-snmp 5.9.3, user u4, SHA-512, password "authpass1".
const Bytes discovery =
    bytes("303e 020103 3011 02041f3bc958 020300ffe3 040104 020103 0410 300e 0400"
          "020100 020100 0400 0400 0400 3014 0400 0400 a00e 02044c529973 020100"
          "020100 3000");
const Bytes report = bytes("3071 020103 3011 02041f3bc958 020300ffe3 040100 020103 0421 301f"
                           "0411 80001f88800972191d4d8f096b00000000 020101 020101 0400 0400 0400"
                           "3036 0411 80001f88800972191d4d8f096b00000000 0400 a81f 02044c529973"
                           "020100 020100 3011 300f 060a2b060106030f01010400 410101");
const Bytes response = bytes(
    "3081a2 020103 3011 02041f3bc957 020300ffe3 040101 020103 0453 3051"
    "0411 80001f88800972191d4d8f096b00000000 020101 020101 04027534"
    "0430 2007b141578adb4b2e6ffd4189131245969772c9e58135cac50b78ddae80958e12a1c8c42f76605b11f7192d"
    "1c2dcc73 0400 3035 0411 80001f88800972191d4d8f096b00000000 0400 a21e 02044c529972 020100 "
    "020100"
    "3010 300e 06082b06010201010300 43020099"
);
const Bytes engine_id = bytes("80001f88800972191d4d8f096b00000000");

Bytes owned(std::span<const std::byte> octets)
{
    return {octets.begin(), octets.end()};
}

std::string text(std::span<const std::byte> octets)
{
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

// A message of ours without a digest.
Bytes encoded(const V3Message& message)
{
    Bytes out(1'500);
    out.resize(encode_v3_message(message, 0, out).size);
    return out;
}

} // namespace

TEST_CASE("a discovery is what net-snmp sends", "[snmp]")
{
    Bytes pdu(100);
    const RequestHead head{.version = SnmpVersion::v3, .request_id = 0x4c529973};
    pdu.resize(encode_scoped_pdu({}, {}, head, {}, pdu));

    CHECK(encoded({.id = 0x1f3bc958, .data = pdu}) == discovery);
}

TEST_CASE("snmpd's report tells its engine id and which counter it is about", "[snmp]")
{
    const V3Message message = parse_v3_message(report).value();

    CHECK(message.id == 0x1f3bc958);
    CHECK_FALSE(message.is_authenticated);
    CHECK_FALSE(message.is_encrypted);
    CHECK(owned(message.engine_id) == engine_id);
    CHECK(message.engine_boots == 1);
    CHECK(message.engine_time == 1);
    const ResponseView pdu = parse_scoped_pdu(message.data).value();
    CHECK(pdu.type == PduType::report);
    CHECK(pdu.request_id == 0x4c529973);
    VarBindCursor cursor{pdu.varbinds};
    const VarBindView* const first = cursor.next();
    REQUIRE(first != nullptr);
    CHECK(Oid::from_ber(first->oid).value().to_string() == "1.3.6.1.6.3.15.1.1.4.0");
}

TEST_CASE("snmpd's response is under the digest of its user's key", "[snmp]")
{
    const V3Message message = parse_v3_message(response).value();
    const auto key = localize_key(
        AuthProtocol::sha512,
        password_to_key(AuthProtocol::sha512, "authpass1").value(),
        message.engine_id
    );
    UsmCrypto crypto;

    CHECK(message.is_authenticated);
    CHECK(text(message.user) == "u4");
    const auto digest =
        crypto.message_digest(AuthProtocol::sha512, key.value(), response, message.auth_parameters);
    CHECK(owned(digest.value().bytes()) == owned(message.auth_parameters));
    CHECK(parse_scoped_pdu(message.data).value().request_id == 0x4c529972);
}

TEST_CASE("what is written is read again, and the digest has its place", "[snmp]")
{
    const Bytes cipher(77, std::byte{0xab});
    const Bytes salt(8, std::byte{0xcd});
    const std::string user(32, 'u');
    Bytes out(500);

    const V3Encoded written = encode_v3_message(
        {.id = 2'147'483'647,
         .is_authenticated = true,
         .is_encrypted = true,
         .engine_id = engine_id,
         .engine_boots = 2'147'483'646,
         .engine_time = 1'000'000,
         .user = std::as_bytes(std::span{user}),
         .priv_parameters = salt,
         .data = cipher},
        48,
        out
    );
    out.resize(written.size);
    const V3Message message = parse_v3_message(out).value();

    CHECK(message.id == 2'147'483'647);
    CHECK(message.is_encrypted);
    CHECK(message.engine_boots == 2'147'483'646);
    CHECK(message.engine_time == 1'000'000);
    CHECK(text(message.user) == user);
    CHECK(owned(message.priv_parameters) == salt);
    CHECK(owned(message.data) == cipher);
    CHECK(owned(message.auth_parameters) == Bytes(48));
    CHECK(message.auth_parameters.data() == out.data() + written.auth_offset);
}

TEST_CASE("a message that does not fit is not written", "[snmp]")
{
    Bytes out(60);

    CHECK(encode_v3_message({.engine_id = engine_id, .data = engine_id}, 12, out).size == 0);
}

TEST_CASE("a message that is cut anywhere is malformed", "[snmp]")
{
    const auto size = GENERATE(range(std::size_t{0}, std::size_t{115}));

    CHECK_FALSE(parse_v3_message(std::span{report}.first(size)).has_value());
}

TEST_CASE("encryption without authentication is malformed", "[snmp]")
{
    CHECK_FALSE(parse_v3_message(encoded({.is_encrypted = true, .data = engine_id})).has_value());
}

TEST_CASE("another security model or version is not understood", "[snmp]")
{
    Bytes other_model = report;
    other_model[23] = std::byte{4};
    Bytes other_version = report;
    other_version[4] = std::byte{1};

    CHECK(parse_v3_message(other_model).error() == Errc::unsupported);
    CHECK(parse_v3_message(other_version).error() == Errc::unsupported);
}

TEST_CASE("sizes that a message states are not believed", "[snmp]")
{
    const auto size = GENERATE("7fffffff", "ffffffff", "00000000");
    const Bytes lie = bytes(size);
    Bytes message = bytes("3072 020103 3012 02041f3bc958 0204");
    message.insert(message.end(), lie.begin(), lie.end());
    message.insert(message.end(), report.begin() + 18, report.end());

    CHECK(owned(parse_v3_message(message).value().engine_id) == engine_id);
}

} // namespace hallmonitor::agent::v3_message_test
