#include "agent/snmp/usm_keys.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>

// net-snmp's headers need its configuration first, and these in this order.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/keytools.h>
#include <net-snmp/library/scapi.h>
#include <net-snmp/library/snmpusm.h>
#include <net-snmp/library/transform_oids.h>
// clang-format on

namespace hallmonitor::agent {
namespace {

constexpr std::size_t shortest_password = 8;
constexpr std::size_t longest_engine_id = 32; // RFC 3411, SnmpEngineID
constexpr std::size_t longest_digest = 64;
constexpr std::size_t des_block = 8;
constexpr std::size_t des_key = 8;

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
    const auto* const info = sc_find_auth_alg_bytype(types.at(static_cast<std::size_t>(protocol)));
    INVARIANT(info != nullptr);
    return *info;
}

const netsnmp_priv_alg_info& algorithm(PrivProtocol protocol)
{
    constexpr std::array<u_int, 4> types{
        USM_CREATE_USER_PRIV_DES,
        USM_CREATE_USER_PRIV_AES,
        USM_CREATE_USER_PRIV_AES192,
        USM_CREATE_USER_PRIV_AES256,
    };
    const auto* const info = sc_get_priv_alg_bytype(types.at(static_cast<std::size_t>(protocol)));
    INVARIANT(info != nullptr);
    return *info;
}

const u_char* octets(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const u_char*>(bytes.data());
}

u_char* room(std::span<std::byte> bytes)
{
    return reinterpret_cast<u_char*>(bytes.data());
}

// A working copy of key material, for calls that take it as changeable; wiped like its source.
template <std::size_t Size>
struct Scratch {
    std::array<std::byte, Size> bytes{};
    Scratch() = default;
    ~Scratch() { explicit_bzero(bytes.data(), bytes.size()); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Scratch(Scratch&&) = delete;
    Scratch& operator=(Scratch&&) = delete;
};

std::size_t key_bytes(AuthProtocol protocol)
{
    return static_cast<std::size_t>(algorithm(protocol).proper_length);
}

// DES's key is followed by its pre-IV, which net-snmp leaves to its callers.
std::size_t key_bytes(PrivProtocol protocol)
{
    const auto cipher = static_cast<std::size_t>(algorithm(protocol).proper_length);
    return protocol == PrivProtocol::des ? des_key + sizeof(PrivInput::salt) : cipher;
}

// Ku of any octets: Reeder's extension uses a key in place of a password.
Result<SecretBytes> expand(AuthProtocol protocol, std::span<const std::byte> password)
{
    const auto& info = algorithm(protocol);
    Scratch<longest_digest> key;
    std::size_t size = key.bytes.size();
    const int code = generate_Ku(
        info.alg_oid,
        static_cast<u_int>(info.oid_len),
        octets(password),
        password.size(),
        room(key.bytes),
        &size
    );
    if (code != SNMPERR_SUCCESS || size != key_bytes(protocol)) return Errc::refused;
    return SecretBytes{std::span{key.bytes}.first(size)};
}

// What Blumenthal's draft appends: the digest of all that there is so far.
Result<SecretBytes> digest_of(AuthProtocol protocol, std::span<const std::byte> bytes)
{
    const auto& info = algorithm(protocol);
    Scratch<longest_digest> digest;
    std::size_t size = digest.bytes.size();
    const int code = sc_hash(
        info.alg_oid,
        static_cast<std::size_t>(info.oid_len),
        octets(bytes),
        bytes.size(),
        room(digest.bytes),
        &size
    );
    if (code != SNMPERR_SUCCESS) return Errc::malformed;
    return SecretBytes{std::span{digest.bytes}.first(size)};
}

// What Reeder's draft appends: the last piece taken for a password, and localized.
Result<SecretBytes> chained(
    AuthProtocol protocol, const SecretBytes& last, std::span<const std::byte> engine_id
)
{
    const auto key = expand(protocol, last.reveal());
    if (!key) return key.error();
    return localize_key(protocol, *key, engine_id);
}

// RFC 3414 section 8.1.1.1 and RFC 3826 section 3.1.2.1.
std::array<std::byte, 16> initialization_vector(
    PrivProtocol protocol, std::span<const std::byte> key, const PrivInput& input
)
{
    std::array<std::byte, 16> iv{};
    if (protocol == PrivProtocol::des) {
        const auto pre_iv = key.subspan(des_key);
        std::transform(
            pre_iv.begin(), pre_iv.end(), input.salt.begin(), iv.begin(), std::bit_xor<>{}
        );
        return iv;
    }
    const std::uint64_t times =
        (std::uint64_t{input.engine_boots} << 32) | std::uint64_t{input.engine_time};
    for (std::size_t i = 0; i < 8; ++i)
        iv.at(i) = static_cast<std::byte>((times >> (56 - 8 * i)) & 0xff);
    std::copy(input.salt.begin(), input.salt.end(), iv.begin() + 8);
    return iv;
}

// Both directions are called alike but for what they do to the text.
template <class Call>
Result<std::vector<std::byte>> transform(
    PrivProtocol protocol,
    const SecretBytes& key,
    const PrivInput& input,
    std::span<const std::byte> text,
    Call call
)
{
    const auto& info = algorithm(protocol);
    const std::size_t size = key_bytes(protocol);
    if (key.reveal().size() != size || text.size() > std::numeric_limits<std::uint16_t>::max())
        return Errc::malformed;
    Scratch<32> changeable;
    std::copy(key.reveal().begin(), key.reveal().end(), changeable.bytes.begin());
    auto iv = initialization_vector(protocol, key.reveal(), input);
    std::vector<std::byte> in{text.begin(), text.end()};
    std::vector<std::byte> out(text.size() + des_block);
    std::size_t out_size = out.size();
    const int code = call(
        info.alg_oid,
        static_cast<std::size_t>(info.oid_len),
        room(changeable.bytes),
        static_cast<u_int>(size),
        room(iv),
        static_cast<u_int>(info.iv_length),
        room(in),
        static_cast<u_int>(in.size()),
        room(out),
        &out_size
    );
    if (code != SNMPERR_SUCCESS || out_size > out.size()) return Errc::malformed;
    out.resize(out_size);
    return out;
}

} // namespace

SecretBytes::~SecretBytes()
{
    wipe();
}

SecretBytes& SecretBytes::operator=(const SecretBytes& other)
{
    if (this != &other) *this = SecretBytes{other};
    return *this;
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept
{
    if (this != &other) {
        wipe();
        bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
}

void SecretBytes::wipe() noexcept
{
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
}

Result<SecretBytes> password_to_key(AuthProtocol protocol, std::string_view password)
{
    if (password.size() < shortest_password) return Errc::refused;
    return expand(protocol, std::as_bytes(std::span{password}));
}

Result<SecretBytes> localize_key(
    AuthProtocol protocol, const SecretBytes& key, std::span<const std::byte> engine_id
)
{
    const bool fits = key.reveal().size() == key_bytes(protocol) && !engine_id.empty() &&
                      engine_id.size() <= longest_engine_id;
    if (!fits) return Errc::malformed;
    const auto& info = algorithm(protocol);
    Scratch<longest_digest> localized;
    std::size_t size = localized.bytes.size();
    const int code = generate_kul(
        info.alg_oid,
        static_cast<u_int>(info.oid_len),
        octets(engine_id),
        engine_id.size(),
        octets(key.reveal()),
        key.reveal().size(),
        room(localized.bytes),
        &size
    );
    if (code != SNMPERR_SUCCESS || size != key_bytes(protocol)) return Errc::malformed;
    return SecretBytes{std::span{localized.bytes}.first(size)};
}

Result<SecretBytes> privacy_key(
    AuthProtocol auth,
    PrivProtocol priv,
    KeyExtension extension,
    const SecretBytes& localized,
    std::span<const std::byte> engine_id
)
{
    const std::size_t wanted = key_bytes(priv);
    Scratch<2 * longest_digest> key; // at most one piece over the longest key
    std::size_t size = 0;
    Result<SecretBytes> piece = localized;
    for (;;) {
        if (!piece) return piece.error();
        if (piece->reveal().size() != key_bytes(auth)) return Errc::malformed;
        std::copy(
            piece->reveal().begin(),
            piece->reveal().end(),
            key.bytes.begin() + static_cast<std::ptrdiff_t>(size)
        );
        size += piece->reveal().size();
        if (size >= wanted) return SecretBytes{std::span{key.bytes}.first(wanted)};
        piece = extension == KeyExtension::reeder
                    ? chained(auth, *piece, engine_id)
                    : digest_of(auth, std::span{key.bytes}.first(size));
    }
}

std::size_t digest_bytes(AuthProtocol protocol)
{
    return static_cast<std::size_t>(algorithm(protocol).mac_length);
}

Result<std::vector<std::byte>> message_digest(
    AuthProtocol protocol, const SecretBytes& key, std::span<const std::byte> message
)
{
    if (key.reveal().size() != key_bytes(protocol)) return Errc::malformed;
    const auto& info = algorithm(protocol);
    std::vector<std::byte> digest(digest_bytes(protocol));
    std::size_t size = digest.size();
    const int code = sc_generate_keyed_hash(
        info.alg_oid,
        static_cast<std::size_t>(info.oid_len),
        octets(key.reveal()),
        static_cast<u_int>(key.reveal().size()),
        octets(message),
        static_cast<u_int>(message.size()),
        room(digest),
        &size
    );
    if (code != SNMPERR_SUCCESS || size != digest.size()) return Errc::malformed;
    return digest;
}

bool same_digest(std::span<const std::byte> a, std::span<const std::byte> b)
{
    if (a.size() != b.size()) return false;
    std::byte difference{0};
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= a[i] ^ b[i];
    return difference == std::byte{0};
}

Result<std::vector<std::byte>> encrypt(
    PrivProtocol protocol,
    const SecretBytes& key,
    const PrivInput& input,
    std::span<const std::byte> plain
)
{
    return transform(protocol, key, input, plain, sc_encrypt);
}

Result<std::vector<std::byte>> decrypt(
    PrivProtocol protocol,
    const SecretBytes& key,
    const PrivInput& input,
    std::span<const std::byte> cipher
)
{
    const bool whole_blocks = protocol != PrivProtocol::des || cipher.size() % des_block == 0;
    if (!whole_blocks || cipher.empty()) return Errc::malformed;
    return transform(protocol, key, input, cipher, sc_decrypt);
}

} // namespace hallmonitor::agent
