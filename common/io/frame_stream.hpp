#pragma once
// Messages over one TLS connection: a reader, a writer with a queue, and a watchdog that keeps the
// connection alive and gives up on a silent peer. Agent and collector use it alike.

#include "common/io/task.hpp"
#include "common/io/tls.hpp"
#include "common/time.hpp"
#include "common/wire/messages.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace hallmonitor {

class FrameStream {
public:
    explicit FrameStream(tls::Stream stream);

    [[nodiscard]] tls::Stream& tls() { return stream_; }

    /// The next message. Errors: closed, malformed, too_large, network errors.
    Task<Result<wire::Message>> read();

    /// Queues a message for the writer.
    void send(const wire::Message& message);
    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }
    /// Called each time the queue has shrunk.
    void on_drained(std::function<void()> callback) { drained_ = std::move(callback); }

    /// Writes what is queued until the connection is closed. One such task a connection.
    Task<void> run_writer();
    /// Sends keepalives and closes the connection after limits::peer_silence without a frame.
    Task<void> run_watchdog();

    /// Nothing is read just now, so the peer cannot be heard: its silence counts from here.
    void excuse_silence();

    /// Ends all three: the socket is closed at once. `reason` is kept if it is the first.
    void close(std::string reason);
    /// Lets what is queued go out first, for at most a second.
    void close_after_writing(std::string reason);
    [[nodiscard]] bool is_closed() const { return closed_; }
    [[nodiscard]] const std::string& reason() const { return reason_; }
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

private:
    Task<Result<void>> read_exactly(std::byte* into, std::size_t size);

    tls::Stream stream_;
    boost::asio::steady_timer wake_writer_;
    boost::asio::steady_timer wake_watchdog_;
    std::deque<std::string> queue_;
    std::size_t queued_bytes_{0};
    std::function<void()> drained_;
    MonoTime heard_at_;
    MonoTime sent_at_;
    std::uint64_t bytes_read_{0};
    bool closed_{false};
    bool closing_{false};
    std::string reason_;
};

} // namespace hallmonitor
