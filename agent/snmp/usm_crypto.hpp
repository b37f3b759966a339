#pragma once
// The cryptography of SNMPv3's User-based Security Model by OpenSSL's primitives: digests, message
// authentication and ciphers (RFC 3414, RFC 3826, RFC 7860). One object serves all devices: it
// keeps OpenSSL's contexts, which cost more to make than a message costs to digest, and gives them
// the key at hand for each message. Whose key that is, engine times and salts are the callers'.

#include "agent/config.hpp"
#include "agent/snmp/secret_bytes.hpp"
#include "common/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace hallmonitor::agent {

/// Octets of the protocol's digest, which are also those of its keys.
[[nodiscard]] constexpr std::size_t key_bytes(AuthProtocol protocol)
{
    constexpr std::array<std::size_t, 6> sizes{16, 20, 28, 32, 48, 64};
    return sizes.at(static_cast<std::size_t>(protocol));
}

/// Octets of a cipher's key; DES's is followed by its pre-IV (RFC 3414 section 8.1.1.1).
[[nodiscard]] constexpr std::size_t key_bytes(PrivProtocol protocol)
{
    constexpr std::array<std::size_t, 4> sizes{16, 16, 24, 32};
    return sizes.at(static_cast<std::size_t>(protocol));
}

/// Octets of msgAuthenticationParameters: 12 (MD5, SHA-1), 16, 24, 32 or 48 (RFC 7860 section 4).
[[nodiscard]] constexpr std::size_t digest_bytes(AuthProtocol protocol)
{
    constexpr std::array<std::size_t, 6> sizes{12, 12, 16, 24, 32, 48};
    return sizes.at(static_cast<std::size_t>(protocol));
}

/// Whether two digests are the same, in a time that does not tell where they differ.
[[nodiscard]] bool same_digest(std::span<const std::byte> a, std::span<const std::byte> b);

/// The content of msgAuthenticationParameters.
class MessageDigest {
public:
    MessageDigest(std::span<const std::byte> bytes);
    [[nodiscard]] std::span<const std::byte> bytes() const
    {
        return std::span{bytes_}.first(size_);
    }

private:
    std::array<std::byte, digest_bytes(AuthProtocol::sha512)> bytes_{};
    std::size_t size_;
};

/// What makes a message's encryption unlike any other's under its key.
struct PrivInput {
    std::uint32_t engine_boots{0};
    std::uint32_t engine_time{0};
    std::array<std::byte, 8> salt{}; // msgPrivacyParameters, never twice under one key
};

/// All errors are: malformed (a key that is not of the protocol), unsupported (this machine's
/// OpenSSL does not have the algorithm: one that is confined to FIPS 140 lacks MD5).
class UsmCrypto {
public:
    UsmCrypto();
    ~UsmCrypto();
    UsmCrypto(const UsmCrypto&) = delete;
    UsmCrypto& operator=(const UsmCrypto&) = delete;
    UsmCrypto(UsmCrypto&&) = delete;
    UsmCrypto& operator=(UsmCrypto&&) = delete;

    /// The whole digest of `pieces`, one behind the other.
    [[nodiscard]] static Result<SecretBytes> hash(
        AuthProtocol protocol, std::span<const std::span<const std::byte>> pieces
    );

    /// Digest of a whole message, RFC 3414 section 6.3.1. `blank`, its
    /// msgAuthenticationParameters, lies within the message and counts as zeros.
    [[nodiscard]] Result<MessageDigest> message_digest(
        AuthProtocol protocol,
        const SecretBytes& key,
        std::span<const std::byte> message,
        std::span<const std::byte> blank
    );

    /// Ciphertext of a scoped PDU, until the next call; DES pads it to a multiple of 8 octets
    /// (RFC 3414 section 8.1.1.2, RFC 3826 section 3.1.3).
    [[nodiscard]] Result<std::span<const std::byte>> encrypt(
        PrivProtocol protocol,
        const SecretBytes& key,
        const PrivInput& input,
        std::span<const std::byte> plain
    );

    /// Plaintext, until the next call, with DES's padding at its end: BER knows its own length.
    [[nodiscard]] Result<std::span<const std::byte>> decrypt(
        PrivProtocol protocol,
        const SecretBytes& key,
        const PrivInput& input,
        std::span<const std::byte> cipher
    );

private:
    struct Contexts;
    std::unique_ptr<Contexts> contexts_;
};

} // namespace hallmonitor::agent
