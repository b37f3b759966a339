#pragma once
// Keys of SNMPv3's User-based Security Model out of passwords, RFC 3414 section 2.6. They belong to
// one engine id; how they are used is agent/snmp/usm_crypto.

#include "agent/config.hpp"
#include "agent/snmp/secret_bytes.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hallmonitor::agent {

/// RFC 3414 section 11.2.
inline constexpr std::size_t shortest_password = 8;
/// RFC 3411, SnmpEngineID.
inline constexpr std::size_t longest_engine_id = 32;

/// Key Ku of a password, RFC 3414 section A.2: a digest of a megabyte, about a millisecond, so it
/// is kept for each password. Errors: refused (under 8 octets), unsupported (no such digest here).
[[nodiscard]] Result<SecretBytes> password_to_key(AuthProtocol protocol, std::string_view password);

/// Key Kul of one engine. Errors: malformed (no engine id, one over 32 octets, or a key that is not
/// of this protocol), unsupported.
[[nodiscard]] Result<SecretBytes> localize_key(
    AuthProtocol protocol, const SecretBytes& key, std::span<const std::byte> engine_id
);

/// Key for the cipher out of the localized key of the privacy password: cut or lengthened to its
/// size. Reeder's way of lengthening digests a megabyte more for each engine. Errors: those of
/// localize_key.
[[nodiscard]] Result<SecretBytes> privacy_key(
    AuthProtocol auth,
    PrivProtocol priv,
    KeyExtension extension,
    const SecretBytes& localized,
    std::span<const std::byte> engine_id
);

/// What one user needs at one engine.
struct UsmKeys {
    SecretBytes auth;
    SecretBytes priv; // when the user's level has it
};

/// Keys of all users at all engines, each derived once: a password's for as long as this object
/// lives, an engine's while a device uses it. What is found depends on the passwords and protocols
/// themselves, so that a wrong password never opens what a right one has opened.
class UsmKeyCache {
public:
    /// The keys of `user` (of a level with authentication) at an engine. Devices that share engine
    /// id, passwords and protocols share them too. Errors: those of localize_key.
    [[nodiscard]] Result<std::shared_ptr<const UsmKeys>> keys(
        const UsmSettings& user, std::span<const std::byte> engine_id
    );

    /// Keys of engines that are in use.
    [[nodiscard]] std::size_t size() const;

private:
    struct Master {
        AuthProtocol protocol;
        Secret password;
        SecretBytes key; // Ku
    };
    struct Localized {
        std::size_t auth; // number of a master
        std::size_t priv; // the same; only where the level has privacy
        SecurityLevel level;
        PrivProtocol protocol;
        KeyExtension extension;
        std::weak_ptr<const UsmKeys> keys;
        [[nodiscard]] bool is_like(const Localized& other) const; // but for the engine
    };

    static bool is_unused(const Localized& one);
    Result<std::size_t> master(AuthProtocol protocol, const Secret& password);
    Result<UsmKeys> derive(
        const UsmSettings& user, const Localized& how, std::span<const std::byte> engine_id
    ) const;
    void forget_unused();

    std::vector<Master> masters_;
    std::unordered_map<std::string, std::vector<Localized>> engines_; // by engine id
    std::size_t forget_above_{64};                                    // engines
};

} // namespace hallmonitor::agent
