#include "agent/snmp/usm_keys.hpp"
#include "tests/agent/snmp/bytes.hpp"
#include "tests/agent/snmp/netsnmp_oracle.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

namespace hallmonitor::agent {
namespace {

using testing::Bytes;
using testing::bytes;

// The password and engine of RFC 3414 section A.3.
constexpr auto password = "maplesyrup";
const Bytes engine_id = bytes("00 00 00 00 00 00 00 00 00 00 00 02");

Bytes revealed(const SecretBytes& secret)
{
    return {secret.reveal().begin(), secret.reveal().end()};
}

SecretBytes localized(AuthProtocol protocol)
{
    return localize_key(protocol, password_to_key(protocol, password).value(), engine_id).value();
}

SecretBytes cipher_key(AuthProtocol auth, PrivProtocol priv, KeyExtension extension)
{
    return privacy_key(auth, priv, extension, localized(auth), engine_id).value();
}

Bytes text(std::string_view characters)
{
    const auto octets = std::as_bytes(std::span{characters});
    return {octets.begin(), octets.end()};
}

const PrivInput input{
    .engine_boots = 5,
    .engine_time = 1'234'567,
    .salt =
        {std::byte{1},
         std::byte{2},
         std::byte{3},
         std::byte{4},
         std::byte{5},
         std::byte{6},
         std::byte{7},
         std::byte{8}},
};
const Bytes scoped_pdu = text("scoped PDU of 20 oct");

} // namespace

TEST_CASE("keys are those of RFC 3414 section A.3", "[snmp]")
{
    CHECK(
        revealed(password_to_key(AuthProtocol::md5, password).value()) ==
        bytes("9faf3283884e92834ebc9847d8edd963")
    );
    CHECK(revealed(localized(AuthProtocol::md5)) == bytes("526f5eed9fcce26f8964c2930787d82b"));
    CHECK(
        revealed(password_to_key(AuthProtocol::sha1, password).value()) ==
        bytes("9fb5cc0381497b3793528939ff788d5d79145211")
    );
    CHECK(
        revealed(localized(AuthProtocol::sha1)) == bytes("6695febc9288e36282235fc7151f128497b38f3f")
    );
}

// Computed apart with Python's hashlib after RFC 3414 section A.2 and RFC 7860.
TEST_CASE("keys of the SHA-2 family are localized alike", "[snmp]")
{
    CHECK(
        revealed(localized(AuthProtocol::sha224)) ==
        bytes("0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674")
    );
    CHECK(
        revealed(localized(AuthProtocol::sha256)) ==
        bytes("8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b")
    );
    CHECK(
        revealed(localized(AuthProtocol::sha384)) ==
        bytes("3b298f16164a11184279d5432bf169e2d2a48307de02b3d3"
              "f7e2b4f36eb6f0455a53689a3937eea07319a633d2ccba78")
    );
    CHECK(
        revealed(localized(AuthProtocol::sha512)) ==
        bytes("22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099"
              "ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b")
    );
}

// Computed apart with Python's hmac.
TEST_CASE("a message's digest is its HMAC, cut to the protocol's size", "[snmp]")
{
    const auto digest = [](AuthProtocol protocol) {
        return message_digest(protocol, localized(protocol), text("message")).value();
    };
    CHECK(digest(AuthProtocol::md5) == bytes("f0a612228dbb771da0ad9b4a"));
    CHECK(digest(AuthProtocol::sha1) == bytes("750d00b77c5e3c107009be7d"));
    CHECK(digest(AuthProtocol::sha224) == bytes("8863dc07f96c61f91ea1e7d37411a139"));
    CHECK(
        digest(AuthProtocol::sha256) == bytes("98368b5b164d2086a37cad2e48753e37fe7a164739f049fe")
    );
    CHECK(
        digest(AuthProtocol::sha384) ==
        bytes("7f8dc8811fd8fa8cf3f1906159f74516b9f24fe46f0b26fb045a8b7f50b3153f")
    );
    CHECK(
        digest(AuthProtocol::sha512) == bytes("f5030230aca1418d8b9e283cb8c5425960935e17daac2baf"
                                              "08634d1958c8575af13a7a9a6181c2e6c9fc311dc63a7caf")
    );
}

// Computed apart with the openssl program.
TEST_CASE("ciphertext is that of the RFCs", "[snmp]")
{
    const auto ciphertext = [](AuthProtocol auth, PrivProtocol priv) {
        const auto key = cipher_key(auth, priv, KeyExtension::blumenthal);
        return encrypt(priv, key, input, scoped_pdu).value();
    };
    CHECK(
        ciphertext(AuthProtocol::sha1, PrivProtocol::aes128) ==
        bytes("ddc1541f4657b0f286b3521f6764fddbed66f35e")
    );
    CHECK(
        ciphertext(AuthProtocol::sha256, PrivProtocol::aes192) ==
        bytes("bac35bd55f74522b6f53ec834ca87a483cdbd957")
    );
    CHECK(
        ciphertext(AuthProtocol::sha256, PrivProtocol::aes256) ==
        bytes("e2799e45c672d7bfeb7f63545a649ac0549d398f")
    );
    CHECK(
        ciphertext(AuthProtocol::md5, PrivProtocol::des) ==
        bytes("1009fd63154bf6efeda185e196773e0d265225b28143465e")
    );
}

TEST_CASE("what is encrypted comes back, under every pair of protocols", "[snmp]")
{
    const auto auth = GENERATE(
        AuthProtocol::md5,
        AuthProtocol::sha1,
        AuthProtocol::sha224,
        AuthProtocol::sha256,
        AuthProtocol::sha384,
        AuthProtocol::sha512
    );
    const auto priv = GENERATE(
        PrivProtocol::des, PrivProtocol::aes128, PrivProtocol::aes192, PrivProtocol::aes256
    );
    const auto extension = GENERATE(KeyExtension::blumenthal, KeyExtension::reeder);
    const auto key = cipher_key(auth, priv, extension);

    const auto cipher = encrypt(priv, key, input, scoped_pdu).value();
    auto plain = decrypt(priv, key, input, cipher).value();

    CHECK(cipher != plain);
    plain.resize(scoped_pdu.size());
    CHECK(plain == scoped_pdu);
}

TEST_CASE("short keys are lengthened as net-snmp lengthens them", "[snmp]")
{
    const auto auth = GENERATE(AuthProtocol::md5, AuthProtocol::sha1);
    const Bytes short_key = revealed(localized(auth));
    const bool md5 = auth == AuthProtocol::md5;

    CHECK(
        revealed(cipher_key(auth, PrivProtocol::aes256, KeyExtension::blumenthal)) ==
        testing::netsnmp_extend(short_key, md5, false, engine_id)
    );
    CHECK(
        revealed(cipher_key(auth, PrivProtocol::aes256, KeyExtension::reeder)) ==
        testing::netsnmp_extend(short_key, md5, true, engine_id)
    );
}

TEST_CASE("another salt, time or boot gives other ciphertext", "[snmp]")
{
    const auto key = cipher_key(AuthProtocol::sha1, PrivProtocol::aes128, KeyExtension::blumenthal);
    PrivInput salted = input;
    salted.salt[7] = std::byte{9};
    PrivInput later = input;
    ++later.engine_time;
    PrivInput rebooted = input;
    ++rebooted.engine_boots;

    const auto first = encrypt(PrivProtocol::aes128, key, input, scoped_pdu).value();

    CHECK(encrypt(PrivProtocol::aes128, key, salted, scoped_pdu).value() != first);
    CHECK(encrypt(PrivProtocol::aes128, key, later, scoped_pdu).value() != first);
    CHECK(encrypt(PrivProtocol::aes128, key, rebooted, scoped_pdu).value() != first);
}

TEST_CASE("a password under eight characters is refused", "[snmp]")
{
    CHECK(password_to_key(AuthProtocol::sha1, "seven77").error() == Errc::refused);
    CHECK(password_to_key(AuthProtocol::sha1, "eight888").has_value());
}

TEST_CASE("keys, engine ids and texts that do not fit are refused", "[snmp]")
{
    const SecretBytes key = localized(AuthProtocol::sha1);
    const Bytes long_id(33);

    CHECK_FALSE(localize_key(AuthProtocol::md5, key, engine_id).has_value());
    CHECK_FALSE(localize_key(AuthProtocol::sha1, key, {}).has_value());
    CHECK_FALSE(localize_key(AuthProtocol::sha1, key, long_id).has_value());
    CHECK_FALSE(message_digest(AuthProtocol::sha256, key, scoped_pdu).has_value());
    CHECK_FALSE(encrypt(PrivProtocol::aes128, key, input, scoped_pdu).has_value());
    const auto des = cipher_key(AuthProtocol::sha1, PrivProtocol::des, KeyExtension::blumenthal);
    CHECK_FALSE(decrypt(PrivProtocol::des, des, input, bytes("01 02 03")).has_value());
    CHECK_FALSE(decrypt(PrivProtocol::des, des, input, {}).has_value());
}

TEST_CASE("digests are the same only when every octet is", "[snmp]")
{
    CHECK(same_digest(bytes("01 02"), bytes("01 02")));
    CHECK_FALSE(same_digest(bytes("01 02"), bytes("01 03")));
    CHECK_FALSE(same_digest(bytes("01 02"), bytes("01")));
}

TEST_CASE("key material does not print", "[snmp]")
{
    std::ostringstream out;
    out << localized(AuthProtocol::sha1);

    CHECK(out.str() == "<secret>");
}

} // namespace hallmonitor::agent
