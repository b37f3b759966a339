#include "agent/io/watched_socket.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <optional>
#include <utility>

namespace hallmonitor::agent {

using boost::asio::posix::stream_descriptor;

struct WatchedSocket::State : std::enable_shared_from_this<State> {
    explicit State(boost::asio::any_io_executor executor) : loop(std::move(executor)) {}

    void watch();
    void unwatch();
    void wait();

    boost::asio::any_io_executor loop;
    FileHandle socket;
    std::function<void()> on_readable;
    bool is_patient{false};
    std::optional<stream_descriptor> watcher; // while it wakes the loop; owns nothing
    unsigned watch_number{0};                 // handlers of an earlier watch are void
};

void WatchedSocket::State::watch()
{
    if (!socket.is_open() || !on_readable || is_patient || watcher) return;
    watcher.emplace(loop, socket.get());
    ++watch_number;
    wait();
}

void WatchedSocket::State::unwatch()
{
    if (!watcher) return;
    watcher->release();
    watcher.reset();
}

void WatchedSocket::State::wait()
{
    watcher->async_wait(
        stream_descriptor::wait_read,
        // The state outlives its owner until its last handler has run.
        [self = shared_from_this(), watch = watch_number](const boost::system::error_code& error) {
            if (error || !self->watcher || self->watch_number != watch) return;
            self->on_readable();
            if (self->watcher && self->watch_number == watch) self->wait();
        }
    );
}

WatchedSocket::WatchedSocket(const boost::asio::any_io_executor& loop)
    : state_(std::make_shared<State>(loop))
{}

WatchedSocket::~WatchedSocket()
{
    close();
}

void WatchedSocket::open(FileHandle socket)
{
    state_->socket = std::move(socket);
}

void WatchedSocket::start(std::function<void()> on_readable)
{
    state_->on_readable = std::move(on_readable);
    state_->watch();
}

void WatchedSocket::set_patient(bool is_patient)
{
    if (std::exchange(state_->is_patient, is_patient) == is_patient) return;
    if (is_patient) {
        state_->unwatch();
    } else {
        state_->watch();
    }
}

void WatchedSocket::close()
{
    state_->unwatch();
    state_->socket = {};
}

bool WatchedSocket::is_open() const
{
    return state_->socket.is_open();
}

int WatchedSocket::get() const
{
    return state_->socket.get();
}

} // namespace hallmonitor::agent
