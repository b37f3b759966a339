#include "common/io/frame_stream.hpp"

#include "common/io/clock.hpp"
#include "common/limits.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace hallmonitor {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto goodbye_limit = 1s;

} // namespace

FrameStream::FrameStream(tls::Stream stream)
    : stream_(std::move(stream)), wake_writer_(stream_.get_executor()),
      wake_watchdog_(stream_.get_executor()), heard_at_(mono_now()), sent_at_(heard_at_)
{}

Task<Result<void>> FrameStream::read_exactly(std::byte* into, std::size_t size)
{
    std::size_t got = 0;
    while (got < size) {
        auto buffer = asio::buffer(into + got, size - got);
        const auto [error, count] = co_await stream_.async_read_some(buffer, as_result);
        if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
            co_return Errc::closed;
        if (error) co_return error;
        got += count;
        bytes_read_ += count;
        // Any octet is a sign of life: a slow link may take long over one frame.
        heard_at_ = mono_now();
    }
    co_return Result<void>{};
}

Task<Result<wire::Message>> FrameStream::read()
{
    std::array<std::byte, 4> head{};
    const auto got_head = co_await read_exactly(head.data(), head.size());
    if (!got_head) co_return got_head.error();
    const auto length = wire::frame_body_length(head);
    if (!length) co_return length.error();
    // Grows with what arrives, so that a length alone costs nothing.
    constexpr std::size_t step = 64 * 1024;
    std::vector<std::byte> body;
    while (body.size() < *length) {
        const std::size_t at = body.size();
        body.resize(std::min(*length, at + std::max(step, at)));
        const auto got = co_await read_exactly(body.data() + at, body.size() - at);
        if (!got) co_return got.error();
    }
    co_return wire::decode_message(body);
}

void FrameStream::send(const wire::Message& message)
{
    if (closed_ || closing_) return;
    queue_.push_back(wire::encode_frame(message));
    queued_bytes_ += queue_.back().size();
    wake_writer_.cancel();
}

Task<void> FrameStream::run_writer()
{
    while (!closed_) {
        if (queue_.empty()) {
            if (closing_) {
                close({});
                break;
            }
            wake_writer_.expires_at(asio::steady_timer::time_point::max());
            co_await wake_writer_.async_wait(as_result);
            continue;
        }
        const std::string frame = std::move(queue_.front());
        queue_.pop_front();
        auto buffer = asio::buffer(frame);
        const auto [error, count] = co_await asio::async_write(stream_, buffer, as_result);
        if (error) {
            close("connection lost while sending: " + error.message());
            break;
        }
        queued_bytes_ -= frame.size();
        sent_at_ = mono_now();
        if (drained_) drained_();
    }
}

Task<void> FrameStream::run_watchdog()
{
    while (!closed_) {
        wake_watchdog_.expires_after(closing_ ? asio::steady_timer::duration{goodbye_limit} : 1s);
        co_await wake_watchdog_.async_wait(as_result);
        if (closed_) break;
        const MonoTime now = mono_now();
        if (closing_) {
            close({});
        } else if (now - heard_at_ >= limits::peer_silence) {
            close("peer silent for 30 s");
        } else if (now - sent_at_ >= limits::keepalive_period && queue_.empty()) {
            send(wire::Keepalive{});
        }
    }
}

void FrameStream::excuse_silence()
{
    heard_at_ = mono_now();
}

void FrameStream::close(std::string reason)
{
    if (reason_.empty()) reason_ = std::move(reason);
    if (std::exchange(closed_, true)) return;
    // No TLS goodbye: frames carry their length, so a truncation is seen, and a silent peer
    // would make it wait.
    boost::system::error_code ignored;
    stream_.lowest_layer().close(ignored);
    wake_writer_.cancel();
    wake_watchdog_.cancel();
}

void FrameStream::close_after_writing(std::string reason)
{
    if (reason_.empty()) reason_ = std::move(reason);
    closing_ = true;
    wake_writer_.cancel();
}

} // namespace hallmonitor
