#include "tests/sim/io/control_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hallmonitor::sim {
namespace {

constexpr std::size_t line_size = 4'096;

bool send_all(int client, std::string_view text)
{
    while (!text.empty()) {
        pollfd writable{client, POLLOUT, 0};
        if (::poll(&writable, 1, 1'000) <= 0) return false;
        const auto part = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
        if (part < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(part));
    }
    return true;
}

} // namespace

std::string failure(const std::string& what)
{
    return what + ": " + std::strerror(errno);
}

std::string ControlSocket::listen(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return path + ": longer than a socket's name may be";
    std::copy(path.begin(), path.end(), address.sun_path);
    ::unlink(path.c_str());
    socket_ = Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(socket_.get(), generic, sizeof address) != 0 || ::listen(socket_.get(), 16) != 0) {
        return failure(path);
    }
    return {};
}

void ControlSocket::add_waits(std::vector<pollfd>& waits) const
{
    waits.push_back({socket_.get(), POLLIN, 0});
    for (const auto& client : clients_) {
        waits.push_back({client.descriptor.get(), POLLIN, 0});
    }
}

void ControlSocket::serve(std::span<const pollfd> waits)
{
    std::size_t index = 1;
    std::erase_if(clients_, [&](Client& client) {
        return waits[index++].revents != 0 && !serve_client(client);
    });
    if ((waits.front().revents & POLLIN) != 0) accept();
}

void ControlSocket::accept()
{
    Descriptor client{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (client.get() >= 0) clients_.push_back({std::move(client), {}});
}

/// Answers the whole lines that came; false when the client is gone or talks nonsense.
bool ControlSocket::serve_client(Client& client) const
{
    std::array<char, line_size> buffer{};
    const auto count = ::recv(client.descriptor.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    client.unread.append(buffer.data(), static_cast<std::size_t>(count));
    for (auto end = client.unread.find('\n'); end != std::string::npos;
         end = client.unread.find('\n')) {
        const auto answer = answer_(std::string_view{client.unread}.substr(0, end)) + '\n';
        client.unread.erase(0, end + 1);
        if (!send_all(client.descriptor.get(), answer)) return false;
    }
    return client.unread.size() <= line_size;
}

} // namespace hallmonitor::sim
