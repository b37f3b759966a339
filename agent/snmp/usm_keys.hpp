#pragma once
// The cryptography of SNMPv3's User-based Security Model: keys from passwords, message digests and
// ciphers (RFC 3414, RFC 3826, RFC 7860). Every function is a stateless call into net-snmp, which
// must not be initialised for it: no configuration file or MIB is read, nothing is created. Who may
// use which key, engine times and salts are the caller's, kept for each device of its own.

#include "common/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

enum class AuthProtocol : std::uint8_t { md5, sha1, sha224, sha256, sha384, sha512 };

enum class PrivProtocol : std::uint8_t { des, aes128, aes192, aes256 };

/// How a key is lengthened where the digest is shorter than the cipher's key (AES-192 and -256
/// under MD5 or SHA-1, AES-256 under SHA-224). There is no standard, and vendors differ.
enum class KeyExtension : std::uint8_t {
    blumenthal, // draft-blumenthal-aes-usm-04: net-snmp, most switches
    reeder,     // draft-reeder-snmpv3-usm-3desede-00: Cisco
};

/// Key material: wiped when it ends, prints as <secret>.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    explicit SecretBytes(std::span<const std::byte> bytes) : bytes_(bytes.begin(), bytes.end()) {}
    SecretBytes(const SecretBytes&) = default;
    SecretBytes(SecretBytes&&) noexcept = default;
    SecretBytes& operator=(const SecretBytes& other);
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    ~SecretBytes();

    [[nodiscard]] std::span<const std::byte> reveal() const { return bytes_; }
    bool operator==(const SecretBytes&) const = default;

private:
    void wipe() noexcept;

    std::vector<std::byte> bytes_; // never grows, so that no copy is left behind
};

inline std::ostream& operator<<(std::ostream& out, const SecretBytes&)
{
    return out << "<secret>";
}

/// Key Ku of a password, RFC 3414 section A.2: a digest of a megabyte, about 3 ms, so it is kept
/// for each password. Errors: refused (under 8 octets, section 11.2).
[[nodiscard]] Result<SecretBytes> password_to_key(AuthProtocol protocol, std::string_view password);

/// Key Kul of one engine, RFC 3414 section 2.6. Errors: malformed (no engine id, one over 32
/// octets, or a key that is not of this protocol).
[[nodiscard]] Result<SecretBytes> localize_key(
    AuthProtocol protocol, const SecretBytes& key, std::span<const std::byte> engine_id
);

/// Key for the cipher out of the localized key of the privacy password: cut or lengthened to its
/// size. Errors: those of localize_key.
[[nodiscard]] Result<SecretBytes> privacy_key(
    AuthProtocol auth,
    PrivProtocol priv,
    KeyExtension extension,
    const SecretBytes& localized,
    std::span<const std::byte> engine_id
);

/// Octets of msgAuthenticationParameters: 12 (MD5, SHA-1), 16, 24, 32 or 48 (RFC 7860 section 4).
[[nodiscard]] std::size_t digest_bytes(AuthProtocol protocol);

/// Digest of a whole message whose msgAuthenticationParameters are zeros, RFC 3414 section 6.3.
/// Errors: malformed (a key that is not of this protocol).
[[nodiscard]] Result<std::vector<std::byte>> message_digest(
    AuthProtocol protocol, const SecretBytes& key, std::span<const std::byte> message
);

/// Whether two digests are the same, in a time that does not tell where they differ.
[[nodiscard]] bool same_digest(std::span<const std::byte> a, std::span<const std::byte> b);

/// What makes a message's encryption unlike any other's under its key.
struct PrivInput {
    std::uint32_t engine_boots{0};
    std::uint32_t engine_time{0};
    std::array<std::byte, 8> salt{}; // msgPrivacyParameters, never twice under one key
};

/// Ciphertext of a scoped PDU; DES pads it to a multiple of 8 octets (RFC 3414 section 8.1.1.2,
/// RFC 3826 section 3.1). Errors: malformed (a key that is not of this protocol).
[[nodiscard]] Result<std::vector<std::byte>> encrypt(
    PrivProtocol protocol,
    const SecretBytes& key,
    const PrivInput& input,
    std::span<const std::byte> plain
);

/// Plaintext, with DES's padding at its end: BER knows its own length. Errors: malformed.
[[nodiscard]] Result<std::vector<std::byte>> decrypt(
    PrivProtocol protocol,
    const SecretBytes& key,
    const PrivInput& input,
    std::span<const std::byte> cipher
);

} // namespace hallmonitor::agent
