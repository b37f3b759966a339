#include "agent/io/netlink_links.hpp"

#include "agent/io/file_handle.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <cerrno>
#include <linux/rtnetlink.h>
#include <map>
#include <optional>
#include <sys/socket.h>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t buffer_bytes = 64 * 1024; // the kernel's parts of a dump are at most 32 KiB
constexpr auto modes_period = 60s;              // speeds change with a link event, else rarely
constexpr int most_tries = 3;                   // of a dump that the kernel's own changes interrupt
constexpr auto settle_time = 100ms;             // one change makes several messages

boost::system::error_code last_error()
{
    return {errno, boost::system::system_category()};
}

Result<FileHandle> open_socket(int protocol, std::uint32_t groups)
{
    FileHandle socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol)};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    if (!socket.is_open() || ::bind(socket.get(), where, sizeof address) != 0) return last_error();
    return socket;
}

} // namespace

struct NetlinkLinks::State {
    asio::any_io_executor loop;
    FileHandle route;
    FileHandle generic;
    std::optional<asio::posix::stream_descriptor> events;
    std::optional<std::uint16_t> ethtool_family;
    std::map<std::uint32_t, LinkMode> modes;
    std::optional<MonoTime> modes_read_at;
    std::uint32_t sequence{0};
    std::vector<std::byte> buffer = std::vector<std::byte>(buffer_bytes);

    Result<void> send(const FileHandle& socket, const std::vector<std::byte>& request);
    Result<std::span<const std::byte>> receive(const FileHandle& socket);
    Result<LinkDump> dump_links();
    Result<void> read_modes();
};

Result<void> NetlinkLinks::State::send(
    const FileHandle& socket, const std::vector<std::byte>& request
)
{
    // What an interrupted dump left behind is not an answer to this request.
    while (recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
    }
    if (::send(socket.get(), request.data(), request.size(), 0) < 0) return last_error();
    return {};
}

Result<std::span<const std::byte>> NetlinkLinks::State::receive(const FileHandle& socket)
{
    for (;;) {
        const ssize_t size = recv(socket.get(), buffer.data(), buffer.size(), MSG_TRUNC);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return last_error();
        if (static_cast<std::size_t>(size) > buffer.size()) return Errc::too_large;
        return std::span<const std::byte>{buffer}.first(static_cast<std::size_t>(size));
    }
}

Result<LinkDump> NetlinkLinks::State::dump_links()
{
    LinkDump dump;
    const auto request = link_dump_request(++sequence);
    if (auto sent = send(route, request); !sent) return sent.error();
    while (!dump.done) {
        const auto datagram = receive(route);
        if (!datagram) return datagram.error();
        if (auto parsed = parse_links(*datagram, dump); !parsed) return parsed.error();
    }
    return dump;
}

Result<void> NetlinkLinks::State::read_modes()
{
    if (!ethtool_family) return {};
    const auto request = link_modes_request(*ethtool_family, ++sequence);
    if (auto sent = send(generic, request); !sent) return sent.error();
    LinkModeDump dump;
    while (!dump.done) {
        const auto datagram = receive(generic);
        if (!datagram) return datagram.error();
        if (auto parsed = parse_link_modes(*datagram, dump); !parsed) return parsed.error();
    }
    modes.clear();
    for (const LinkMode& mode : dump.modes)
        modes[mode.index] = mode;
    return {};
}

NetlinkLinks::NetlinkLinks(asio::any_io_executor loop) : state_(std::make_unique<State>())
{
    state_->loop = std::move(loop);
}

NetlinkLinks::~NetlinkLinks() = default;

Result<void> NetlinkLinks::open(std::string& problem)
{
    auto route = open_socket(NETLINK_ROUTE, 0);
    auto events = open_socket(NETLINK_ROUTE, RTMGRP_LINK);
    if (!route || !events) {
        const auto error = route ? events.error() : route.error();
        problem = "cannot ask the kernel for its interfaces (netlink): " + error.message();
        return error;
    }
    state_->route = std::move(*route);
    const int events_fd = dup(events->get());
    state_->events.emplace(state_->loop, events_fd);
    auto generic = open_socket(NETLINK_GENERIC, 0);
    if (!generic) return {};
    state_->generic = std::move(*generic);
    if (!state_->send(state_->generic, ethtool_family_request(++state_->sequence))) return {};
    if (const auto datagram = state_->receive(state_->generic)) {
        if (const auto family = parse_ethtool_family(*datagram)) state_->ethtool_family = *family;
    }
    return {};
}

Result<std::vector<HostLink>> NetlinkLinks::read()
{
    State& state = *state_;
    Result<LinkDump> dump = Errc::not_found;
    for (int attempt = 0; attempt < most_tries; ++attempt) {
        dump = state.dump_links();
        if (!dump || !dump->interrupted) break;
    }
    if (!dump) return dump.error();
    const MonoTime now = mono_now();
    if (!state.modes_read_at || now - *state.modes_read_at >= modes_period) {
        static_cast<void>(state.read_modes());
        state.modes_read_at = now;
    }
    for (HostLink& link : dump->links) {
        const auto mode = state.modes.find(link.index);
        if (mode == state.modes.end()) continue;
        link.speed_mbit = mode->second.speed_mbit;
        link.duplex = mode->second.duplex;
    }
    return std::move(dump->links);
}

Task<void> NetlinkLinks::watch(std::function<void()> changed)
{
    State& state = *state_;
    std::array<std::byte, 4096> scrap{};
    for (;;) {
        const auto kind = asio::posix::stream_descriptor::wait_read;
        const auto [error] = co_await state.events->async_wait(kind, as_result);
        if (error) co_return;
        co_await sleep_for(settle_time);
        // The messages themselves are not needed: the state is read anew. An overflow (ENOBUFS)
        // says the same.
        for (;;) {
            const ssize_t got = recv(state.events->native_handle(), scrap.data(), scrap.size(), 0);
            if (got < 0 && errno != ENOBUFS && errno != EINTR) break;
        }
        state.modes_read_at.reset();
        changed();
    }
}

} // namespace hallmonitor::agent
