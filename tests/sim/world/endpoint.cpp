#include "tests/sim/world/endpoint.hpp"

#include "common/limits.hpp"

#include <span>
#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t head_bytes = 4;

} // namespace

void Endpoint::start(Listener listener)
{
    listener_ = std::move(listener);
    heard_at_ = life_.now();
    sent_at_ = heard_at_;
    const std::weak_ptr weak = weak_from_this();
    const auto guarded = [&](void (Endpoint::*what)()) {
        return life_.guard([weak, what] {
            if (const auto self = weak.lock()) (*self.*what)();
        });
    };
    connection_->listen(
        side_,
        {
            .frame =
                [weak, &life = life_, alive = life_.token()](const std::string& frame) {
                    const auto self = weak.lock();
                    // What is read from disk may hold an endpoint longer than its process lives.
                    if (self && !alive.expired()) life.guard([&] { self->take(frame); })();
                },
            .closed = life_.guard([weak] {
                if (const auto self = weak.lock()) self->close("connection lost");
            }),
            .drained = life_.guard([weak] {
                const auto self = weak.lock();
                if (self && self->listener_.drained) self->listener_.drained();
            }),
        }
    );
    life_.after(1s, guarded(&Endpoint::watch));
}

void Endpoint::send(const wire::Message& message)
{
    if (is_closed_) return;
    sent_at_ = life_.now();
    connection_->send(side_, wire::encode_frame(message));
}

void Endpoint::pause(bool is_paused)
{
    is_paused_ = is_paused;
    connection_->pause(side_, is_paused);
}

void Endpoint::take(const std::string& frame)
{
    if (is_closed_) return;
    heard_at_ = life_.now();
    const auto bytes = std::as_bytes(std::span{frame});
    const auto length = wire::frame_body_length(bytes.first<head_bytes>());
    const auto message = length && *length + head_bytes == bytes.size()
                             ? wire::decode_message(bytes.subspan(head_bytes))
                             : Result<wire::Message>{Errc::malformed};
    if (!message) return close("malformed frame");
    const auto told = listener_.message; // which may end all of this
    told(*message);
}

void Endpoint::watch()
{
    if (is_closed_) return;
    const Instant now = life_.now();
    if (is_paused_) heard_at_ = now; // nothing is read, so the peer cannot be heard
    if (now - heard_at_ >= limits::peer_silence) return close("peer silent");
    if (now - sent_at_ >= limits::keepalive_period && queued_bytes() == 0) send(wire::Keepalive{});
    life_.after(1s, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->watch();
    });
}

void Endpoint::close(const std::string& reason)
{
    if (std::exchange(is_closed_, true)) return;
    reason_ = reason;
    connection_->close(side_);
    if (const auto closed = std::exchange(listener_, {}).closed) closed();
}

} // namespace hallmonitor::world
