#pragma once
// Datagrams in batches: what one recvmmsg takes and the sendmmsg that answers it, each from the
// address that was asked.

#include "tests/sim/device.hpp"
#include "tests/sim/io/descriptor.hpp"

#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

namespace hallmonitor::sim {

/// A UDP socket on all addresses that tells which was asked; port 0: the kernel chooses. Invalid
/// when that port is not to be had.
Descriptor open_udp(std::uint16_t port);
std::uint16_t port_of(const Descriptor& socket);

using ControlBuffer = std::array<char, CMSG_SPACE(sizeof(in_pktinfo))>;

class UdpBatch {
public:
    static constexpr std::size_t most = 64;
    static constexpr std::size_t request_size = 2'048;

    struct Slot {
        sockaddr_in peer;
        std::array<std::uint8_t, request_size> request;
        Bytes reply;
        iovec in;
        iovec out;
        alignas(cmsghdr) ControlBuffer in_control;
        alignas(cmsghdr) ControlBuffer out_control;
    };

    UdpBatch();

    /// How many datagrams were waiting, up to the size of the batch.
    std::size_t receive(int socket);

    Slot& slot(std::size_t index) { return slots_[index]; }
    [[nodiscard]] ByteView request(std::size_t index) const
    {
        return {slots_[index].request.data(), in_[index].msg_len};
    }
    /// The address that a datagram was sent to, network byte order; 0 when the kernel does not say.
    std::uint32_t asked(std::size_t index);

    /// Puts a reply of a slot's buffer among those that flush() sends.
    void add(Slot& slot, std::span<std::uint8_t> bytes, std::uint32_t source);
    /// What the kernel refuses (a peer that is gone) is skipped: datagrams may be lost.
    void flush(int socket);

private:
    std::vector<Slot> slots_;
    std::array<mmsghdr, most> in_{};
    std::array<mmsghdr, most> out_{};
    std::size_t ready_{0};
};

/// Sends one datagram from `source`, network byte order.
void send_one(int socket, const sockaddr_in& peer, std::uint32_t source, ByteView bytes);

} // namespace hallmonitor::sim
