// snmp_fleet_bench: how many GETBULKs a second one core answers.
//   snmp_fleet_bench            a device in this process, without sockets
//   snmp_fleet_bench IP:PORT    a running fleet, with 512 requests in flight
// Both ask for eight columns of the interface tables and ten repetitions.

#include "tests/sim/fleet.hpp"
#include "tests/sim/options.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace hallmonitor::sim;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto duration = std::chrono::seconds{3};
constexpr std::size_t in_flight = 512;

Bytes joined(std::uint8_t tag, const std::vector<Bytes>& parts)
{
    Bytes content;
    for (const auto& part : parts) {
        content.insert(content.end(), part.begin(), part.end());
    }
    return make_tlv(tag, ByteView{content});
}

Bytes integer(std::int64_t number)
{
    Value value;
    value.set_integer(number);
    return value.tlv();
}

Bytes get_bulk_request()
{
    std::vector<Bytes> names;
    const auto name = [&](const Oid& oid) {
        names.push_back(
            joined(tag::sequence, {make_tlv(tag::oid, ByteView{oid_contents(oid)}), {tag::null, 0}})
        );
    };
    name({1, 3, 6, 1, 2, 1, 1, 3});
    for (const auto column : {7U, 8U, 9U, 14U, 20U}) {
        name({1, 3, 6, 1, 2, 1, 2, 2, 1, column, 11});
    }
    for (const auto column : {6U, 10U, 19U}) {
        name({1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column, 11});
    }
    const auto pdu = joined(
        tag::get_bulk, {integer(4711), integer(1), integer(10), joined(tag::sequence, names)}
    );
    return joined(tag::sequence, {integer(1), make_tlv(tag::octets, "public"), pdu});
}

void report(const char* what, std::uint64_t replies, std::uint64_t octets, double seconds)
{
    std::printf(
        "%s: %.0f GETBULK/s, %.0f octets a reply\n",
        what,
        static_cast<double>(replies) / seconds,
        static_cast<double>(octets) / static_cast<double>(replies > 0 ? replies : 1)
    );
}

void measure_device()
{
    Fleet fleet{1, "public", usual_reply};
    fleet.add({.first = {.ip = 1, .port = 161}});
    auto& device = *fleet.at({.ip = 1, .port = 161});
    const auto request = get_bulk_request();
    Bytes buffer(Device::buffer_size);
    std::uint64_t replies = 0;
    std::uint64_t octets = 0;
    const auto begin = Clock::now();
    while (Clock::now() - begin < duration) {
        for (int i = 0; i < 1'000; ++i) {
            const auto now = std::chrono::duration_cast<Instant>(Clock::now() - begin);
            octets += device.answer(request, now, buffer).bytes.size();
            ++replies;
        }
    }
    report("device", replies, octets, std::chrono::duration<double>(Clock::now() - begin).count());
}

int measure_fleet(const char* address)
{
    const std::array<const char*, 2> arguments{"--listen", address};
    const auto options = parse_options(arguments);
    const auto* good = std::get_if<Options>(&options);
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    if (good == nullptr || socket < 0) return 2;
    const timeval patience{.tv_sec = 0, .tv_usec = 200'000};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(good->groups[0].first.port);
    peer.sin_addr.s_addr = htonl(good->groups[0].first.ip);

    constexpr std::size_t batch = 64;
    auto request = get_bulk_request();
    std::vector<std::array<std::uint8_t, 2'048>> replies(batch);
    std::array<iovec, batch> in{};
    std::array<mmsghdr, batch> received{};
    iovec out{request.data(), request.size()};
    std::array<mmsghdr, batch> sent{};
    for (std::size_t i = 0; i < batch; ++i) {
        in[i] = {replies[i].data(), replies[i].size()};
        received[i].msg_hdr.msg_iov = &in[i];
        received[i].msg_hdr.msg_iovlen = 1;
        sent[i].msg_hdr.msg_iov = &out;
        sent[i].msg_hdr.msg_iovlen = 1;
        sent[i].msg_hdr.msg_name = &peer;
        sent[i].msg_hdr.msg_namelen = sizeof peer;
    }
    std::uint64_t count = 0;
    std::uint64_t octets = 0;
    std::size_t flying = 0;
    const auto begin = Clock::now();
    while (Clock::now() - begin < duration) {
        while (flying < in_flight) {
            ::sendmmsg(socket, sent.data(), batch, 0);
            flying += batch;
        }
        const int got = ::recvmmsg(socket, received.data(), batch, MSG_WAITFORONE, nullptr);
        if (got <= 0) {
            flying = 0; // all of them were lost: begin again
            continue;
        }
        for (int i = 0; i < got; ++i) {
            octets += received[static_cast<std::size_t>(i)].msg_len;
        }
        count += static_cast<std::uint64_t>(got);
        flying -= static_cast<std::size_t>(got);
    }
    report("fleet", count, octets, std::chrono::duration<double>(Clock::now() - begin).count());
    ::close(socket);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 2) return measure_fleet(argv[1]);
    measure_device();
    return 0;
}
