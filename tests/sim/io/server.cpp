#include "tests/sim/io/server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <set>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hallmonitor::sim {
namespace {

constexpr std::size_t batch_size = 64;
constexpr std::size_t request_size = 2'048;
constexpr std::size_t line_size = 4'096;
constexpr int socket_buffer = 8 << 20;

using ControlBuffer = std::array<char, CMSG_SPACE(sizeof(in_pktinfo))>;

std::string failure(const std::string& what)
{
    return what + ": " + std::strerror(errno);
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

Descriptor open_udp(std::uint16_t port)
{
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
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

} // namespace

/// Buffers of one recvmmsg and the sendmmsg that answers it.
class Server::Batch {
public:
    struct Slot {
        sockaddr_in peer;
        std::array<std::uint8_t, request_size> request;
        Bytes reply;
        iovec in;
        iovec out;
        alignas(cmsghdr) ControlBuffer in_control;
        alignas(cmsghdr) ControlBuffer out_control;
    };

    Batch() : slots_(batch_size)
    {
        for (auto& slot : slots_) {
            slot.reply.resize(Device::buffer_size);
        }
    }

    /// How many datagrams were waiting, up to the size of the batch.
    std::size_t receive(int socket)
    {
        for (std::size_t i = 0; i < batch_size; ++i) {
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
        const int count = ::recvmmsg(socket, in_.data(), batch_size, MSG_DONTWAIT, nullptr);
        ready_ = 0;
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

    Slot& slot(std::size_t index) { return slots_[index]; }
    [[nodiscard]] ByteView request(std::size_t index) const
    {
        return {slots_[index].request.data(), in_[index].msg_len};
    }
    std::uint32_t asked(std::size_t index) { return destination(in_[index].msg_hdr); }

    /// Puts a reply of a slot's buffer among those that flush() sends.
    void add(Slot& slot, std::span<std::uint8_t> bytes, std::uint32_t source)
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

    /// What the kernel refuses (a peer that is gone) is skipped: datagrams may be lost.
    void flush(int socket)
    {
        std::size_t sent = 0;
        while (sent < ready_) {
            const int count =
                ::sendmmsg(socket, out_.data() + sent, static_cast<unsigned>(ready_ - sent), 0);
            sent += count > 0 ? static_cast<std::size_t>(count) : 1;
        }
        ready_ = 0;
    }

private:
    std::vector<Slot> slots_;
    std::array<mmsghdr, batch_size> in_{};
    std::array<mmsghdr, batch_size> out_{};
    std::size_t ready_{0};
};

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept
{
    std::swap(number_, other.number_);
    return *this;
}

Descriptor::~Descriptor()
{
    if (number_ >= 0) ::close(number_);
}

Server::Server(Fleet& fleet)
    : fleet_(fleet), began_(std::chrono::steady_clock::now()), batch_(std::make_unique<Batch>())
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

std::string Server::listen_control(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return path + ": longer than a socket's name may be";
    std::copy(path.begin(), path.end(), address.sun_path);
    ::unlink(path.c_str());
    control_ = Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(control_.get(), generic, sizeof address) != 0 || ::listen(control_.get(), 16) != 0) {
        return failure(path);
    }
    return {};
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

void Server::answer_all(std::size_t number)
{
    const auto& socket = sockets_[number];
    const auto count = batch_->receive(socket.descriptor.get());
    const auto now = moment().now;
    for (std::size_t i = 0; i < count; ++i) {
        auto& slot = batch_->slot(i);
        const auto asked = batch_->asked(i);
        auto* const device = fleet_.at({.ip = ntohl(asked), .port = socket.port});
        if (device == nullptr) continue;
        const auto reply = device->answer(batch_->request(i), now, slot.reply);
        if (reply.bytes.empty()) continue;
        const bool is_plain =
            reply.copies == 1 && reply.delay.count() == 0 && reply.source == Source::as_asked;
        if (is_plain) {
            batch_->add(slot, reply.bytes, asked);
            continue;
        }
        const auto source = reply.source == Source::other_address ? htonl(ntohl(asked) + 1) : asked;
        const auto from = reply.source == Source::other_port ? sockets_.size() : number;
        for (unsigned copy = 0; copy < reply.copies; ++copy) {
            delayed_.push(
                {now + reply.delay,
                 from,
                 slot.peer,
                 source,
                 {reply.bytes.begin(), reply.bytes.end()}}
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
    constexpr int longest = 200; // until the end is noticed
    if (delayed_.empty()) return longest;
    const auto left = (delayed_.top().due - moment().now).count() / 1000 + 1;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
}

void Server::accept_client()
{
    Descriptor client{::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (client.get() >= 0) clients_.push_back({std::move(client), {}});
}

/// Answers the whole lines that came; false when the client is gone or talks nonsense.
bool Server::serve_client(Client& client)
{
    std::array<char, line_size> buffer{};
    const auto count = ::recv(client.descriptor.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    client.unread.append(buffer.data(), static_cast<std::size_t>(count));
    for (auto end = client.unread.find('\n'); end != std::string::npos;
         end = client.unread.find('\n')) {
        const auto answer = run_command(fleet_, client.unread.substr(0, end), moment()) + '\n';
        client.unread.erase(0, end + 1);
        std::size_t sent = 0;
        while (sent < answer.size()) {
            pollfd writable{client.descriptor.get(), POLLOUT, 0};
            if (::poll(&writable, 1, 1'000) <= 0) return false;
            const auto part = ::send(
                client.descriptor.get(), answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL
            );
            if (part < 0) return false;
            sent += static_cast<std::size_t>(part);
        }
    }
    return client.unread.size() <= line_size;
}

void Server::run(const std::atomic<bool>& is_ended)
{
    std::vector<pollfd> waits;
    while (!is_ended) {
        waits.clear();
        for (const auto& socket : sockets_) {
            waits.push_back({socket.descriptor.get(), POLLIN, 0});
        }
        waits.push_back({control_.get(), POLLIN, 0});
        for (const auto& client : clients_) {
            waits.push_back({client.descriptor.get(), POLLIN, 0});
        }
        ::poll(waits.data(), waits.size(), timeout());

        const auto first_client = sockets_.size() + 1;
        std::size_t index = first_client;
        std::erase_if(clients_, [&](Client& client) {
            return waits[index++].revents != 0 && !serve_client(client);
        });
        if ((waits[sockets_.size()].revents & POLLIN) != 0) accept_client();
        for (std::size_t i = 0; i < sockets_.size(); ++i) {
            if (waits[i].revents != 0) answer_all(i);
        }
        send_due();
    }
}

} // namespace hallmonitor::sim
