#include "tests/sim/io/server.hpp"

#include <algorithm>
#include <array>
#include <poll.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

namespace hallmonitor::sim {
Server::Server(Fleet& fleet)
    : fleet_(fleet), began_(std::chrono::steady_clock::now()),
      control_([this](std::string_view line) { return run_command(fleet_, line, moment()); }),
      batch_(std::make_unique<UdpBatch>())
{}

Server::~Server() = default;

std::string Server::listen()
{
    std::set<std::uint16_t> ports;
    for (const auto& member : fleet_.members()) {
        ports.insert(member->address.port);
    }
    for (const auto port : ports) {
        auto socket = open_udp(port);
        if (socket.get() < 0) return failure("cannot listen on UDP port " + std::to_string(port));
        const auto bound = port_of(socket);
        if (port == 0) fleet_.set_free_port(bound);
        sockets_.push_back({std::move(socket), bound});
    }
    other_ = open_udp(0);
    return other_.get() < 0 ? failure("cannot open a UDP socket") : std::string{};
}

std::vector<std::uint16_t> Server::ports() const
{
    std::vector<std::uint16_t> ports;
    for (const auto& socket : sockets_) {
        ports.push_back(socket.port);
    }
    return ports;
}

Moment Server::moment() const
{
    using namespace std::chrono;
    const auto wall = system_clock::now().time_since_epoch();
    return {
        .now = duration_cast<Instant>(steady_clock::now() - began_),
        .wall_ms = duration_cast<milliseconds>(wall).count()};
}

Server::Outgoing Server::outgoing(std::size_t socket, const Datagram& reply, Outgoing plain)
{
    plain.due += reply.delay;
    plain.order = ++order_;
    plain.socket = reply.source == Source::other_port ? sockets_.size() : socket;
    if (reply.source == Source::other_address) plain.source = htonl(ntohl(plain.source) + 1);
    plain.bytes.assign(reply.bytes.begin(), reply.bytes.end());
    return plain;
}

void Server::forge(std::size_t socket, const Datagram& reply, const Outgoing& plain)
{
    static constexpr std::array sources{
        Source::as_asked, Source::other_address, Source::other_port};
    for (unsigned i = 0; i < reply.forgeries; ++i) {
        auto forged = reply;
        forged.source = sources.at(i % sources.size());
        auto out = outgoing(socket, forged, plain);
        // From the right address the id is wrong; whoever believes it sees another last value.
        const auto step = static_cast<std::uint8_t>(1 + i % 255);
        if (forged.source == Source::as_asked && reply.id_end > 0)
            out.bytes[reply.id_end - 1] ^= step;
        out.bytes.back() ^= 0x55;
        delayed_.push(std::move(out));
    }
}

void Server::answer_all(std::size_t number)
{
    const auto& socket = sockets_[number];
    const auto count = batch_->receive(socket.descriptor.get());
    const auto now = moment().now;
    std::array<Device*, UdpBatch::most> devices{};
    for (std::size_t i = 0; i < count; ++i) {
        devices.at(i) = fleet_.at({.ip = ntohl(batch_->asked(i)), .port = socket.port});
        if (devices.at(i) != nullptr) devices.at(i)->prefetch();
    }
    for (std::size_t i = 0; i < count; ++i) {
        auto& slot = batch_->slot(i);
        const auto asked = batch_->asked(i);
        auto* const device = devices.at(i);
        if (device == nullptr) continue;
        const auto reply = device->answer(batch_->request(i), now, slot.reply);
        if (reply.bytes.empty()) continue;
        const bool is_plain =
            reply.copies == 1 && reply.delay.count() == 0 && reply.source == Source::as_asked;
        if (reply.forgeries > 0)
            forge(number, reply, {.due = now, .peer = slot.peer, .source = asked});
        if (is_plain && reply.forgeries == 0) {
            batch_->add(slot, reply.bytes, asked);
            continue;
        }
        for (unsigned copy = 0; copy < reply.copies; ++copy) {
            delayed_.push(outgoing(number, reply, {.due = now, .peer = slot.peer, .source = asked})
            );
        }
    }
    batch_->flush(socket.descriptor.get());
}

void Server::send_due()
{
    const auto now = moment().now;
    while (!delayed_.empty() && delayed_.top().due <= now) {
        const auto& next = delayed_.top();
        const auto& from =
            next.socket < sockets_.size() ? sockets_[next.socket].descriptor : other_;
        send_one(from.get(), next.peer, next.source, next.bytes);
        delayed_.pop();
    }
}

int Server::timeout() const
{
    constexpr Instant longest = std::chrono::milliseconds{200}; // until the end is noticed
    const auto now = moment().now;
    auto left = longest;
    if (!delayed_.empty()) left = std::min(left, delayed_.top().due - now);
    if (const auto next = fleet_.schedule().next()) left = std::min(left, *next - now);
    return static_cast<int>(std::max<std::int64_t>(0, (left.count() + 999) / 1'000));
}

void Server::run(const std::atomic<bool>& is_ended)
{
    std::vector<pollfd> waits;
    while (!is_ended) {
        waits.clear();
        for (const auto& socket : sockets_) {
            waits.push_back({socket.descriptor.get(), POLLIN, 0});
        }
        control_.add_waits(waits);
        ::poll(waits.data(), waits.size(), timeout());

        run_due(fleet_, moment());
        control_.serve(std::span{waits}.subspan(sockets_.size()));
        for (std::size_t i = 0; i < sockets_.size(); ++i) {
            if (waits[i].revents != 0) answer_all(i);
        }
        send_due();
    }
}

} // namespace hallmonitor::sim
