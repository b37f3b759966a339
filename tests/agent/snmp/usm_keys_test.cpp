#include "agent/snmp/usm_crypto.hpp"
#include "agent/snmp/usm_keys.hpp"
#include "tests/agent/snmp/bytes.hpp"
#include "tests/agent/snmp/netsnmp_crypto.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace hallmonitor::agent::usm_keys_test {
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

UsmSettings user(const std::string& auth_password = "maplesyrup")
{
    return {
        .user = "monitor",
        .level = SecurityLevel::auth_priv,
        .auth = AuthProtocol::sha1,
        .auth_password = Secret{auth_password},
        .priv = PrivProtocol::aes256,
        .priv_password = Secret{"bananasplit"},
    };
}

Bytes engine(std::uint8_t number)
{
    return {std::byte{0x80}, std::byte{0}, std::byte{1}, std::byte{2}, std::byte{number}};
}

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

TEST_CASE("keys are those of net-snmp, under every protocol", "[snmp]")
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
    const Bytes key = testing::netsnmp_key(auth, password, engine_id);

    CHECK(revealed(localized(auth)) == key);
    CHECK(
        revealed(privacy_key(auth, priv, extension, localized(auth), engine_id).value()) ==
        testing::netsnmp_extend(auth, priv, extension, key, engine_id)
    );
}

TEST_CASE("a password longer than a piece of its repetition is stretched too", "[snmp]")
{
    const std::string long_password(5'000, 'x');

    const auto key = password_to_key(AuthProtocol::sha1, long_password).value();

    CHECK(
        revealed(localize_key(AuthProtocol::sha1, key, engine_id).value()) ==
        testing::netsnmp_key(AuthProtocol::sha1, long_password, engine_id)
    );
}

TEST_CASE("a password under eight characters is refused", "[snmp]")
{
    CHECK(password_to_key(AuthProtocol::sha1, "seven77").error() == Errc::refused);
    CHECK(password_to_key(AuthProtocol::sha1, "eight888").has_value());
}

TEST_CASE("keys and engine ids that do not fit are refused", "[snmp]")
{
    const SecretBytes key = localized(AuthProtocol::sha1);
    const Bytes long_id(33);

    CHECK_FALSE(localize_key(AuthProtocol::md5, key, engine_id).has_value());
    CHECK_FALSE(localize_key(AuthProtocol::sha1, key, {}).has_value());
    CHECK_FALSE(localize_key(AuthProtocol::sha1, key, long_id).has_value());
}

TEST_CASE("keys are derived once and shared by devices that share an engine id", "[snmp]")
{
    UsmKeyCache cache;
    const auto first = cache.keys(user(), engine(1)).value();
    const auto clone = cache.keys(user(), engine(1)).value();
    const auto other = cache.keys(user(), engine(2)).value();

    CHECK(first == clone);
    CHECK(first->auth != other->auth);
    CHECK(cache.size() == 2);
}

TEST_CASE("a wrong password gets no key that a right one has derived", "[snmp]")
{
    UsmKeyCache cache;
    const auto right = cache.keys(user(), engine(1)).value();
    const auto wrong = cache.keys(user("maplesyruq"), engine(1)).value();
    UsmSettings other_priv = user();
    other_priv.priv_password = Secret{"bananaspliu"};
    const auto half = cache.keys(other_priv, engine(1)).value();

    CHECK(wrong->auth != right->auth);
    CHECK(wrong->priv == right->priv);
    CHECK(half->auth == right->auth);
    CHECK(half->priv != right->priv);
}

TEST_CASE("keys depend on protocols and on the way of lengthening", "[snmp]")
{
    UsmKeyCache cache;
    const auto blumenthal = cache.keys(user(), engine(1)).value();
    UsmSettings changed = user();
    changed.key_extension = KeyExtension::reeder;
    const auto reeder = cache.keys(changed, engine(1)).value();
    changed.auth = AuthProtocol::sha256;
    const auto sha256 = cache.keys(changed, engine(1)).value();
    changed.level = SecurityLevel::auth_no_priv;
    const auto plain = cache.keys(changed, engine(1)).value();

    CHECK(reeder->priv != blumenthal->priv);
    CHECK(sha256->auth != reeder->auth);
    CHECK(plain->priv.reveal().empty());
}

TEST_CASE("an engine id that changes all the time leaves no keys behind", "[snmp]")
{
    UsmKeyCache cache;
    std::shared_ptr<const UsmKeys> held;
    for (int round = 0; round < 1'000; ++round)
        held = cache.keys(user(), engine(static_cast<std::uint8_t>(round))).value();

    CHECK(cache.size() == 1);
}

TEST_CASE("key material does not print", "[snmp]")
{
    std::ostringstream out;
    out << localized(AuthProtocol::sha1);

    CHECK(out.str() == "<secret>");
}

} // namespace hallmonitor::agent::usm_keys_test
