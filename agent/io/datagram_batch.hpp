#pragma once
// Room for one recvmmsg() of up to 64 datagrams of any size that UDP allows, and for one
// sendmmsg().
//
// Every receive slot has the full 64 KiB of address space, so nothing is ever truncated, but only
// touched pages are resident: a usual reply under 1,400 octets costs one page a slot, 256 KiB in
// all. A slot that took a large datagram gives its pages back before the next batch.

#include "agent/snmp/peer.hpp"
#include "common/error.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <sys/socket.h>
#include <sys/uio.h>

namespace hallmonitor::agent {

struct InDatagram {
    PeerAddress from;
    std::span<const std::byte> bytes; // until the next batch
    /// How long it lay in the kernel, where the socket stamps what comes (SO_TIMESTAMPNS); else 0.
    std::chrono::microseconds waited{0};
};

struct OutDatagram {
    PeerAddress to;
    std::span<const std::byte> bytes;
};

class ReceiveBatch {
public:
    static constexpr std::size_t slots = 64;

    /// Throws std::bad_alloc when the address space cannot be had.
    ReceiveBatch();
    ~ReceiveBatch();
    ReceiveBatch(const ReceiveBatch&) = delete;
    ReceiveBatch& operator=(const ReceiveBatch&) = delete;
    ReceiveBatch(ReceiveBatch&&) = delete;
    ReceiveBatch& operator=(ReceiveBatch&&) = delete;

    /// Reads what is there, without waiting; empty when nothing is. Errors: the system's (a pending
    /// ICMP error, for one).
    [[nodiscard]] Result<std::span<const InDatagram>> receive(int socket);

private:
    struct alignas(cmsghdr) Control {
        std::array<std::byte, CMSG_SPACE(sizeof(timespec))> bytes;
    };
    void release_large();

    std::byte* memory_{nullptr};
    std::array<mmsghdr, slots> heads_{};
    std::array<iovec, slots> pieces_{};
    std::array<sockaddr_storage, slots> names_{};
    std::array<Control, slots> controls_{};
    std::array<InDatagram, slots> datagrams_{};
    std::size_t received_{0};
};

class SendBatch {
public:
    static constexpr std::size_t slots = 64;

    /// Takes the leading datagrams, at most `slots`, that go to the first one's family; gives their
    /// number. The bytes are not copied.
    std::size_t fill(std::span<const OutDatagram> datagrams);

    /// Sends from number `first` on, without waiting; gives how many went out, at least one.
    /// Errors: the system's, for the first of them.
    [[nodiscard]] Result<std::size_t> send(int socket, std::size_t first);

private:
    std::array<mmsghdr, slots> heads_{};
    std::array<iovec, slots> pieces_{};
    std::array<sockaddr_storage, slots> names_{};
    std::size_t filled_{0};
};

} // namespace hallmonitor::agent
