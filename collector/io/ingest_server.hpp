#pragma once
// The port that agents connect to: TLS first, then a Session a connection. Nothing is parsed before
// the certificate is checked. Runs on the ingest loop; the daemon gives it the ledger as functions.

#include "collector/ingest/session.hpp"
#include "common/io/frame_stream.hpp"
#include "common/io/task.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace hallmonitor::collector {

/// What became of a batch.
struct Applied {
    bool is_new{false};
    bool has_no_room{false}; // it came again to be sent on, in vain
};

/// What the server tells and asks; called on its loop.
struct IngestSink {
    std::function<RangeSet(const AgentId&, Epoch)> settled; // what it may forget
    std::function<bool(const AgentId&, const BatchId&)> is_durable;
    /// A second connection with one identity was refused: addresses of the first and the second.
    std::function<void(const AgentId&, const std::string& first, const std::string& second)> fenced;
    std::function<Applied(const AgentId&, wire::Lane, const DecodedBatch&)> apply;
    std::function<void(const AgentId&, const wire::Hello&, const std::string& peer)> connected;
    std::function<void(const AgentId&)> disconnected;
    std::function<void(const AgentId&)> heard;
};

class IngestServer {
public:
    IngestServer(
        boost::asio::any_io_executor loop,
        std::shared_ptr<boost::asio::ssl::context> context,
        IngestSink sink
    );
    ~IngestServer();

    /// Errors: of the network, with a sentence in `problem`.
    Result<void> listen(const std::string& address, std::uint16_t port, std::string& problem);
    [[nodiscard]] std::uint16_t port() const;

    /// Tells the agent, if it is connected and has named that epoch, what of it it may forget, and
    /// what else has come to be durable.
    void acknowledge(const AgentId& agent, Epoch epoch, const RangeSet& settled);
    /// Asks the agent, if it is connected, for all of history that it may not forget.
    void ask_for_history(const AgentId& agent);

    /// While paused nothing more is read from agents: the ledger cannot keep up or cannot commit.
    void pause(bool paused) { paused_ = paused; }

    /// Swaps the certificates for connections to come.
    void use(std::shared_ptr<boost::asio::ssl::context> context) { context_ = std::move(context); }

    void stop();

    struct Counts {
        std::uint64_t connections{0};
        std::uint64_t refused{0}; // handshake or identity failed, or a double identity
        std::uint64_t rejected_batches{0};
        std::uint64_t bytes{0};
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    struct Connection;

    Task<void> accept_loop();
    Task<void> serve(std::shared_ptr<Connection> connection);
    Task<void> read_frames(std::shared_ptr<Connection> connection);
    Task<bool> admit(std::shared_ptr<Connection> connection, wire::Hello hello);
    Task<bool> is_alive(std::shared_ptr<Connection> connection);
    void fence(Connection& second, Connection& first);
    void welcome(const std::shared_ptr<Connection>& connection, const wire::Hello& hello);
    void react(const std::shared_ptr<Connection>& connection, Reaction reaction);
    void deliver(Connection& connection, const Delivery& delivery);
    void note_reject(Connection& connection, const wire::Reject& reject);
    static void answer(Connection& connection, const wire::Message& message);

    boost::asio::any_io_executor loop_;
    std::shared_ptr<boost::asio::ssl::context> context_;
    IngestSink sink_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::map<AgentId, std::shared_ptr<Connection>> agents_;
    std::size_t open_{0};
    bool paused_{false};
    bool stopped_{false};
    Counts counts_;
};

} // namespace hallmonitor::collector
