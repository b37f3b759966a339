#include "agent/io/uplink_link.hpp"

#include "agent/io/host_facts.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <netinet/tcp.h>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto resolve_limit = 10s;
constexpr auto connect_limit = 10s;
constexpr auto handshake_limit = 10s;
constexpr auto read_pause = 1s; // after a read that failed
// What waits on its way out delays what is newer: on a slow line this is how old the present is.
constexpr std::size_t most_queued = std::size_t{32} << 10;
constexpr int most_unsent = 32 << 10; // in the kernel
constexpr auto software = "hallmonitor-agent " HALLMONITOR_VERSION;

Task<Result<tcp::resolver::results_type>> resolve(
    tcp::resolver& resolver, CollectorEndpoint endpoint
)
{
    const std::string port = std::to_string(endpoint.port);
    auto [error, found] = co_await resolver.async_resolve(endpoint.host, port, as_result);
    if (error) co_return error;
    co_return found;
}

Task<Result<void>> connect_any(tcp::socket& socket, tcp::resolver::results_type addresses)
{
    const auto [error, endpoint] = co_await asio::async_connect(socket, addresses, as_result);
    if (error) co_return error;
    co_return Result<void>{};
}

// The spool itself says so; what the file system says may be over in a moment.
bool is_gone(const boost::system::error_code& error)
{
    return error.category() == hallmonitor_category();
}

} // namespace

UplinkLink::UplinkLink(
    asio::any_io_executor loop,
    CollectorEndpoint endpoint,
    Spool& spool,
    Recording recording,
    std::uint64_t seed
)
    : loop_(std::move(loop)), endpoint_(std::move(endpoint)), spool_(spool),
      recording_(std::move(recording)), backoff_(seed), wake_pump_(loop_), wake_retry_(loop_)
{
    spool_.on_durable([this] { wake_pump_.cancel(); });
}

Task<void> UplinkLink::run()
{
    while (!stopped_) {
        std::string problem;
        reached_ = false;
        welcomed_ = false;
        auto stream = co_await dial(problem);
        if (stream) {
            auto frames = std::make_shared<FrameStream>(std::move(*stream));
            frames_ = frames;
            co_await converse(frames);
            problem = frames->reason();
            frames_.reset();
        }
        status_.connected = false;
        if (stopped_) break;
        note(problem);
        wake_retry_.expires_after(backoff_.next(reached_ && !welcomed_));
        co_await wake_retry_.async_wait(as_result);
    }
}

void UplinkLink::note(std::string problem)
{
    // The same trouble is told once, not at every try.
    if (problem != status_.problem)
        log::warning("collector_unreachable", {{"collector", endpoint_.host}, {"reason", problem}});
    status_.problem = std::move(problem);
}

Task<Result<tls::Stream>> UplinkLink::dial(std::string& problem)
{
    // Files are read at every try, so that a renewed certificate needs no restart.
    const tls::Files files{
        .ca = endpoint_.ca_file,
        .certificate = endpoint_.certificate_file,
        .key = endpoint_.key_file,
    };
    auto context = tls::make_client_context(files, problem);
    if (!context) co_return context.error();
    const std::string where = endpoint_.host + ":" + std::to_string(endpoint_.port);

    tcp::resolver resolver{loop_};
    auto lookup = resolve(resolver, endpoint_);
    auto addresses = co_await with_deadline(std::move(lookup), resolve_limit);
    if (!addresses) {
        problem = "cannot find the address of " + endpoint_.host + ": " +
                  addresses.error().message() + "; check collector.address and DNS";
        co_return addresses.error();
    }
    tcp::socket socket{loop_};
    auto connecting = connect_any(socket, *addresses);
    const auto connected = co_await with_deadline(std::move(connecting), connect_limit);
    if (!connected) {
        problem = "cannot connect to " + where + ": " + connected.error().message() +
                  "; is the collector running and its port open?";
        co_return connected.error();
    }
    reached_ = true;
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    setsockopt(
        socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most_unsent, sizeof most_unsent
    );
    context_ = *context;
    tls::Stream stream{std::move(socket), *context_};
    const auto shaken = co_await tls::connect(stream, endpoint_.host, handshake_limit, problem);
    if (!shaken) co_return shaken.error();
    co_return stream;
}

Task<void> UplinkLink::converse(std::shared_ptr<FrameStream> frames)
{
    using namespace asio::experimental::awaitable_operators;
    session_ = {};
    frames->on_drained([this] { wake_pump_.cancel(); });
    frames->send(wire::Hello{
        .epoch = spool_.epoch(),
        .older = spool_.older_epochs(),
        .software = software,
        .boot = boot_number(),
        .now = {.mono = mono_now(), .wall = wall_now()},
    });
    auto reader = read_answers(frames);
    auto writer = frames->run_writer();
    auto watchdog = frames->run_watchdog();
    auto sender = pump(frames);
    co_await (std::move(reader) && std::move(writer) && std::move(watchdog) && std::move(sender));
}

Task<void> UplinkLink::read_answers(std::shared_ptr<FrameStream> frames)
{
    for (;;) {
        const auto message = co_await frames->read();
        if (!message) {
            const bool closed = message.error() == Errc::closed;
            frames->close(
                closed && !welcomed_
                    ? "the collector closed the connection before its welcome: does it know our CA?"
                    : "connection lost: " + message.error().message()
            );
            break;
        }
        take(*frames, *message);
        if (frames->is_closed()) break;
    }
    wake_pump_.cancel();
}

void UplinkLink::take(FrameStream& frames, const wire::Message& message)
{
    if (const auto* welcome = std::get_if<wire::Welcome>(&message)) {
        take_welcome(*welcome);
    } else if (const auto* ack = std::get_if<wire::Ack>(&message)) {
        session_.acknowledged(*ack);
        backoff_.reset();
    } else if (const auto* reject = std::get_if<wire::Reject>(&message)) {
        session_.rejected(*reject);
        ++status_.rejected_batches;
        log::error("batch_rejected", {{"seq", reject->seq.value}, {"reason", reject->reason}});
    } else if (const auto* rewind = std::get_if<wire::Rewind>(&message)) {
        // What the newest segment holds is history, too, once another one is begun.
        if (rewind->lane == wire::Lane::history) recording_.start_segment();
        if (!session_.rewind(*rewind, spool_.next_seq()))
            frames.close("the collector cannot decode what we send");
    } else if (const auto* keepalive = std::get_if<wire::Keepalive>(&message)) {
        if (keepalive->token != 0) frames.send(*keepalive);
        return;
    } else if (const auto* refusal = std::get_if<wire::Refusal>(&message)) {
        take_refusal(frames, *refusal);
    }
    spool_.acknowledge(session_.settled());
    wake_pump_.cancel();
}

void UplinkLink::take_refusal(FrameStream& frames, const wire::Refusal& refusal)
{
    frames.close("the collector refuses us: " + refusal.reason);
    if (!refusal.fenced) return;
    fenced_ = true;
    recording_.begin_anew();
}

void UplinkLink::take_welcome(const wire::Welcome& welcome)
{
    // What came between the last refusal and now was told by the other one.
    if (std::exchange(fenced_, false)) recording_.begin_anew();
    const std::vector<SegmentInfo> segments = spool_.segments();
    const bool wants_segment = session_.welcomed(welcome, segments);
    if (wants_segment) recording_.start_segment();
    session_.begin_live(
        wants_segment || segments.empty() ? spool_.next_seq() : segments.back().first
    );
    welcomed_ = true;
    status_.connected = true;
    status_.problem.clear();
    ++status_.connects;
    log::info("collector_connected", {{"collector", endpoint_.host}});
}

Task<void> UplinkLink::pump(std::shared_ptr<FrameStream> frames)
{
    while (!frames->is_closed()) {
        std::optional<UplinkSession::Next> batch;
        if (welcomed_ && frames->queued_bytes() < most_queued)
            batch = session_.next(spool_.segments(), spool_.durable());
        if (!batch) {
            wake_pump_.expires_after(1s);
            co_await wake_pump_.async_wait(as_result);
            continue;
        }
        auto bytes = co_await spool_.read(batch->seq);
        if (frames->is_closed()) break;
        if (!session_.expects(*batch)) continue; // the collector asked for a rewind meanwhile
        if (bytes) {
            session_.sent(*batch, bytes->size());
            frames->send(wire::BatchMessage{.lane = batch->lane, .batch = std::move(*bytes)});
        } else if (is_gone(bytes.error()) || session_.unreadable(*batch)) {
            give_up(*batch, bytes.error());
        } else {
            static_cast<void>(co_await sleep_for(read_pause));
        }
    }
}

void UplinkLink::give_up(const UplinkSession::Next& batch, const boost::system::error_code& reason)
{
    log::error("batch_lost", {{"seq", batch.seq.value}, {"reason", reason.message()}});
    // Nothing behind it in its segment can be decoded: so that no more is lost, the newest ends.
    if (UplinkSession::is_in_newest(batch, spool_.segments())) recording_.start_segment();
    session_.lost(batch, spool_.segments());
    spool_.acknowledge(session_.settled());
}

void UplinkLink::greet_anew()
{
    if (frames_) frames_->close("older batches can be read after all: saying hello anew");
}

void UplinkLink::stop()
{
    stopped_ = true;
    if (frames_) frames_->close("agent stops");
    wake_retry_.cancel();
    wake_pump_.cancel();
}

} // namespace hallmonitor::agent
