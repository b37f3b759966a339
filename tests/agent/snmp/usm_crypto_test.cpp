#include "agent/snmp/usm_crypto.hpp"
#include "agent/snmp/usm_keys.hpp"
#include "tests/agent/snmp/bytes.hpp"
#include "tests/agent/snmp/netsnmp_crypto.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace hallmonitor::agent::usm_crypto_test {
namespace {

using testing::Bytes;
using testing::bytes;

const Bytes engine_id = bytes("00 00 00 00 00 00 00 00 00 00 00 02");

SecretBytes localized(AuthProtocol protocol)
{
    return localize_key(protocol, password_to_key(protocol, "maplesyrup").value(), engine_id)
        .value();
}

SecretBytes cipher_key(AuthProtocol auth, PrivProtocol priv)
{
    return privacy_key(auth, priv, KeyExtension::blumenthal, localized(auth), engine_id).value();
}

Bytes revealed(const SecretBytes& secret)
{
    return {secret.reveal().begin(), secret.reveal().end()};
}

Bytes text(std::string_view characters)
{
    const auto octets = std::as_bytes(std::span{characters});
    return {octets.begin(), octets.end()};
}

Bytes owned(const Result<std::span<const std::byte>>& view)
{
    return {view.value().begin(), view.value().end()};
}

Bytes random_bytes(std::size_t size, unsigned seed)
{
    std::mt19937 random{seed};
    Bytes octets(size);
    for (std::byte& octet : octets)
        octet = static_cast<std::byte>(random());
    return octets;
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

// Computed apart with Python's hmac.
TEST_CASE("a message's digest is its HMAC, cut to the protocol's size", "[snmp]")
{
    UsmCrypto crypto;
    const auto digest = [&](AuthProtocol protocol) {
        const Bytes message = text("message");
        const auto found =
            crypto
                .message_digest(
                    protocol, localized(protocol), message, std::span{message}.subspan(3, 0)
                )
                .value();
        return Bytes{found.bytes().begin(), found.bytes().end()};
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
    UsmCrypto crypto;
    const auto ciphertext = [&](AuthProtocol auth, PrivProtocol priv) {
        return owned(crypto.encrypt(priv, cipher_key(auth, priv), input, scoped_pdu));
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
    Bytes des = ciphertext(AuthProtocol::md5, PrivProtocol::des);
    des.resize(16); // the last block holds padding of no certain value
    CHECK(des == bytes("1009fd63154bf6efeda185e196773e0d"));
}

TEST_CASE("digests are those of net-snmp, of messages of any size", "[snmp]")
{
    const auto protocol = GENERATE(
        AuthProtocol::md5,
        AuthProtocol::sha1,
        AuthProtocol::sha224,
        AuthProtocol::sha256,
        AuthProtocol::sha384,
        AuthProtocol::sha512
    );
    const auto size = GENERATE(std::size_t{48}, std::size_t{130}, std::size_t{1'400});
    UsmCrypto crypto;
    const SecretBytes key = localized(protocol);
    Bytes message = random_bytes(size, 7);
    const auto blank = std::span{message}.last(digest_bytes(protocol));

    const auto digest = crypto.message_digest(protocol, key, message, blank).value();

    std::fill(blank.begin(), blank.end(), std::byte{0});
    const Bytes expected = testing::netsnmp_digest(protocol, revealed(key), message);
    CHECK(same_digest(digest.bytes(), expected));
    CHECK(expected.size() == digest_bytes(protocol));
}

TEST_CASE("ciphertext is that of net-snmp and comes back, at any size", "[snmp]")
{
    const auto protocol = GENERATE(
        PrivProtocol::des, PrivProtocol::aes128, PrivProtocol::aes192, PrivProtocol::aes256
    );
    const auto size = GENERATE(
        std::size_t{8}, std::size_t{16}, std::size_t{24}, std::size_t{1'400}, std::size_t{65'000}
    );
    UsmCrypto crypto;
    const SecretBytes key = cipher_key(AuthProtocol::sha512, protocol);
    const Bytes plain = random_bytes(size, 8);

    const Bytes cipher = owned(crypto.encrypt(protocol, key, input, plain));

    CHECK(cipher == testing::netsnmp_encrypt(protocol, revealed(key), input, plain));
    CHECK(owned(crypto.decrypt(protocol, key, input, cipher)) == plain);
}

TEST_CASE("ciphertext of AES is as long as its text, of DES a multiple of eight", "[snmp]")
{
    const auto protocol = GENERATE(PrivProtocol::des, PrivProtocol::aes128, PrivProtocol::aes256);
    const auto size = GENERATE(range(std::size_t{1}, std::size_t{40}));
    UsmCrypto crypto;
    const SecretBytes key = cipher_key(AuthProtocol::sha512, protocol);
    const Bytes plain = random_bytes(size, 9);

    const Bytes cipher = owned(crypto.encrypt(protocol, key, input, plain));
    Bytes again = owned(crypto.decrypt(protocol, key, input, cipher));

    CHECK(cipher.size() == (protocol == PrivProtocol::des ? (size + 7) / 8 * 8 : size));
    again.resize(size);
    CHECK(again == plain);
}

TEST_CASE("another salt, time or boot gives other ciphertext", "[snmp]")
{
    UsmCrypto crypto;
    const auto key = cipher_key(AuthProtocol::sha1, PrivProtocol::aes128);
    PrivInput salted = input;
    salted.salt[7] = std::byte{9};
    PrivInput later = input;
    ++later.engine_time;
    PrivInput rebooted = input;
    ++rebooted.engine_boots;
    const auto ciphertext = [&](const PrivInput& with) {
        return owned(crypto.encrypt(PrivProtocol::aes128, key, with, scoped_pdu));
    };

    const Bytes first = ciphertext(input);

    CHECK(ciphertext(salted) != first);
    CHECK(ciphertext(later) != first);
    CHECK(ciphertext(rebooted) != first);
}

TEST_CASE("keys and texts that do not fit are refused", "[snmp]")
{
    UsmCrypto crypto;
    const SecretBytes key = localized(AuthProtocol::sha1);
    const auto des = cipher_key(AuthProtocol::sha1, PrivProtocol::des);
    const auto aes = cipher_key(AuthProtocol::sha1, PrivProtocol::aes128);

    CHECK_FALSE(
        crypto.message_digest(AuthProtocol::sha256, key, scoped_pdu, std::span{scoped_pdu}.first(0))
            .has_value()
    );
    CHECK_FALSE(crypto.encrypt(PrivProtocol::aes128, key, input, scoped_pdu).has_value());
    CHECK_FALSE(crypto.decrypt(PrivProtocol::des, des, input, bytes("01 02 03")).has_value());
    CHECK_FALSE(crypto.decrypt(PrivProtocol::des, des, input, {}).has_value());
    CHECK_FALSE(crypto.decrypt(PrivProtocol::aes128, aes, input, {}).has_value());
}

TEST_CASE("digests are the same only when every octet is", "[snmp]")
{
    CHECK(same_digest(bytes("01 02"), bytes("01 02")));
    CHECK_FALSE(same_digest(bytes("01 02"), bytes("01 03")));
    CHECK_FALSE(same_digest(bytes("01 02"), bytes("01")));
}

} // namespace hallmonitor::agent::usm_crypto_test
