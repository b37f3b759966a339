#include "agent/io/datagram_batch.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <new>
#include <sys/mman.h>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page = 4096;
constexpr std::size_t largest_datagram = 65'536;
// An odd number of pages between slots, or all of them would fall on the same few cache sets.
constexpr std::size_t stride = largest_datagram + page;
constexpr std::size_t memory_bytes = ReceiveBatch::slots * stride;

boost::system::error_code last_error()
{
    return {errno, boost::system::system_category()};
}

// By the wall clock, which the kernel stamps with; where that was set meanwhile, nothing is known.
std::chrono::microseconds waited(const msghdr& head)
{
    using namespace std::chrono;
    const cmsghdr* const part = CMSG_FIRSTHDR(&head);
    if (part == nullptr || part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS)
        return {};
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    const auto came = seconds{stamp.tv_sec} + nanoseconds{stamp.tv_nsec};
    const auto age = system_clock::now().time_since_epoch() - came;
    const bool is_sane = age >= 0s && age < 10s;
    return is_sane ? duration_cast<microseconds>(age) : microseconds{0};
}

} // namespace

ReceiveBatch::ReceiveBatch()
{
    void* const memory =
        mmap(nullptr, memory_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc{};
    // A huge page would make all of it resident at the first datagram.
    madvise(memory, memory_bytes, MADV_NOHUGEPAGE);
    memory_ = static_cast<std::byte*>(memory);
    for (std::size_t i = 0; i < slots; ++i) {
        pieces_[i] = {.iov_base = memory_ + i * stride, .iov_len = largest_datagram};
        heads_[i].msg_hdr.msg_iov = &pieces_[i];
        heads_[i].msg_hdr.msg_iovlen = 1;
        heads_[i].msg_hdr.msg_name = &names_[i];
        heads_[i].msg_hdr.msg_control = controls_[i].bytes.data();
    }
}

ReceiveBatch::~ReceiveBatch()
{
    munmap(memory_, memory_bytes);
}

Result<std::span<const InDatagram>> ReceiveBatch::receive(int socket)
{
    release_large();
    for (mmsghdr& head : heads_) {
        head.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
        head.msg_hdr.msg_controllen = sizeof(Control);
    }
    int count = 0;
    do {
        count = recvmmsg(socket, heads_.data(), slots, MSG_DONTWAIT, nullptr);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) return std::span<const InDatagram>{};
        return last_error();
    }
    received_ = static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < received_; ++i) {
        const void* const bytes = pieces_[i].iov_base;
        datagrams_[i].from = PeerAddress::from_sockaddr(names_[i]);
        datagrams_[i].bytes = {static_cast<const std::byte*>(bytes), heads_[i].msg_len};
        datagrams_[i].waited = waited(heads_[i].msg_hdr);
    }
    return std::span<const InDatagram>{datagrams_}.first(received_);
}

void ReceiveBatch::release_large()
{
    for (std::size_t i = 0; i < received_; ++i)
        if (datagrams_[i].bytes.size() > 2 * page)
            madvise(pieces_[i].iov_base, largest_datagram, MADV_DONTNEED);
    received_ = 0;
}

std::size_t SendBatch::fill(std::span<const OutDatagram> datagrams)
{
    filled_ = 0;
    if (datagrams.empty()) return 0;
    const bool v4 = datagrams.front().to.is_v4();
    for (const OutDatagram& datagram : datagrams.first(std::min(datagrams.size(), slots))) {
        if (datagram.to.is_v4() != v4) break;
        // sendmmsg() only reads; iovec has no const form.
        auto* const bytes = const_cast<std::byte*>(datagram.bytes.data());
        pieces_[filled_] = {.iov_base = bytes, .iov_len = datagram.bytes.size()};
        msghdr& head = heads_[filled_].msg_hdr;
        head.msg_iov = &pieces_[filled_];
        head.msg_iovlen = 1;
        head.msg_name = &names_[filled_];
        head.msg_namelen = datagram.to.to_sockaddr(names_[filled_]);
        ++filled_;
    }
    return filled_;
}

Result<std::size_t> SendBatch::send(int socket, std::size_t first)
{
    for (;;) {
        const auto count = static_cast<unsigned>(filled_ - first);
        const int sent = sendmmsg(socket, heads_.data() + first, count, MSG_DONTWAIT);
        if (sent > 0) return static_cast<std::size_t>(sent);
        if (errno != EINTR) return last_error();
    }
}

} // namespace hallmonitor::agent
