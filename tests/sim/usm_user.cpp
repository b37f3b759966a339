#include "tests/sim/usm_user.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace hallmonitor::sim {
namespace {

constexpr std::array digests{
    DigestKind{"md5", "MD5", 12},
    DigestKind{"sha1", "SHA1", 12},
    DigestKind{"sha224", "SHA224", 16},
    DigestKind{"sha256", "SHA256", 24},
    DigestKind{"sha384", "SHA384", 32},
    DigestKind{"sha512", "SHA512", 48}};

// DES as triple DES of one key: OpenSSL counts the single one among its legacy.
constexpr std::array ciphers{
    CipherKind{"des", "DES-EDE3-CBC", 16},
    CipherKind{"aes128", "AES-128-CFB", 16},
    CipherKind{"aes192", "AES-192-CFB", 24},
    CipherKind{"aes256", "AES-256-CFB", 32}};

constexpr std::size_t block = 8; // of DES

struct Freed {
    void operator()(EVP_MD* one) const { EVP_MD_free(one); }
    void operator()(EVP_MD_CTX* one) const { EVP_MD_CTX_free(one); }
    void operator()(EVP_CIPHER* one) const { EVP_CIPHER_free(one); }
    void operator()(EVP_CIPHER_CTX* one) const { EVP_CIPHER_CTX_free(one); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

void expect(int code)
{
    if (code != 1) throw std::runtime_error{"OpenSSL cannot do what a simulated device needs"};
}

Owned<EVP_MD_CTX> begun(const DigestKind& kind)
{
    const Owned<EVP_MD> digest{EVP_MD_fetch(nullptr, kind.algorithm, nullptr)};
    Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    expect(EVP_DigestInit_ex(context.get(), digest.get(), nullptr));
    return context;
}

void add(EVP_MD_CTX* context, ByteView part)
{
    expect(EVP_DigestUpdate(context, part.data(), part.size()));
}

Bytes ended(EVP_MD_CTX* context)
{
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    expect(EVP_DigestFinal_ex(context, digest.data(), &size));
    digest.resize(size);
    return digest;
}

/// RFC 3414 section A.2: a megabyte of the password, over and over, in pieces of 64 octets.
Bytes stretched(const DigestKind& kind, ByteView password)
{
    const auto context = begun(kind);
    std::size_t at = 0;
    std::array<std::uint8_t, 64> piece{};
    for (std::size_t count = 0; count < 1'048'576; count += piece.size()) {
        for (auto& octet : piece) {
            octet = password[at++ % password.size()];
        }
        add(context.get(), piece);
    }
    return ended(context.get());
}

Bytes localized(const DigestKind& kind, const Bytes& key, ByteView engine_id)
{
    const auto context = begun(kind);
    add(context.get(), key);
    add(context.get(), engine_id);
    add(context.get(), key);
    return ended(context.get());
}

Bytes lengthened(const UsmUser& user, Bytes key, ByteView engine_id)
{
    auto last = key;
    while (key.size() < user.cipher->key) {
        if (user.extends_by_reeder) {
            last = localized(*user.digest, stretched(*user.digest, last), engine_id);
        } else {
            const auto context = begun(*user.digest);
            add(context.get(), key);
            last = ended(context.get());
        }
        key.insert(key.end(), last.begin(), last.end());
    }
    key.resize(user.cipher->key);
    return key;
}

Bytes bytes_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

template <class Kinds>
auto kind_of(const Kinds& kinds, std::string_view name) -> decltype(kinds.data())
{
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) {
        return kind.name == name;
    });
    return found == kinds.end() ? nullptr : &*found;
}

Bytes vector_of(const UsmUser& user, const Bytes& key, const CipherInput& input)
{
    Bytes iv;
    if (user.cipher == ciphers.data()) {
        for (std::size_t i = 0; i < block; ++i) {
            iv.push_back(key[block + i] ^ input.salt.at(i));
        }
        return iv;
    }
    for (const auto number : {input.boots, input.time}) {
        for (unsigned shift = 32; shift > 0; shift -= 8) {
            iv.push_back(static_cast<std::uint8_t>(number >> (shift - 8)));
        }
    }
    iv.insert(iv.end(), input.salt.begin(), input.salt.end());
    return iv;
}

} // namespace

std::optional<UsmUser> user_of(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto colon = text.find(':');
        parts.push_back(text.substr(0, colon));
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
    }
    const bool is_reeder = parts.size() == 6 && parts.back() == "reeder";
    if (is_reeder) parts.pop_back();
    if (parts[0].empty() || (parts.size() != 1 && parts.size() != 3 && parts.size() != 5))
        return std::nullopt;
    UsmUser user{.name = std::string{parts[0]}, .extends_by_reeder = is_reeder};
    if (parts.size() >= 3) {
        user.digest = kind_of(digests, parts[1]);
        if (user.digest == nullptr || parts[2].empty()) return std::nullopt;
        user.auth_key = stretched(*user.digest, bytes_of(parts[2]));
    }
    if (parts.size() == 5) {
        user.cipher = kind_of(ciphers, parts[3]);
        if (user.cipher == nullptr || parts[4].empty()) return std::nullopt;
        user.priv_key = stretched(*user.digest, bytes_of(parts[4]));
    }
    return user;
}

// HMAC (RFC 2104) from its two halves, each begun with the key.
struct UserKeys::State {
    Owned<EVP_MD_CTX> inner;
    Owned<EVP_MD_CTX> outer;
    Owned<EVP_MD_CTX> running;
    Bytes cipher_key;
    Owned<EVP_CIPHER_CTX> encrypting;
    Owned<EVP_CIPHER_CTX> decrypting;
};

UserKeys::UserKeys(const UsmUser& user, ByteView engine_id)
    : user_(&user), state_(std::make_unique<State>())
{
    if (user.digest == nullptr) return;
    const auto key = localized(*user.digest, user.auth_key, engine_id);
    state_->inner = begun(*user.digest);
    state_->outer = begun(*user.digest);
    state_->running = begun(*user.digest);
    const auto size = static_cast<std::size_t>(EVP_MD_CTX_block_size(state_->inner.get()));
    Bytes inner(size, 0x36);
    Bytes outer(size, 0x5C);
    for (std::size_t i = 0; i < key.size(); ++i) {
        inner[i] ^= key[i];
        outer[i] ^= key[i];
    }
    add(state_->inner.get(), inner);
    add(state_->outer.get(), outer);
    if (user.cipher == nullptr) return;

    state_->cipher_key =
        lengthened(user, localized(*user.digest, user.priv_key, engine_id), engine_id);
    Bytes used = state_->cipher_key;
    if (user.cipher == ciphers.data()) {
        for (std::size_t i = 0; i < 3 * block; ++i) {
            used.resize(std::max(used.size(), i + 1));
            used[i] = state_->cipher_key[i % block];
        }
    }
    const Bytes zeros(16);
    const Owned<EVP_CIPHER> cipher{EVP_CIPHER_fetch(nullptr, user.cipher->algorithm, nullptr)};
    for (const bool encrypts : {true, false}) {
        auto& context = encrypts ? state_->encrypting : state_->decrypting;
        context.reset(EVP_CIPHER_CTX_new());
        expect(EVP_CipherInit_ex(
            context.get(), cipher.get(), nullptr, used.data(), zeros.data(), encrypts ? 1 : 0
        ));
        EVP_CIPHER_CTX_set_padding(context.get(), 0);
    }
}

UserKeys::~UserKeys() = default;
UserKeys::UserKeys(UserKeys&&) noexcept = default;
UserKeys& UserKeys::operator=(UserKeys&&) noexcept = default;

Bytes UserKeys::digest(ByteView message) const
{
    auto* const running = state_->running.get();
    expect(EVP_MD_CTX_copy_ex(running, state_->inner.get()));
    add(running, message);
    const auto inner = ended(running);
    expect(EVP_MD_CTX_copy_ex(running, state_->outer.get()));
    add(running, inner);
    auto digest = ended(running);
    digest.resize(user_->digest->sent);
    return digest;
}

Bytes UserKeys::transformed(bool encrypts, const CipherInput& input, ByteView text) const
{
    auto* const context = (encrypts ? state_->encrypting : state_->decrypting).get();
    const auto iv = vector_of(*user_, state_->cipher_key, input);
    expect(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv.data(), -1));
    Bytes out(text.size());
    int size = 0;
    expect(EVP_CipherUpdate(context, out.data(), &size, text.data(), static_cast<int>(text.size()))
    );
    return out;
}

Bytes UserKeys::encrypted(const CipherInput& input, ByteView plain) const
{
    if (user_->cipher != ciphers.data() || plain.size() % block == 0)
        return transformed(true, input, plain);
    Bytes padded(plain.begin(), plain.end());
    padded.resize((plain.size() / block + 1) * block);
    return transformed(true, input, padded);
}

Bytes UserKeys::decrypted(const CipherInput& input, ByteView cipher) const
{
    if (user_->cipher == ciphers.data() && cipher.size() % block != 0) return {};
    return transformed(false, input, cipher);
}

} // namespace hallmonitor::sim
