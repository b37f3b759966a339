#pragma once
// Users of the simulated devices' SNMPv3 (RFC 3414, RFC 3826, RFC 7860) and what their keys do,
// written apart from agent/snmp on purpose.

#include "tests/sim/ber.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::sim {

struct DigestKind {
    std::string_view name;
    const char* algorithm; // OpenSSL's name
    std::size_t sent;      // octets of it in a message
};

struct CipherKind {
    std::string_view name;
    const char* algorithm;
    std::size_t key;
};

/// A user, and the keys of his passwords before they belong to an engine.
struct UsmUser {
    std::string name;
    const DigestKind* digest{nullptr}; // null: nothing is authenticated
    const CipherKind* cipher{nullptr}; // null: nothing is encrypted
    bool extends_by_reeder{false};
    Bytes auth_key;
    Bytes priv_key;
};

/// "NAME[:DIGEST:PASSWORD[:CIPHER:PASSWORD[:reeder]]]", digests md5, sha1, sha224, sha256, sha384,
/// sha512, ciphers des, aes128, aes192, aes256; empty for anything else.
std::optional<UsmUser> user_of(std::string_view text);

/// What a message's encryption depends on beside the key.
struct CipherInput {
    std::uint32_t boots{0};
    std::uint32_t time{0};
    std::array<std::uint8_t, 8> salt{};
};

/// A user's keys at one engine.
class UserKeys {
public:
    UserKeys(const UsmUser& user, ByteView engine_id);
    ~UserKeys();
    UserKeys(UserKeys&&) noexcept;
    UserKeys& operator=(UserKeys&&) noexcept;
    UserKeys(const UserKeys&) = delete;
    UserKeys& operator=(const UserKeys&) = delete;

    [[nodiscard]] const UsmUser& user() const { return *user_; }

    /// The digest of a message whose own is zeros. The user has one.
    [[nodiscard]] Bytes digest(ByteView message) const;
    /// The user has a cipher.
    [[nodiscard]] Bytes encrypted(const CipherInput& input, ByteView plain) const;
    [[nodiscard]] Bytes decrypted(const CipherInput& input, ByteView cipher) const;

private:
    struct State;
    [[nodiscard]] Bytes transformed(bool encrypts, const CipherInput& input, ByteView text) const;

    const UsmUser* user_;
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::sim
