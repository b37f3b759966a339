#include "collector/io/ingest_server.hpp"

#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"
#include "common/io/supervise.hpp"
#include "common/limits.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <set>
#include <utility>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto handshake_limit = 10s;
constexpr auto hello_limit = 10s;
constexpr auto paused_poll = 100ms;
// A connection whose agent does not answer within this is dead, where another one wants its place.
constexpr auto answer_limit = 3s;
constexpr auto answer_poll = 50ms;
constexpr std::size_t most_connections = 4'096;
constexpr std::size_t most_unread = std::size_t{1} << 20; // octets of our answers

} // namespace

struct IngestServer::Connection {
    Connection(tls::Stream stream, std::string address)
        : frames(std::move(stream)), peer(std::move(address))
    {}
    FrameStream frames;
    std::string peer;
    AgentId agent;
    Session session;
    std::uint64_t asked{0};    // token of the newest keepalive that wants an answer
    std::uint64_t answered{0}; // and of the newest that came
    bool admitted{false};
    std::vector<BatchId> unanswered; // they take room of the agent's window
    std::string rejected_for;        // reason of the last batch rejected
    std::set<std::string> rivals;    // addresses of refused connections with this identity
};

IngestServer::IngestServer(
    asio::any_io_executor loop, std::shared_ptr<asio::ssl::context> context, IngestSink sink
)
    : loop_(std::move(loop)), context_(std::move(context)), sink_(std::move(sink)), acceptor_(loop_)
{}

IngestServer::~IngestServer()
{
    stop();
}

Result<void> IngestServer::listen(
    const std::string& address, std::uint16_t port, std::string& problem
)
{
    boost::system::error_code code;
    const auto where = asio::ip::make_address(address, code);
    if (!code) acceptor_.open(tcp::endpoint{where, port}.protocol(), code);
    if (!code) acceptor_.set_option(tcp::acceptor::reuse_address{true}, code);
    if (!code) acceptor_.bind({where, port}, code);
    if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (code) {
        problem = "cannot listen for agents on " + address + ":" + std::to_string(port) + ": " +
                  code.message();
        return code;
    }
    supervise(loop_, "ingest_accept", accept_loop(), end_daemon);
    return {};
}

std::uint16_t IngestServer::port() const
{
    boost::system::error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
}

Task<void> IngestServer::accept_loop()
{
    while (!stopped_) {
        auto [error, socket] = co_await acceptor_.async_accept(as_result);
        if (stopped_ || error == asio::error::operation_aborted) co_return;
        if (error) {
            log::warning("accept_failed", {{"reason", error.message()}});
            co_await sleep_for(limits::accept_pause);
            continue;
        }
        if (open_ >= most_connections) {
            ++counts_.refused;
            continue;
        }
        boost::system::error_code no_peer;
        const auto endpoint = socket.remote_endpoint(no_peer);
        if (no_peer) continue;
        socket.set_option(tcp::no_delay{true}, no_peer);
        const std::string peer =
            endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
        tls::Stream stream{std::move(socket), *context_};
        auto connection = std::make_shared<Connection>(std::move(stream), peer);
        ++counts_.connections;
        ++open_;
        supervise_connection(loop_, "agent " + peer, serve(std::move(connection)));
    }
}

Task<void> IngestServer::serve(std::shared_ptr<Connection> connection)
{
    using namespace asio::experimental::awaitable_operators;
    // Keeps the certificates in force at accept alive as long as the connection uses them.
    const auto context = context_;
    std::string problem;
    const auto shaken = co_await tls::accept(connection->frames.tls(), handshake_limit, problem);
    const auto identity =
        shaken ? tls::peer_identity(connection->frames.tls()) : Result<AgentId>{Errc::unauthorized};
    if (!identity) {
        if (shaken) problem = "its certificate names no agent";
        log::warning("agent_refused", {{"peer", connection->peer}, {"reason", problem}});
        ++counts_.refused;
        connection->frames.close(problem);
    } else {
        connection->agent = *identity;
        auto reader = read_frames(connection);
        auto writer = connection->frames.run_writer();
        auto watchdog = connection->frames.run_watchdog();
        co_await (std::move(reader) && std::move(writer) && std::move(watchdog));
    }
    --open_;
    if (!connection->admitted) co_return;
    const auto known = agents_.find(connection->agent);
    if (known == agents_.end() || known->second != connection) co_return;
    agents_.erase(known);
    log::info(
        "agent_disconnected",
        {{"site", connection->agent.site},
         {"agent", connection->agent.name},
         {"reason", connection->frames.reason()}}
    );
    sink_.disconnected(connection->agent);
}

Task<void> IngestServer::read_frames(std::shared_ptr<Connection> connection)
{
    FrameStream& frames = connection->frames;
    auto first = frames.read();
    auto message = co_await with_deadline(std::move(first), hello_limit);
    while (message) {
        if (const auto* keepalive = std::get_if<wire::Keepalive>(&*message))
            connection->answered = keepalive->token;
        auto reaction = connection->session.feed(*message, mono_now());
        if (reaction.hello) {
            auto admission = admit(connection, *reaction.hello);
            const bool admitted = co_await std::move(admission);
            if (!admitted) co_return;
        }
        react(connection, std::move(reaction));
        if (frames.is_closed()) co_return;
        if (connection->admitted) sink_.heard(connection->agent);
        while (paused_ && !frames.is_closed()) {
            frames.excuse_silence();
            static_cast<void>(co_await sleep_for(paused_poll));
        }
        const std::uint64_t before = frames.bytes_read();
        message = co_await frames.read();
        counts_.bytes += frames.bytes_read() - before;
    }
    frames.close(
        message.error() == Errc::closed ? "agent closed the connection" : message.error().message()
    );
}

void IngestServer::react(const std::shared_ptr<Connection>& connection, Reaction reaction)
{
    for (const wire::Message& message : reaction.send) {
        if (const auto* reject = std::get_if<wire::Reject>(&message))
            note_reject(*connection, *reject);
        answer(*connection, message);
    }
    if (reaction.delivery) deliver(*connection, *reaction.delivery);
    if (reaction.close) connection->frames.close_after_writing(*reaction.close);
}

void IngestServer::deliver(Connection& connection, const Delivery& delivery)
{
    const Applied applied = sink_.apply(connection.agent, delivery.lane, delivery.batch);
    // What the agent sends by itself may have news behind what comes again: that must not wait.
    if (applied.has_no_room && connection.session.has_asked()) {
        connection.session.hold_history();
    } else if (applied.is_new || applied.has_no_room) {
        connection.unanswered.push_back(delivery.batch.id);
    }
}

void IngestServer::note_reject(Connection& connection, const wire::Reject& reject)
{
    ++counts_.rejected_batches;
    // Told on change: a bad batch takes the rest of its segment along.
    if (reject.reason == connection.rejected_for) return;
    connection.rejected_for = reject.reason;
    log::warning(
        "batch_rejected",
        {{"site", connection.agent.site},
         {"agent", connection.agent.name},
         {"seq", reject.seq.value},
         {"reason", reject.reason}}
    );
}

// Who sends and does not read would fill our memory with answers.
void IngestServer::answer(Connection& connection, const wire::Message& message)
{
    connection.frames.send(message);
    if (connection.frames.queued_bytes() > most_unread)
        connection.frames.close("agent does not read our answers");
}

// One identity, one writer (D6): whoever answers first stays. An agent that restarted or whose line
// was cut has left a connection that answers no more; of two machines with one certificate both do.
Task<bool> IngestServer::admit(std::shared_ptr<Connection> connection, wire::Hello hello)
{
    for (;;) {
        const auto known = agents_.find(connection->agent);
        if (known == agents_.end()) break;
        const std::shared_ptr<Connection> first = known->second;
        auto asking = is_alive(first);
        const bool alive = co_await std::move(asking);
        if (connection->frames.is_closed()) co_return false;
        if (alive) {
            fence(*connection, *first);
            co_return false;
        }
        const auto now_known = agents_.find(connection->agent);
        if (now_known == agents_.end() || now_known->second != first) continue;
        first->frames.close("replaced by a newer connection of the same agent");
        agents_.erase(now_known);
    }
    welcome(connection, hello);
    co_return true;
}

// Asks by a keepalive. While paused nothing is read, so nothing would be heard either.
Task<bool> IngestServer::is_alive(std::shared_ptr<Connection> connection)
{
    const std::uint64_t token = ++connection->asked;
    connection->frames.send(wire::Keepalive{token});
    for (auto waited = 0ms; waited < answer_limit; waited += paused_ ? 0ms : answer_poll) {
        if (connection->frames.is_closed()) co_return false;
        if (connection->answered >= token) co_return true;
        static_cast<void>(co_await sleep_for(answer_poll));
    }
    co_return false;
}

void IngestServer::fence(Connection& second, Connection& first)
{
    ++counts_.refused;
    const std::string reason = "another agent with this identity is connected from " + first.peer +
                               "; issue this machine a certificate of its own";
    // It comes again every minute: told once an address.
    const std::string address = second.peer.substr(0, second.peer.rfind(':'));
    if (first.rivals.insert(address).second)
        log::error(
            "double_identity",
            {{"site", second.agent.site},
             {"agent", second.agent.name},
             {"first", first.peer},
             {"second", second.peer}}
        );
    sink_.fenced(second.agent, first.peer, second.peer);
    second.frames.send(wire::Refusal{.reason = reason, .fenced = true});
    second.frames.close_after_writing(reason);
}

void IngestServer::welcome(const std::shared_ptr<Connection>& connection, const wire::Hello& hello)
{
    agents_.emplace(connection->agent, connection);
    connection->admitted = true;
    log::info(
        "agent_connected",
        {{"site", connection->agent.site},
         {"agent", connection->agent.name},
         {"peer", connection->peer},
         {"software", hello.software}}
    );
    sink_.connected(connection->agent, hello, connection->peer);
    // Of what a spool holds no two batches have one number, so all its epochs are one set.
    const Session& session = connection->session;
    RangeSet applied = sink_.settled(connection->agent, hello.epoch);
    for (const wire::OlderEpoch& life : hello.older) {
        const RangeSet settled = sink_.settled(connection->agent, life.epoch);
        const RangeSet before = session.held(life.epoch, settled);
        for (const SeqRange& range : before.ranges())
            applied.add(range);
    }
    connection->frames.send(connection->session.welcome(applied, wall_now()));
}

void IngestServer::acknowledge(const AgentId& agent, Epoch epoch, const RangeSet& settled)
{
    const auto known = agents_.find(agent);
    if (known == agents_.end() || !known->second->session.has(epoch)) return;
    wire::Ack ack{.applied = known->second->session.held(epoch, settled)};
    std::erase_if(known->second->unanswered, [&](const BatchId& batch) {
        if (!sink_.is_durable(agent, batch)) return false;
        if (!settled.contains(batch.seq)) ack.received.add(batch.seq);
        return true;
    });
    answer(*known->second, ack);
}

void IngestServer::ask_for_history(const AgentId& agent)
{
    const auto known = agents_.find(agent);
    if (known == agents_.end()) return;
    answer(*known->second, known->second->session.ask_for_history());
}

void IngestServer::stop()
{
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (auto& [agent, connection] : agents_)
        connection->frames.close("collector stops");
}

} // namespace hallmonitor::collector
