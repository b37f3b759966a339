#include "tests/sim/io/udp_batch.hpp"

#include <cerrno>
#include <cstring>

namespace hallmonitor::sim {
namespace {

constexpr int socket_buffer = 8 << 20;

void set_fragments(int socket, bool is_on)
{
    const int mode = is_on ? IP_PMTUDISC_DONT : IP_PMTUDISC_DO;
    ::setsockopt(socket, IPPROTO_IP, IP_MTU_DISCOVER, &mode, sizeof mode);
}

/// Sends what is larger than the link carries at once.
void send_in_fragments(int socket, const msghdr& message)
{
    set_fragments(socket, true);
    ::sendmsg(socket, &message, 0);
    set_fragments(socket, false);
}

void put_source(msghdr& message, ControlBuffer& buffer, std::uint32_t source)
{
    message.msg_control = buffer.data();
    message.msg_controllen = buffer.size();
    auto* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = IPPROTO_IP;
    header->cmsg_type = IP_PKTINFO;
    header->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = source;
    std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

/// The address a datagram was sent to, network byte order; 0 when the kernel does not say.
std::uint32_t destination(msghdr& message)
{
    for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != IPPROTO_IP || header->cmsg_type != IP_PKTINFO) continue;
        in_pktinfo info{};
        std::memcpy(&info, CMSG_DATA(header), sizeof info);
        return info.ipi_addr.s_addr;
    }
    return 0;
}

} // namespace

Descriptor open_udp(std::uint16_t port)
{
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    // Two things that cost the kernel a tenth of a reply: to look up whether the address that it
    // comes from is local (allowed to root alone), and to number datagrams for fragments.
    ::setsockopt(socket.get(), IPPROTO_IP, IP_TRANSPARENT, &on, sizeof on);
    set_fragments(socket.get(), false);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &socket_buffer, sizeof socket_buffer);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &socket_buffer, sizeof socket_buffer);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &socket_buffer, sizeof socket_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return Descriptor{};
    }
    return socket;
}

std::uint16_t port_of(const Descriptor& socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

UdpBatch::UdpBatch() : slots_(most)
{
    for (auto& slot : slots_) {
        slot.reply.resize(Device::buffer_size);
    }
}

std::size_t UdpBatch::receive(int socket)
{
    for (std::size_t i = 0; i < most; ++i) {
        auto& slot = slots_[i];
        slot.in = {slot.request.data(), slot.request.size()};
        auto& message = in_[i].msg_hdr;
        message = {};
        message.msg_name = &slot.peer;
        message.msg_namelen = sizeof slot.peer;
        message.msg_iov = &slot.in;
        message.msg_iovlen = 1;
        message.msg_control = slot.in_control.data();
        message.msg_controllen = slot.in_control.size();
    }
    const int count = ::recvmmsg(socket, in_.data(), most, MSG_DONTWAIT, nullptr);
    ready_ = 0;
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::uint32_t UdpBatch::asked(std::size_t index)
{
    return destination(in_[index].msg_hdr);
}

void UdpBatch::add(Slot& slot, std::span<std::uint8_t> bytes, std::uint32_t source)
{
    slot.out = {bytes.data(), bytes.size()};
    auto& message = out_[ready_++].msg_hdr;
    message = {};
    message.msg_name = &slot.peer;
    message.msg_namelen = sizeof slot.peer;
    message.msg_iov = &slot.out;
    message.msg_iovlen = 1;
    put_source(message, slot.out_control, source);
}

void UdpBatch::flush(int socket)
{
    std::size_t sent = 0;
    while (sent < ready_) {
        const int count =
            ::sendmmsg(socket, out_.data() + sent, static_cast<unsigned>(ready_ - sent), 0);
        if (count < 0 && errno == EMSGSIZE) send_in_fragments(socket, out_[sent].msg_hdr);
        sent += count > 0 ? static_cast<std::size_t>(count) : 1;
    }
    ready_ = 0;
}

void send_one(int socket, const sockaddr_in& peer, std::uint32_t source, ByteView bytes)
{
    // The kernel's interface is not const-correct; neither is written to.
    iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_name = const_cast<sockaddr_in*>(&peer);
    message.msg_namelen = sizeof peer;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) ControlBuffer control{};
    put_source(message, control, source);
    if (::sendmsg(socket, &message, 0) < 0 && errno == EMSGSIZE) send_in_fragments(socket, message);
}

} // namespace hallmonitor::sim
