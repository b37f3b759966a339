#pragma once
// TLS 1.3 with certificates on both sides (D5, D6). Session resumption is off: a revoked client
// would resume otherwise. Files are checked before use, and every failure is one sentence for
// people.

#include "common/error.hpp"
#include "common/io/task.hpp"
#include "common/model/ids.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace hallmonitor::tls {

using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

struct Files {
    std::string ca;          // PEM: who we trust
    std::string certificate; // PEM: who we are
    std::string key;         // PEM, readable by the owner alone
};

/// Errors: file system errors, unauthorized (key readable by others), malformed; `problem` says
/// which file and what to do.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> make_server_context(
    const Files& files, std::string& problem
);
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> make_client_context(
    const Files& files, std::string& problem
);

/// For servers that are not ours: TLS 1.2 or 1.3, without a certificate of our own. `ca_file`
/// empty: those whom the system trusts. Errors: as above.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> make_public_client_context(
    const std::string& ca_file, std::string& problem
);

/// Client's part of the handshake; the peer's certificate must be valid for `host` (a name or an
/// address). Errors: timed_out, or why it failed, told in `problem`.
Task<Result<void>> connect(
    Stream& stream, const std::string& host, std::chrono::milliseconds limit, std::string& problem
);

/// Server's part of the handshake. Errors as above.
Task<Result<void>> accept(Stream& stream, std::chrono::milliseconds limit, std::string& problem);

/// Says goodbye within `limit`, then closes; never hangs on a silent peer.
Task<void> close(Stream& stream, std::chrono::milliseconds limit);

/// The identity that the peer's certificate gives: URI name urn:hallmonitor:agent:<site>:<name>.
/// Errors: unauthorized.
[[nodiscard]] Result<AgentId> peer_identity(Stream& stream);

/// The identity in a certificate file. Errors: not_found, malformed, unauthorized.
[[nodiscard]] Result<AgentId> identity_in_file(const std::string& certificate_file);

/// The URI name of an agent.
[[nodiscard]] std::string identity_uri(const AgentId& agent);

/// Letters, digits, dot, dash and underscore, 1 to 64 of them: what a site or agent may be called.
[[nodiscard]] bool is_valid_name(const std::string& name);

} // namespace hallmonitor::tls
