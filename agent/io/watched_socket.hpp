#pragma once
// A datagram socket, and whether its datagrams wake the loop. Waking an idle core for every
// datagram costs ten times what reading them together does: with patience they wait in the kernel
// until their owner looks. The socket is then in no epoll set, for a set wakes whoever waits on it
// even where nobody asked to be told.

#include "agent/io/file_handle.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace hallmonitor::agent {

class WatchedSocket {
public:
    explicit WatchedSocket(const boost::asio::any_io_executor& loop);
    ~WatchedSocket();
    WatchedSocket(const WatchedSocket&) = delete;
    WatchedSocket& operator=(const WatchedSocket&) = delete;
    WatchedSocket(WatchedSocket&&) = delete;
    WatchedSocket& operator=(WatchedSocket&&) = delete;

    /// Takes the socket, not blocking. Once.
    void open(FileHandle socket);
    /// Calls `on_readable` on the loop whenever there is something to read, unless patient; it may
    /// close() this, but not destroy it. Once.
    void start(std::function<void()> on_readable);
    void set_patient(bool is_patient);
    void close();

    [[nodiscard]] bool is_open() const;
    [[nodiscard]] int get() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace hallmonitor::agent
