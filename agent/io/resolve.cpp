#include "agent/io/resolve.hpp"

#include "common/io/deadline.hpp"

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstring>
#include <utility>

namespace hallmonitor::agent {
namespace {

using boost::asio::ip::udp;
using namespace std::chrono_literals;

constexpr auto resolve_limit = 10s;

Task<Result<udp::resolver::results_type>> look_up(std::string host)
{
    udp::resolver resolver{co_await boost::asio::this_coro::executor};
    auto [error, found] = co_await resolver.async_resolve(host, "", as_result);
    if (error) co_return error;
    co_return found;
}

} // namespace

Task<Result<std::vector<PeerAddress>>> resolve(std::string host, std::uint16_t port)
{
    std::vector<PeerAddress> addresses;
    if (const auto literal = PeerAddress::parse(host, port)) {
        addresses.push_back(*literal);
        co_return addresses;
    }
    auto lookup = look_up(std::move(host));
    const auto found = co_await with_deadline(std::move(lookup), resolve_limit);
    if (!found) co_return found.error();
    for (const auto& entry : *found) {
        sockaddr_storage name{};
        const udp::endpoint endpoint = entry.endpoint();
        std::memcpy(&name, endpoint.data(), endpoint.size());
        addresses.push_back(PeerAddress::from_sockaddr(name));
        addresses.back().port = port;
    }
    if (addresses.empty()) co_return Errc::not_found;
    co_return addresses;
}

} // namespace hallmonitor::agent
