#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/poller.hpp"

#include <array>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace hallmonitor::bench {
namespace {

constexpr std::size_t batch = 64;
constexpr std::size_t window = 512; // requests in flight
constexpr std::size_t largest_reply = 2'048;

std::vector<std::byte> request_from_row(std::uint32_t row)
{
    std::vector<std::vector<std::byte>> names{agent::Oid{1, 3, 6, 1, 2, 1, 1, 3}.ber_content()};
    for (const PeerColumn& peer : peer_columns) {
        const agent::Oid oid = peer.is_extension
                                   ? agent::Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, peer.column, row}
                                   : agent::Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, peer.column, row};
        names.push_back(oid.ber_content());
    }
    const std::vector<std::span<const std::byte>> oids{names.begin(), names.end()};
    std::vector<std::byte> out(1'400);
    const agent::RequestHead head{
        .version = agent::SnmpVersion::v2c,
        .community = "public",
        .type = agent::PduType::get_bulk,
        .request_id = 4'711,
        .non_repeaters = 1,
        .max_repetitions = static_cast<std::int32_t>(rows_per_request),
    };
    out.resize(agent::encode_request(head, oids, out));
    return out;
}

struct Buffers {
    std::array<std::array<std::byte, largest_reply>, batch> replies;
    std::array<iovec, batch> in{};
    std::array<mmsghdr, batch> received{};
    std::array<iovec, batch> out{};
    std::array<mmsghdr, batch> sent{};
    std::array<sockaddr_in, batch> peers{};

    Buffers()
    {
        for (std::size_t i = 0; i < batch; ++i) {
            in[i] = {.iov_base = replies[i].data(), .iov_len = largest_reply};
            received[i].msg_hdr.msg_iov = &in[i];
            received[i].msg_hdr.msg_iovlen = 1;
            sent[i].msg_hdr.msg_iov = &out[i];
            sent[i].msg_hdr.msg_iovlen = 1;
            sent[i].msg_hdr.msg_name = &peers[i];
            sent[i].msg_hdr.msg_namelen = sizeof peers[i];
        }
    }
};

// The least that a reader of SNMP can do: step over heads, add up the numbers.
std::uint64_t parse_least(const std::byte* at, std::size_t size, std::vector<std::uint64_t>& store)
{
    const auto view = agent::parse_message({at, size});
    if (!view) return 0;
    std::uint64_t count = 0;
    const std::byte* next = view->varbinds.data();
    const std::byte* const end = next + view->varbinds.size();
    while (next + 4 < end) {
        const std::byte* name = next + 2;
        const std::byte* value = name + 2 + std::to_integer<std::size_t>(name[1]);
        const auto length = std::to_integer<std::size_t>(value[1]);
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < length; ++i)
            number = number << 8U | std::to_integer<std::uint64_t>(value[2 + i]);
        store[count++ % store.size()] = number;
        next = value + 2 + length;
    }
    return count;
}

int open_socket()
{
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    if (socket < 0) throw std::runtime_error{"no UDP socket"};
    constexpr int wanted = 4 << 20;
    setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted);
    constexpr int probe = IP_PMTUDISC_PROBE; // as our own socket
    setsockopt(socket, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe);
    const timeval patience{.tv_sec = 0, .tv_usec = 500'000};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return socket;
}

} // namespace

CycleCost raw_cycle(const FleetAddress& fleet, bool parse)
{
    static Buffers buffers;
    static std::vector<std::uint64_t> store(1 << 16);
    std::vector<std::vector<std::byte>> requests;
    for (std::uint32_t row = 0; row < fleet.ports; row += rows_per_request)
        requests.push_back(request_from_row(row));
    const std::size_t all = requests.size() * fleet.devices;
    const int socket = open_socket();

    CycleCost cost;
    const double cpu = cpu_seconds();
    const auto begin = std::chrono::steady_clock::now();
    std::size_t asked = 0;
    std::size_t answered = 0;
    while (answered < all) {
        while (asked < all && asked - answered + batch <= window) {
            const std::size_t count = std::min(batch, all - asked);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t number = asked + i;
                auto& request = requests[number / fleet.devices];
                buffers.out[i] = {.iov_base = request.data(), .iov_len = request.size()};
                buffers.peers[i].sin_family = AF_INET;
                buffers.peers[i].sin_port = htons(fleet.port);
                const auto device = static_cast<std::uint32_t>(number % fleet.devices);
                buffers.peers[i].sin_addr.s_addr = htonl(fleet.first + device);
            }
            asked += static_cast<std::size_t>(
                std::max(0, sendmmsg(socket, buffers.sent.data(), static_cast<unsigned>(count), 0))
            );
        }
        const int got = recvmmsg(socket, buffers.received.data(), batch, MSG_WAITFORONE, nullptr);
        if (got <= 0) throw std::runtime_error{"the fleet lost requests"};
        answered += static_cast<std::size_t>(got);
        for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
            const std::size_t size = buffers.received[i].msg_len;
            cost.octets += size;
            if (parse) cost.varbinds += parse_least(buffers.replies[i].data(), size, store);
        }
    }
    const std::uint64_t known =
        fleet.devices * (requests.size() + fleet.ports * peer_columns.size());
    cost.cpu_seconds = cpu_seconds() - cpu;
    cost.wall_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ::close(socket);
    if (parse && cost.varbinds != known) throw std::runtime_error{"replies are not what was asked"};
    cost.varbinds = known;
    cost.complete = fleet.devices;
    cost.complete_seconds = cost.wall_seconds;
    return cost;
}

} // namespace hallmonitor::bench
