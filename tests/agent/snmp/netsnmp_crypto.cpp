#include "tests/agent/snmp/netsnmp_crypto.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <functional>

// net-snmp's headers need its configuration first, and these in this order.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/keytools.h>
#include <net-snmp/library/scapi.h>
#include <net-snmp/library/snmpusm.h>
#include <net-snmp/library/transform_oids.h>
// clang-format on

namespace hallmonitor::agent::testing {
namespace {

const netsnmp_auth_alg_info& algorithm(AuthProtocol protocol)
{
    constexpr std::array<u_int, 6> types{
        NETSNMP_USMAUTH_HMACMD5,
        NETSNMP_USMAUTH_HMACSHA1,
        NETSNMP_USMAUTH_HMAC128SHA224,
        NETSNMP_USMAUTH_HMAC192SHA256,
        NETSNMP_USMAUTH_HMAC256SHA384,
        NETSNMP_USMAUTH_HMAC384SHA512,
    };
    return *sc_find_auth_alg_bytype(types.at(static_cast<std::size_t>(protocol)));
}

u_int type_of(PrivProtocol protocol, KeyExtension extension)
{
    constexpr std::array<u_int, 4> types{
        USM_CREATE_USER_PRIV_DES,
        USM_CREATE_USER_PRIV_AES,
        USM_CREATE_USER_PRIV_AES192,
        USM_CREATE_USER_PRIV_AES256,
    };
    if (extension == KeyExtension::reeder && protocol == PrivProtocol::aes192)
        return USM_CREATE_USER_PRIV_AES192_CISCO;
    if (extension == KeyExtension::reeder && protocol == PrivProtocol::aes256)
        return USM_CREATE_USER_PRIV_AES256_CISCO;
    return types.at(static_cast<std::size_t>(protocol));
}

std::vector<u_char> copied(std::span<const std::byte> bytes)
{
    std::vector<u_char> copy(bytes.size());
    if (!copy.empty()) std::memcpy(copy.data(), bytes.data(), copy.size());
    return copy;
}

Bytes taken(const u_char* octets, std::size_t size)
{
    Bytes bytes(size);
    if (size > 0) std::memcpy(bytes.data(), octets, size);
    return bytes;
}

// RFC 3414 section 8.1.1.1, RFC 3826 section 3.1.2.1.
std::vector<u_char> vector_of(PrivProtocol protocol, const Bytes& key, const PrivInput& input)
{
    std::vector<u_char> iv = copied(input.salt);
    if (protocol == PrivProtocol::des) {
        const auto pre_iv = copied(std::span{key}.subspan(8));
        std::transform(iv.begin(), iv.end(), pre_iv.begin(), iv.begin(), std::bit_xor<>{});
        return iv;
    }
    std::vector<u_char> times;
    for (const std::uint32_t number : {input.engine_boots, input.engine_time})
        for (int shift = 24; shift >= 0; shift -= 8)
            times.push_back(static_cast<u_char>(number >> shift));
    iv.insert(iv.begin(), times.begin(), times.end());
    return iv;
}

} // namespace

Bytes netsnmp_key(
    AuthProtocol protocol, std::string_view password, std::span<const std::byte> engine_id
)
{
    const auto& info = algorithm(protocol);
    const auto text = copied(std::as_bytes(std::span{password}));
    const auto engine = copied(engine_id);
    std::array<u_char, 64> key{};
    std::array<u_char, 64> localized{};
    std::size_t key_size = key.size();
    std::size_t size = localized.size();
    generate_Ku(
        info.alg_oid,
        static_cast<u_int>(info.oid_len),
        text.data(),
        text.size(),
        key.data(),
        &key_size
    );
    generate_kul(
        info.alg_oid,
        static_cast<u_int>(info.oid_len),
        engine.data(),
        engine.size(),
        key.data(),
        key_size,
        localized.data(),
        &size
    );
    return taken(localized.data(), size);
}

Bytes netsnmp_extend(
    AuthProtocol protocol,
    PrivProtocol priv,
    KeyExtension extension,
    const Bytes& key,
    std::span<const std::byte> engine_id
)
{
    const std::size_t wanted = key_bytes(priv);
    if (key.size() >= wanted) return {key.begin(), key.begin() + static_cast<int>(wanted)};
    const auto& auth = algorithm(protocol);
    auto* buffer = static_cast<u_char*>(std::malloc(key.size())); // net-snmp frees or grows it
    std::memcpy(buffer, key.data(), key.size());
    std::size_t size = key.size();
    std::vector<u_char> engine = copied(engine_id);
    netsnmp_extend_kul(
        static_cast<u_int>(wanted),
        auth.alg_oid,
        static_cast<u_int>(auth.oid_len),
        static_cast<int>(type_of(priv, extension)),
        engine.data(),
        static_cast<u_int>(engine.size()),
        &buffer,
        &size,
        static_cast<u_int>(key.size())
    );
    Bytes extended = taken(buffer, std::min(size, wanted));
    std::free(buffer);
    return extended;
}

Bytes netsnmp_digest(AuthProtocol protocol, const Bytes& key, const Bytes& message)
{
    const auto& info = algorithm(protocol);
    const auto secret = copied(key);
    const auto text = copied(message);
    std::array<u_char, 64> digest{};
    auto size = static_cast<std::size_t>(info.mac_length);
    sc_generate_keyed_hash(
        info.alg_oid,
        static_cast<std::size_t>(info.oid_len),
        secret.data(),
        static_cast<u_int>(secret.size()),
        text.data(),
        static_cast<u_int>(text.size()),
        digest.data(),
        &size
    );
    return taken(digest.data(), size);
}

Bytes netsnmp_encrypt(
    PrivProtocol protocol, const Bytes& key, const PrivInput& input, const Bytes& plain
)
{
    const auto& info = *sc_get_priv_alg_bytype(type_of(protocol, KeyExtension::blumenthal));
    auto secret = copied(key);
    auto iv = vector_of(protocol, key, input);
    auto text = copied(plain);
    std::vector<u_char> out(text.size() + 8);
    std::size_t size = out.size();
    sc_encrypt(
        info.alg_oid,
        static_cast<std::size_t>(info.oid_len),
        secret.data(),
        static_cast<u_int>(secret.size()),
        iv.data(),
        static_cast<u_int>(iv.size()),
        text.data(),
        static_cast<u_int>(text.size()),
        out.data(),
        &size
    );
    return taken(out.data(), size);
}

} // namespace hallmonitor::agent::testing
