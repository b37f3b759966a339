#include "common/io/tls.hpp"

#include "common/io/deadline.hpp"
#include "common/io/files.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <sys/stat.h>

namespace hallmonitor::tls {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr long record_bytes = 4'096;
constexpr std::string_view identity_prefix = "urn:hallmonitor:agent:";

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

error_code check_key_file(const std::string& path, std::string& problem)
{
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) {
        const int reason = errno;
        problem = "cannot read key file " + path + ": " + std::strerror(reason);
        return {reason, boost::system::system_category()};
    }
    if (!is_systemd_credential(path) && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        problem = "key file " + path + " can be read by others; run: chmod 600 " + path;
        return Errc::unauthorized;
    }
    return {};
}

error_code explain(
    const error_code& code, const std::string& what, const std::string& path, std::string& problem
)
{
    if (code) problem = "cannot use " + what + " " + path + ": " + code.message();
    return code;
}

Result<std::shared_ptr<ssl::context>> make_context(
    ssl::context::method method, const Files& files, std::string& problem
)
{
    auto context = std::make_shared<ssl::context>(method);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_num_tickets(native, 0);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    // A record is read whole or not at all: small ones, so that a peer on the slowest line is
    // heard.
    SSL_CTX_set_max_send_fragment(native, record_bytes);
    // A quiet connection holds no buffers, and most are quiet most of the time.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_X509_STRICT);

    error_code code = check_key_file(files.key, problem);
    if (code) return code;
    context->load_verify_file(files.ca, code);
    if (explain(code, "CA certificate", files.ca, problem)) return code;
    context->use_certificate_chain_file(files.certificate, code);
    if (explain(code, "certificate", files.certificate, problem)) return code;
    context->use_private_key_file(files.key, ssl::context::pem, code);
    if (explain(code, "key", files.key, problem)) return code;
    if (SSL_CTX_check_private_key(native) != 1) {
        ERR_clear_error();
        problem = "key " + files.key + " does not belong to certificate " + files.certificate;
        return Errc::malformed;
    }
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, code);
    if (code) return code;
    return context;
}

// Why a handshake failed, for people.
std::string describe(Stream& stream, const error_code& code)
{
    const long verdict = SSL_get_verify_result(stream.native_handle());
    switch (verdict) {
    case X509_V_OK: break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "the peer's certificate has expired (or this machine's clock is wrong): issue a new "
               "one";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "the peer's certificate is not valid yet: is this machine's clock right?";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "the peer's certificate does not carry the name it was called by: use a name that "
               "it "
               "carries, or make a collector's with init-ca --name";
    default:
        return std::string{"the peer's certificate is not from our CA: "} +
               X509_verify_cert_error_string(verdict);
    }
    return "TLS handshake failed: " + code.message();
}

Task<Result<void>> handshake(Stream& stream, ssl::stream_base::handshake_type type)
{
    const auto [error] = co_await stream.async_handshake(type, as_result);
    if (error) co_return error;
    co_return Result<void>{};
}

Task<Result<void>> shutdown(Stream& stream)
{
    const auto [error] = co_await stream.async_shutdown(as_result);
    if (error) co_return error;
    co_return Result<void>{};
}

Result<AgentId> parse_identity(std::string_view uri)
{
    if (!uri.starts_with(identity_prefix)) return Errc::unauthorized;
    uri.remove_prefix(identity_prefix.size());
    const auto colon = uri.find(':');
    if (colon == std::string_view::npos) return Errc::unauthorized;
    AgentId agent{
        .site = std::string{uri.substr(0, colon)}, .name = std::string{uri.substr(colon + 1)}};
    if (!is_valid_name(agent.site) || !is_valid_name(agent.name)) return Errc::unauthorized;
    return agent;
}

Result<AgentId> identity_of(const X509* certificate)
{
    auto* names = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)
    );
    Result<AgentId> found = Errc::unauthorized;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) continue;
        const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
        const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri));
        found = parse_identity({text, static_cast<std::size_t>(ASN1_STRING_length(uri))});
        if (found) break;
    }
    GENERAL_NAMES_free(names);
    return found;
}

} // namespace

Result<std::shared_ptr<ssl::context>> make_server_context(const Files& files, std::string& problem)
{
    return make_context(ssl::context::tlsv13_server, files, problem);
}

Result<std::shared_ptr<ssl::context>> make_client_context(const Files& files, std::string& problem)
{
    return make_context(ssl::context::tlsv13_client, files, problem);
}

Result<std::shared_ptr<ssl::context>> make_public_client_context(
    const std::string& ca_file, std::string& problem
)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    error_code code;
    if (ca_file.empty()) {
        context->set_default_verify_paths(code);
    } else {
        context->load_verify_file(ca_file, code);
        if (explain(code, "CA certificate", ca_file, problem)) return code;
    }
    if (!code) context->set_verify_mode(ssl::verify_peer, code);
    if (code) return code;
    return context;
}

Task<Result<void>> connect(
    Stream& stream, const std::string& host, std::chrono::milliseconds limit, std::string& problem
)
{
    error_code code;
    stream.set_verify_callback(ssl::host_name_verification{host}, code);
    if (code) co_return code;
    boost::asio::ip::make_address(host, code);
    // SNI is for names only (RFC 6066 section 3).
    if (code) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
    auto work = handshake(stream, ssl::stream_base::client);
    const auto done = co_await with_deadline(std::move(work), limit);
    if (!done) {
        problem = done.error() == Errc::timed_out ? "the peer does not answer the TLS handshake"
                                                  : describe(stream, done.error());
        co_return done.error();
    }
    co_return Result<void>{};
}

Task<Result<void>> accept(Stream& stream, std::chrono::milliseconds limit, std::string& problem)
{
    auto work = handshake(stream, ssl::stream_base::server);
    const auto done = co_await with_deadline(std::move(work), limit);
    if (!done) {
        problem = done.error() == Errc::timed_out ? "the peer does not finish the TLS handshake"
                                                  : describe(stream, done.error());
        co_return done.error();
    }
    co_return Result<void>{};
}

Task<void> close(Stream& stream, std::chrono::milliseconds limit)
{
    if (stream.lowest_layer().is_open()) {
        auto work = shutdown(stream);
        static_cast<void>(co_await with_deadline(std::move(work), limit));
    }
    error_code ignored;
    stream.lowest_layer().close(ignored);
}

Result<AgentId> peer_identity(Stream& stream)
{
    const Certificate certificate{SSL_get1_peer_certificate(stream.native_handle()), &X509_free};
    if (!certificate) return Errc::unauthorized;
    return identity_of(certificate.get());
}

Result<AgentId> identity_in_file(const std::string& certificate_file)
{
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> file{
        std::fopen(certificate_file.c_str(), "r"), &std::fclose};
    if (!file) return Errc::not_found;
    const Certificate certificate{PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free};
    if (!certificate) {
        ERR_clear_error();
        return Errc::malformed;
    }
    return identity_of(certificate.get());
}

std::string identity_uri(const AgentId& agent)
{
    return std::string{identity_prefix} + agent.site + ":" + agent.name;
}

bool is_valid_name(const std::string& name)
{
    constexpr std::size_t longest = 64;
    return !name.empty() && name.size() <= longest &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' ||
                      c == '_';
           });
}

} // namespace hallmonitor::tls
