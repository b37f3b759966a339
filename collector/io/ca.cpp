#include "collector/io/ca.hpp"

#include "common/io/tls.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace hallmonitor::collector {
namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* pointer) const
    {
        Free(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using File = std::unique_ptr<std::FILE, Deleter<std::fclose>>;

constexpr int ca_days = 3650;
constexpr int leaf_days = 825; // what browsers and the trade hold for the longest sensible life

boost::system::error_code system_error()
{
    return {errno, boost::system::system_category()};
}

struct Extension {
    int nid;
    std::string value;
};

bool add_extension(X509* certificate, X509* issuer, const Extension& extension)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* made =
        X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value.c_str());
    const bool added = made != nullptr && X509_add_ext(certificate, made, -1) == 1;
    X509_EXTENSION_free(made);
    return added;
}

bool set_random_serial(X509* certificate)
{
    BIGNUM* number = BN_new();
    const bool made = BN_rand(number, 159, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                      BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
    BN_free(number);
    return made;
}

struct Request {
    std::string common_name;
    int days;
    std::vector<Extension> extensions;
};

// A certificate for `key`; self-signed when `issuer` is null.
Certificate make_certificate(
    const Request& request, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key
)
{
    Certificate certificate{X509_new()};
    X509* const raw = certificate.get();
    X509_set_version(raw, X509_VERSION_3);
    bool made = set_random_serial(raw);
    // A day back: clocks of machines differ, some by their time zone.
    constexpr long day = 86'400;
    X509_gmtime_adj(X509_getm_notBefore(raw), -day);
    X509_time_adj_ex(X509_getm_notAfter(raw), request.days, 0, nullptr);
    X509_set_pubkey(raw, key);
    X509_NAME* subject = X509_get_subject_name(raw);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
    const auto* name = reinterpret_cast<const unsigned char*>(request.common_name.c_str());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0);
    X509* const signer = issuer != nullptr ? issuer : raw;
    X509_set_issuer_name(raw, X509_get_subject_name(signer));
    for (const Extension& extension : request.extensions)
        made = made && add_extension(raw, signer, extension);
    EVP_PKEY* const signing_key = issuer_key != nullptr ? issuer_key : key;
    made = made && X509_sign(raw, signing_key, EVP_sha256()) > 0;
    if (!made) certificate.reset();
    return certificate;
}

Result<void> write_file(
    const fs::path& path,
    mode_t mode,
    const auto& writer,
    WrittenFiles& written,
    std::string& problem
)
{
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    File file{fd < 0 ? nullptr : fdopen(fd, "w")};
    if (!file || !writer(file.get()) || std::fflush(file.get()) != 0 || fsync(fd) != 0) {
        const auto error = system_error();
        problem = "cannot write " + path.string() + ": " + error.message();
        return error;
    }
    written.paths.push_back(path.string());
    return {};
}

Result<void> write_pair(
    const fs::path& stem,
    X509* certificate,
    EVP_PKEY* key,
    WrittenFiles& written,
    std::string& problem
)
{
    const auto write_key = [&](std::FILE* file) {
        return PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
    };
    const auto write_certificate = [&](std::FILE* file) {
        return PEM_write_X509(file, certificate) == 1;
    };
    auto done = write_file(stem.string() + ".key", 0600, write_key, written, problem);
    if (!done) return done;
    return write_file(stem.string() + ".pem", 0644, write_certificate, written, problem);
}

Result<void> make_directory(const fs::path& directory, std::string& problem)
{
    std::error_code error;
    const bool is_new = fs::create_directories(directory, error);
    if (!error && is_new) fs::permissions(directory, fs::perms::owner_all, error);
    if (!error) return {};
    problem = "cannot make folder " + directory.string() + ": " + error.message();
    return boost::system::error_code{error.value(), boost::system::system_category()};
}

std::string subject_names(const std::vector<std::string>& names)
{
    std::string all = "DNS:localhost,IP:127.0.0.1,IP:::1";
    for (const std::string& name : names) {
        boost::system::error_code no_address;
        boost::asio::ip::make_address(name, no_address);
        all += (no_address ? ",DNS:" : ",IP:") + name;
    }
    return all;
}

Result<void> check_names(const std::vector<std::string>& names, std::string& problem)
{
    for (const std::string& name : names) {
        if (name.empty() ||
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                                   "XYZ0123456789.-:*") != std::string::npos) {
            problem = "\"" + name + "\" is no host name or address";
            return Errc::refused;
        }
    }
    return {};
}

template <class T, class Read>
std::unique_ptr<T, Deleter<Read::free>> read_pem(const fs::path& path)
{
    const File file{std::fopen(path.c_str(), "r")};
    return std::unique_ptr<T, Deleter<Read::free>>{file ? Read::read(file.get()) : nullptr};
}

struct KeyPem {
    static constexpr auto free = EVP_PKEY_free;
    static EVP_PKEY* read(std::FILE* file)
    {
        return PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
    }
};
struct CertificatePem {
    static constexpr auto free = X509_free;
    static X509* read(std::FILE* file) { return PEM_read_X509(file, nullptr, nullptr, nullptr); }
};

const std::vector<Extension>& leaf_basics()
{
    static const std::vector<Extension> all{
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, "keyid:always"},
    };
    return all;
}

Request leaf_request(std::string common_name, const std::string& usage, const std::string& names)
{
    Request request{
        .common_name = std::move(common_name), .days = leaf_days, .extensions = leaf_basics()};
    request.extensions.push_back({NID_ext_key_usage, usage});
    request.extensions.push_back({NID_subject_alt_name, names});
    return request;
}

} // namespace

Result<WrittenFiles> init_ca(
    const std::string& directory, const std::vector<std::string>& names, std::string& problem
)
{
    const fs::path folder{directory};
    if (auto checked = check_names(names, problem); !checked) return checked.error();
    if (fs::exists(folder / "ca.key")) {
        problem = "there is a CA in " + directory + " already; it is not overwritten";
        return Errc::refused;
    }
    if (auto made = make_directory(folder, problem); !made) return made.error();

    const Key ca_key{EVP_EC_gen("P-256")};
    const Request ca_request{
        .common_name = "Hallmonitor CA",
        .days = ca_days,
        .extensions = {
            {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
            {NID_key_usage, "critical,keyCertSign,cRLSign"},
            {NID_subject_key_identifier, "hash"},
        }};
    const Certificate ca = make_certificate(ca_request, ca_key.get(), nullptr, nullptr);
    const Key server_key{EVP_EC_gen("P-256")};
    const Certificate server =
        ca ? make_certificate(
                 leaf_request("Hallmonitor collector", "serverAuth", subject_names(names)),
                 server_key.get(),
                 ca.get(),
                 ca_key.get()
             )
           : nullptr;
    if (!server) {
        problem = "cannot make a certificate for these names";
        ERR_clear_error();
        return Errc::refused;
    }
    WrittenFiles written;
    auto done = write_pair(folder / "ca", ca.get(), ca_key.get(), written, problem);
    if (done)
        done = write_pair(folder / "collector", server.get(), server_key.get(), written, problem);
    if (!done) return done.error();
    return written;
}

Result<WrittenFiles> issue(
    const std::string& directory, const AgentId& agent, const std::string& out, std::string& problem
)
{
    if (!tls::is_valid_name(agent.site) || !tls::is_valid_name(agent.name)) {
        problem = "site and agent names are 1 to 64 letters, digits, dots, dashes and underscores";
        return Errc::refused;
    }
    const fs::path folder{directory};
    const auto ca = read_pem<X509, CertificatePem>(folder / "ca.pem");
    const auto ca_key = read_pem<EVP_PKEY, KeyPem>(folder / "ca.key");
    ERR_clear_error();
    if (!ca || !ca_key) {
        problem = "no CA that can be read in " + directory + "; make one with init-ca";
        return Errc::not_found;
    }
    const fs::path target{out};
    if (auto made = make_directory(target, problem); !made) return made.error();

    const Key key{EVP_EC_gen("P-256")};
    const Request request = leaf_request(
        agent.site + "/" + agent.name, "clientAuth", "URI:" + tls::identity_uri(agent)
    );
    const Certificate certificate = make_certificate(request, key.get(), ca.get(), ca_key.get());
    if (!certificate) {
        problem = "cannot make a certificate for this name";
        ERR_clear_error();
        return Errc::refused;
    }
    WrittenFiles written;
    auto done = write_pair(target / "agent", certificate.get(), key.get(), written, problem);
    if (!done) return done.error();
    if (!fs::exists(target / "ca.pem")) {
        const auto write_ca = [&](std::FILE* file) { return PEM_write_X509(file, ca.get()) == 1; };
        done = write_file(target / "ca.pem", 0644, write_ca, written, problem);
        if (!done) return done.error();
    }
    return written;
}

} // namespace hallmonitor::collector
