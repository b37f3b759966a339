#include "agent/snmp/usm_crypto.hpp"

#include "common/check.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace hallmonitor::agent {
namespace {

constexpr std::size_t des_block = 8;
constexpr std::size_t des_key = 8;
constexpr std::size_t aes_block = 16;

// OpenSSL's names.
constexpr std::array<const char*, 6> digest_names{
    "MD5", "SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512"};

// DES is triple DES under one key thrice, which unlike DES itself needs none of OpenSSL's legacy
// algorithms. A block of AES's CFB mode is encrypted from the ciphertext of the block before, so
// decrypting can do all blocks at once: by the plain cipher, several times faster than by the mode.
constexpr std::array<const char*, 4> encrypting_names{
    "DES-EDE3-CBC", "AES-128-CFB", "AES-192-CFB", "AES-256-CFB"};
constexpr std::array<const char*, 4> decrypting_names{
    "DES-EDE3-CBC", "AES-128-ECB", "AES-192-ECB", "AES-256-ECB"};

struct Freed {
    void operator()(EVP_MD* one) const { EVP_MD_free(one); }
    void operator()(EVP_MD_CTX* one) const { EVP_MD_CTX_free(one); }
    void operator()(EVP_MAC* one) const { EVP_MAC_free(one); }
    void operator()(EVP_MAC_CTX* one) const { EVP_MAC_CTX_free(one); }
    void operator()(EVP_CIPHER* one) const { EVP_CIPHER_free(one); }
    void operator()(EVP_CIPHER_CTX* one) const { EVP_CIPHER_CTX_free(one); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

const unsigned char* octets(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* room(std::span<std::byte> bytes)
{
    return reinterpret_cast<unsigned char*>(bytes.data());
}

Owned<EVP_MAC_CTX> make_hmac(AuthProtocol protocol)
{
    const Owned<EVP_MAC> hmac{EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr)};
    if (!hmac) return {};
    Owned<EVP_MAC_CTX> context{EVP_MAC_CTX_new(hmac.get())};
    std::string name{digest_names.at(static_cast<std::size_t>(protocol))};
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
        OSSL_PARAM_construct_end()};
    if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) return {};
    return context;
}

// Of the algorithm, with a key of zeros until the first message.
Owned<EVP_CIPHER_CTX> make_cipher(const char* name, bool encrypts)
{
    const Owned<EVP_CIPHER> cipher{EVP_CIPHER_fetch(nullptr, name, nullptr)};
    Owned<EVP_CIPHER_CTX> context{EVP_CIPHER_CTX_new()};
    const std::array<unsigned char, EVP_MAX_KEY_LENGTH> zeros{};
    const bool made =
        cipher && context &&
        EVP_CipherInit_ex2(
            context.get(), cipher.get(), zeros.data(), zeros.data(), encrypts ? 1 : 0, nullptr
        ) == 1 &&
        EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1;
    return made ? std::move(context) : nullptr;
}

// RFC 3414 section 8.1.1.1 and RFC 3826 section 3.1.2.1.
std::array<std::byte, aes_block> initialization_vector(
    PrivProtocol protocol, std::span<const std::byte> key, const PrivInput& input
)
{
    std::array<std::byte, aes_block> iv{};
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

} // namespace

bool same_digest(std::span<const std::byte> a, std::span<const std::byte> b)
{
    if (a.size() != b.size()) return false;
    std::byte difference{0};
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= a[i] ^ b[i];
    return difference == std::byte{0};
}

MessageDigest::MessageDigest(std::span<const std::byte> bytes) : size_(bytes.size())
{
    INVARIANT(bytes.size() <= bytes_.size());
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

struct UsmCrypto::Contexts {
    std::array<Owned<EVP_MAC_CTX>, digest_names.size()> hmacs;
    std::array<Owned<EVP_CIPHER_CTX>, encrypting_names.size()> encrypting;
    std::array<Owned<EVP_CIPHER_CTX>, decrypting_names.size()> decrypting;
    std::vector<std::byte> text; // of the last message

    // Null when OpenSSL does not have it. Made when first asked for.
    EVP_MAC_CTX* hmac(AuthProtocol protocol)
    {
        auto& context = hmacs.at(static_cast<std::size_t>(protocol));
        if (!context) context = make_hmac(protocol);
        return context.get();
    }
    EVP_CIPHER_CTX* cipher(PrivProtocol protocol, bool encrypts)
    {
        const auto number = static_cast<std::size_t>(protocol);
        auto& context = encrypts ? encrypting.at(number) : decrypting.at(number);
        const char* const name = (encrypts ? encrypting_names : decrypting_names).at(number);
        const bool is_ecb = !encrypts && protocol != PrivProtocol::des;
        if (!context) context = make_cipher(name, encrypts || is_ecb);
        return context.get();
    }

    // Puts `text`, whose size is one that the cipher takes, through it in place.
    Result<void> transform(
        EVP_CIPHER_CTX* context,
        PrivProtocol protocol,
        const SecretBytes& key,
        std::span<const std::byte> iv
    );
};

Result<void> UsmCrypto::Contexts::transform(
    EVP_CIPHER_CTX* context,
    PrivProtocol protocol,
    const SecretBytes& key,
    std::span<const std::byte> iv
)
{
    if (context == nullptr) return Errc::unsupported;
    SecretBytes thrice;
    std::span<const std::byte> cipher_key = key.reveal();
    if (protocol == PrivProtocol::des) {
        thrice = SecretBytes{3 * des_key};
        for (std::size_t i = 0; i < 3 * des_key; ++i)
            thrice.room()[i] = cipher_key[i % des_key];
        cipher_key = thrice.reveal();
    }
    int size = 0;
    const bool done =
        EVP_CipherInit_ex2(context, nullptr, octets(cipher_key), octets(iv), -1, nullptr) == 1 &&
        EVP_CipherUpdate(context, room(text), &size, octets(text), static_cast<int>(text.size())) ==
            1;
    if (!done || static_cast<std::size_t>(size) != text.size()) return Errc::unsupported;
    return {};
}

UsmCrypto::UsmCrypto() : contexts_(std::make_unique<Contexts>())
{}

UsmCrypto::~UsmCrypto() = default;

Result<SecretBytes> UsmCrypto::hash(
    AuthProtocol protocol, std::span<const std::span<const std::byte>> pieces
)
{
    const Owned<EVP_MD> kind{
        EVP_MD_fetch(nullptr, digest_names.at(static_cast<std::size_t>(protocol)), nullptr)};
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    SecretBytes digest{key_bytes(protocol)};
    bool good = kind && context && EVP_DigestInit_ex2(context.get(), kind.get(), nullptr) == 1;
    for (const std::span<const std::byte> piece : pieces)
        good = good && EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1;
    if (!good || EVP_DigestFinal_ex(context.get(), room(digest.room()), nullptr) != 1)
        return Errc::unsupported;
    return digest;
}

Result<MessageDigest> UsmCrypto::message_digest(
    AuthProtocol protocol,
    const SecretBytes& key,
    std::span<const std::byte> message,
    std::span<const std::byte> blank
)
{
    if (key.reveal().size() != key_bytes(protocol)) return Errc::malformed;
    EVP_MAC_CTX* const context = contexts_->hmac(protocol);
    if (context == nullptr) return Errc::unsupported;
    static constexpr std::array<unsigned char, digest_bytes(AuthProtocol::sha512)> zeros{};
    INVARIANT(blank.size() <= zeros.size());
    const auto before = message.first(static_cast<std::size_t>(blank.data() - message.data()));
    const auto after = message.subspan(before.size() + blank.size());
    std::array<std::byte, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = 0;
    const bool done =
        EVP_MAC_init(context, octets(key.reveal()), key.reveal().size(), nullptr) == 1 &&
        EVP_MAC_update(context, octets(before), before.size()) == 1 &&
        EVP_MAC_update(context, zeros.data(), blank.size()) == 1 &&
        EVP_MAC_update(context, octets(after), after.size()) == 1 &&
        EVP_MAC_final(context, room(digest), &size, digest.size()) == 1;
    if (!done || size != key_bytes(protocol)) return Errc::unsupported;
    return MessageDigest{std::span{digest}.first(digest_bytes(protocol))};
}

Result<std::span<const std::byte>> UsmCrypto::encrypt(
    PrivProtocol protocol,
    const SecretBytes& key,
    const PrivInput& input,
    std::span<const std::byte> plain
)
{
    if (key.reveal().size() != key_bytes(protocol)) return Errc::malformed;
    auto& text = contexts_->text;
    text.assign(plain.begin(), plain.end());
    if (protocol == PrivProtocol::des)
        text.resize((text.size() + des_block - 1) / des_block * des_block);
    const auto iv = initialization_vector(protocol, key.reveal(), input);
    if (const auto done =
            contexts_->transform(contexts_->cipher(protocol, true), protocol, key, iv);
        !done)
        return done.error();
    return std::span<const std::byte>{text};
}

Result<std::span<const std::byte>> UsmCrypto::decrypt(
    PrivProtocol protocol,
    const SecretBytes& key,
    const PrivInput& input,
    std::span<const std::byte> cipher
)
{
    const bool is_des = protocol == PrivProtocol::des;
    const bool is_whole = !is_des || cipher.size() % des_block == 0;
    if (key.reveal().size() != key_bytes(protocol) || cipher.empty() || !is_whole)
        return Errc::malformed;
    auto& text = contexts_->text;
    const auto iv = initialization_vector(protocol, key.reveal(), input);
    if (is_des) {
        text.assign(cipher.begin(), cipher.end());
    } else {
        // What each block was encrypted from: the vector, then the block before.
        const std::size_t blocks = (cipher.size() + aes_block - 1) / aes_block;
        text.assign(iv.begin(), iv.end());
        const auto before = cipher.first((blocks - 1) * aes_block);
        text.insert(text.end(), before.begin(), before.end());
    }
    EVP_CIPHER_CTX* const context = contexts_->cipher(protocol, false);
    if (const auto done = contexts_->transform(context, protocol, key, iv); !done)
        return done.error();
    if (is_des) return std::span<const std::byte>{text};
    text.resize(cipher.size());
    std::transform(cipher.begin(), cipher.end(), text.begin(), text.begin(), std::bit_xor<>{});
    return std::span<const std::byte>{text};
}

} // namespace hallmonitor::agent
