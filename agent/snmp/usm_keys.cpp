#include "agent/snmp/usm_keys.hpp"

#include "agent/snmp/usm_crypto.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::agent {
namespace {

using Octets = std::span<const std::byte>;

constexpr std::size_t stretched_bytes = 1U << 20;
constexpr std::size_t piece_bytes = 4096; // few calls a megabyte

// Ku of any octets: Reeder's extension uses a key in place of a password.
Result<SecretBytes> stretch(AuthProtocol protocol, Octets password)
{
    const std::size_t repeats = piece_bytes / password.size() + 1;
    SecretBytes repeated{repeats * password.size()};
    for (std::size_t i = 0; i < repeated.room().size(); ++i)
        repeated.room()[i] = password[i % password.size()];
    std::vector<Octets> pieces(stretched_bytes / repeated.reveal().size(), repeated.reveal());
    pieces.push_back(repeated.reveal().first(stretched_bytes % repeated.reveal().size()));
    return UsmCrypto::hash(protocol, pieces);
}

// What each draft appends to a key that is too short: Blumenthal's the digest of all that there is
// so far, Reeder's the last piece taken for a password, and localized.
Result<SecretBytes> next_piece(
    AuthProtocol protocol, KeyExtension extension, Octets so_far, Octets engine_id
)
{
    if (extension == KeyExtension::blumenthal) return UsmCrypto::hash(protocol, std::array{so_far});
    const auto key = stretch(protocol, so_far.last(key_bytes(protocol)));
    if (!key) return key.error();
    return localize_key(protocol, *key, engine_id);
}

} // namespace

Result<SecretBytes> password_to_key(AuthProtocol protocol, std::string_view password)
{
    if (password.size() < shortest_password) return Errc::refused;
    return stretch(protocol, std::as_bytes(std::span{password}));
}

Result<SecretBytes> localize_key(AuthProtocol protocol, const SecretBytes& key, Octets engine_id)
{
    const bool fits = key.reveal().size() == key_bytes(protocol) && !engine_id.empty() &&
                      engine_id.size() <= longest_engine_id;
    if (!fits) return Errc::malformed;
    return UsmCrypto::hash(protocol, std::array{key.reveal(), engine_id, key.reveal()});
}

Result<SecretBytes> privacy_key(
    AuthProtocol auth,
    PrivProtocol priv,
    KeyExtension extension,
    const SecretBytes& localized,
    Octets engine_id
)
{
    const std::size_t wanted = key_bytes(priv);
    std::size_t size = localized.reveal().size();
    if (size != key_bytes(auth)) return Errc::malformed;
    SecretBytes key{std::max(size, wanted)};
    std::copy_n(localized.reveal().begin(), size, key.room().begin());
    while (size < wanted) {
        const auto piece = next_piece(auth, extension, key.reveal().first(size), engine_id);
        if (!piece) return piece.error();
        const std::size_t more = std::min(piece->reveal().size(), wanted - size);
        std::copy_n(piece->reveal().begin(), more, key.room().subspan(size).begin());
        size += more;
    }
    return SecretBytes{key.reveal().first(wanted)};
}

bool UsmKeyCache::is_unused(const Localized& one)
{
    return one.keys.expired();
}

bool UsmKeyCache::Localized::is_like(const Localized& other) const
{
    return auth == other.auth && priv == other.priv && level == other.level &&
           protocol == other.protocol && extension == other.extension;
}

Result<std::size_t> UsmKeyCache::master(AuthProtocol protocol, const Secret& password)
{
    const auto found = std::find_if(masters_.begin(), masters_.end(), [&](const Master& master) {
        return master.protocol == protocol && master.password.reveal() == password.reveal();
    });
    if (found != masters_.end()) return static_cast<std::size_t>(found - masters_.begin());
    auto key = password_to_key(protocol, password.reveal());
    if (!key) return key.error();
    masters_.push_back({.protocol = protocol, .password = password, .key = std::move(*key)});
    return masters_.size() - 1;
}

Result<UsmKeys> UsmKeyCache::derive(const UsmSettings& user, const Localized& how, Octets engine_id)
    const
{
    auto auth = localize_key(user.auth, masters_[how.auth].key, engine_id);
    if (!auth) return auth.error();
    if (user.level != SecurityLevel::auth_priv)
        return UsmKeys{.auth = std::move(*auth), .priv = {}};
    const auto localized = localize_key(user.auth, masters_[how.priv].key, engine_id);
    if (!localized) return localized.error();
    auto priv = privacy_key(user.auth, user.priv, user.key_extension, *localized, engine_id);
    if (!priv) return priv.error();
    return UsmKeys{.auth = std::move(*auth), .priv = std::move(*priv)};
}

Result<std::shared_ptr<const UsmKeys>> UsmKeyCache::keys(const UsmSettings& user, Octets engine_id)
{
    const auto auth = master(user.auth, user.auth_password);
    if (!auth) return auth.error();
    const bool has_priv = user.level == SecurityLevel::auth_priv;
    const auto priv = has_priv ? master(user.auth, user.priv_password) : auth;
    if (!priv) return priv.error();
    Localized wanted{
        .auth = *auth,
        .priv = *priv,
        .level = user.level,
        .protocol = user.priv,
        .extension = user.key_extension,
        .keys = {}};
    const std::string id{reinterpret_cast<const char*>(engine_id.data()), engine_id.size()};
    if (const auto engine = engines_.find(id); engine != engines_.end()) {
        for (const Localized& one : engine->second)
            if (auto keys = one.keys.lock(); keys && one.is_like(wanted)) return keys;
    }
    auto derived = derive(user, wanted, engine_id);
    if (!derived) return derived.error();
    auto keys = std::make_shared<const UsmKeys>(std::move(*derived));
    wanted.keys = keys;
    auto& known = engines_[id];
    std::erase_if(known, is_unused);
    known.push_back(std::move(wanted));
    forget_unused();
    return keys;
}

// A device that changes its engine id all the time leaves nothing behind.
void UsmKeyCache::forget_unused()
{
    if (engines_.size() <= forget_above_) return;
    for (auto engine = engines_.begin(); engine != engines_.end();) {
        std::erase_if(engine->second, is_unused);
        engine = engine->second.empty() ? engines_.erase(engine) : std::next(engine);
    }
    forget_above_ = std::max<std::size_t>(64, 2 * engines_.size());
}

std::size_t UsmKeyCache::size() const
{
    std::size_t count = 0;
    for (const auto& [id, known] : engines_)
        count += known.size() -
                 static_cast<std::size_t>(std::count_if(known.begin(), known.end(), is_unused));
    return count;
}

} // namespace hallmonitor::agent
