#include "agent/io/inspect_run.hpp"

#include "agent/inspect/document.hpp"
#include "agent/inspect/inspection.hpp"
#include "agent/inspect/text.hpp"
#include "agent/io/host_facts.hpp"
#include "agent/io/ping_socket.hpp"
#include "agent/io/resolve.hpp"
#include "agent/io/udp_exchange.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/supervise.hpp"
#include "common/report/human.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/json/serialize.hpp>

#include <cstring>
#include <exception>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using namespace std::chrono_literals;

constexpr int found_fault = 1;
constexpr auto poll_tick = 10ms;

// The address from which this machine speaks to `peer`; connecting a UDP socket sends nothing.
std::string own_address(asio::io_context& context, const PeerAddress& peer)
{
    sockaddr_storage name{};
    const socklen_t size = peer.to_sockaddr(name);
    udp::endpoint to;
    to.resize(size);
    std::memcpy(to.data(), &name, size);
    udp::socket probe{context};
    boost::system::error_code error;
    probe.open(to.protocol(), error);
    if (!error) probe.connect(to, error);
    const udp::endpoint own = error ? udp::endpoint{} : probe.local_endpoint(error);
    return error ? std::string{} : own.address().to_string();
}

/// One inspection and the sockets that it works with.
class InspectLoop {
public:
    InspectLoop(asio::io_context& context, InspectRequest request)
        : context_(context), request_(std::move(request)), udp_(context.get_executor()),
          ping_(context.get_executor(), random_number())
    {}

    /// Ends the loop when `document` or `problem` is there.
    Task<void> run();

    boost::json::value document;
    std::string problem; // why nothing could be done at all

private:
    Task<void> inspect();
    Result<void> open(Evidence& evidence);
    void tick();
    void flush();
    void take_echo(PeerAddress from, EchoProbe probe, MonoTime at);

    asio::io_context& context_;
    InspectRequest request_;
    UdpExchange udp_;
    PingSocket ping_;
    std::optional<Inspection> inspection_;
    std::vector<OutDatagram> out_;
};

Task<void> InspectLoop::run()
{
    co_await inspect();
    context_.stop();
}

Result<void> InspectLoop::open(Evidence& evidence)
{
    if (auto opened = udp_.open(); !opened) return opened;
    evidence.own_address = own_address(context_, evidence.address);
    std::string why_not;
    evidence.can_ping = ping_.open(why_not).has_value();
    return {};
}

Task<void> InspectLoop::inspect()
{
    Evidence evidence;
    evidence.target = to_string(request_.target);
    const auto addresses = co_await resolve(request_.target.host, request_.target.port);
    if (!addresses) {
        evidence.resolve_problem = addresses.error().message();
        document = inspect_document(evidence);
        co_return;
    }
    evidence.address = addresses->front();
    if (const auto opened = open(evidence); !opened) {
        problem = "cannot open a UDP socket: " + opened.error().message();
        co_return;
    }
    inspection_.emplace(
        std::move(evidence), request_.snmp, random_number(), std::move(request_.catalogue)
    );
    udp_.start(
        [this](std::span<const InDatagram> datagrams) {
            for (const InDatagram& datagram : datagrams)
                inspection_->feed(datagram.from, datagram.bytes, mono_now());
            flush();
        },
        [this](PeerAddress peer) { inspection_->refused(peer); }
    );
    if (inspection_->evidence().can_ping)
        ping_.start([this](PeerAddress from, EchoProbe probe, std::chrono::microseconds ago) {
            take_echo(from, probe, mono_now() - ago);
        });
    inspection_->start(mono_now());
    while (!inspection_->is_over(mono_now())) {
        tick();
        const bool slept = co_await sleep_for(poll_tick);
        if (!slept) co_return;
    }
    document = inspect_document(inspection_->evidence());
}

void InspectLoop::tick()
{
    const MonoTime now = mono_now();
    inspection_->tick(now);
    if (const auto sequence = inspection_->ping_due(now)) {
        const PingSocket::Target target{
            .to = inspection_->evidence().address, .probe = {.device = 0, .sequence = *sequence}};
        ping_.send({&target, 1});
    }
    flush();
    const UdpExchange::Counts counts = udp_.counts();
    inspection_->evidence().send_failed = counts.send_failed > 0 && counts.sent == 0;
    inspection_->evidence().host_unreachable = counts.other_icmp > 0;
}

void InspectLoop::flush()
{
    Engine& engine = inspection_->engine();
    out_.clear();
    for (const Outgoing& outgoing : engine.outgoing())
        out_.push_back(
            {.to = outgoing.to, .bytes = engine.buffer().subspan(outgoing.offset, outgoing.size)}
        );
    if (!out_.empty()) udp_.send(out_);
    engine.clear_outgoing();
}

void InspectLoop::take_echo(PeerAddress from, EchoProbe probe, MonoTime at)
{
    if (from.bytes == inspection_->evidence().address.bytes)
        inspection_->ping_answered(probe.sequence, at);
}

} // namespace

int run_inspect(const InspectRequest& request)
try {
    asio::io_context context{1};
    InspectLoop loop{context, request};
    supervise(context.get_executor(), "inspect", loop.run(), end_daemon);
    context.run();
    if (!loop.problem.empty()) {
        std::cerr << loop.problem << '\n';
        return found_fault;
    }
    if (request.json) {
        std::cout << boost::json::serialize(loop.document) << '\n';
    } else {
        std::cout << inspect_text(loop.document, isatty(STDOUT_FILENO) != 0);
    }
    return field(field(loop.document, "verdict"), "ok") == true ? 0 : found_fault;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return found_fault;
}

} // namespace hallmonitor::agent
