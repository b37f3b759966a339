#include "tests/bench/tls_meter.hpp"

#include "collector/io/ca.hpp"
#include "common/io/tls.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace hallmonitor::bench {
namespace {

struct Folder {
    Folder()
    {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "hallmonitor-bench-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder for keys"};
        path = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::string path;
};

struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, Free>;

Ssl end_of(boost::asio::ssl::context& context)
{
    Ssl ssl{SSL_new(context.native_handle())};
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    return ssl;
}

// Moves what one end wrote to the other; octets moved.
std::size_t carry(SSL* from, SSL* to)
{
    std::size_t moved = 0;
    std::vector<char> buffer(std::size_t{64} << 10);
    for (int count = 1; count > 0;) {
        count = BIO_read(SSL_get_wbio(from), buffer.data(), static_cast<int>(buffer.size()));
        if (count <= 0) break;
        BIO_write(SSL_get_rbio(to), buffer.data(), count);
        moved += static_cast<std::size_t>(count);
    }
    return moved;
}

} // namespace

struct TlsMeter::State {
    Folder folder;
    std::shared_ptr<boost::asio::ssl::context> server_context;
    std::shared_ptr<boost::asio::ssl::context> client_context;
    Ssl server;
    Ssl client;
};

TlsMeter::TlsMeter() : state_(std::make_unique<State>())
{
    State& state = *state_;
    const std::string ca = state.folder.path + "/ca";
    const std::string agent = state.folder.path + "/agent";
    std::string problem;
    if (!collector::init_ca(ca, {}, problem) ||
        !collector::issue(ca, {.site = "school", .name = "agent"}, agent, problem))
        throw std::runtime_error{problem};
    const auto server = tls::make_server_context(
        {.ca = ca + "/ca.pem", .certificate = ca + "/collector.pem", .key = ca + "/collector.key"},
        problem
    );
    const auto client = tls::make_client_context(
        {.ca = agent + "/ca.pem", .certificate = agent + "/agent.pem", .key = agent + "/agent.key"},
        problem
    );
    if (!server || !client) throw std::runtime_error{problem};
    state.server_context = *server;
    state.client_context = *client;
    state.server = end_of(**server);
    state.client = end_of(**client);
    SSL_set_accept_state(state.server.get());
    SSL_set_connect_state(state.client.get());
    for (int flight = 0; flight < 4; ++flight) {
        SSL_do_handshake(state.client.get());
        carry(state.client.get(), state.server.get());
        SSL_do_handshake(state.server.get());
        carry(state.server.get(), state.client.get());
    }
    if (SSL_is_init_finished(state.client.get()) == 0 ||
        SSL_is_init_finished(state.server.get()) == 0)
        throw std::runtime_error{"the TLS handshake in memory did not come to its end"};
}

TlsMeter::~TlsMeter() = default;

std::size_t TlsMeter::send(std::span<const std::byte> bytes)
{
    State& state = *state_;
    std::size_t written = 0;
    if (SSL_write_ex(state.client.get(), bytes.data(), bytes.size(), &written) != 1 ||
        written != bytes.size())
        throw std::runtime_error{"TLS took less than it was given"};
    const std::size_t sent = carry(state.client.get(), state.server.get());
    std::vector<std::byte> received(bytes.size());
    std::size_t got = 0;
    for (std::size_t more = 1; got < received.size() && more > 0; got += more) {
        more = 0;
        if (SSL_read_ex(state.server.get(), received.data() + got, received.size() - got, &more) !=
            1)
            throw std::runtime_error{"TLS gave back less than was sent"};
    }
    return sent;
}

} // namespace hallmonitor::bench
