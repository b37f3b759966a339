#include "tests/sim/io/udp_batch.hpp"

#include <cstring>

namespace hallmonitor::sim {
namespace {

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
    ::sendmsg(socket, &message, 0);
}

} // namespace hallmonitor::sim
