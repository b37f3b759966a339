#include "tests/sim/world/line.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::world {
namespace {

constexpr std::size_t kernel_bytes = std::size_t{64} << 10;

Side other(Side side)
{
    return side == Side::agent ? Side::collector : Side::agent;
}

} // namespace

void Connection::listen(Side side, Listener listener)
{
    end(side).listener = std::move(listener);
    pause(side, false);
}

void Connection::send(Side side, std::string frame)
{
    End& from = end(side);
    if (!from.is_open) return;
    from.queued_bytes += frame.size();
    from.queue.push_back(std::move(frame));
    move(side);
}

// Puts what fits on the wire, and the first on the wire under way.
void Connection::move(Side side)
{
    End& from = end(side);
    bool has_drained = false;
    while (!from.queue.empty() && (from.wire.empty() || from.wire_bytes < kernel_bytes)) {
        from.queued_bytes -= from.queue.front().size();
        from.wire_bytes += from.queue.front().size();
        from.wire.push_back(std::move(from.queue.front()));
        from.queue.pop_front();
        has_drained = true;
    }
    // Those on the wire, and the end behind them.
    const std::size_t all = from.wire.size() + (from.is_finished ? 1 : 0);
    while (from.under_way < all && line_.carries(side) && !end(other(side)).is_paused) {
        const std::size_t place = from.under_way++;
        const std::size_t bytes = place < from.wire.size() ? from.wire[place].size() : 0;
        from.last_arrival =
            std::max(from.last_arrival, events_.now() + line_.latency()) + line_.time_for(bytes);
        events_.at(from.last_arrival, [self = shared_from_this(), side] { self->arrive(side); });
    }
    if (!has_drained || !from.is_open || !from.listener.drained) return;
    events_.after(Instant{0}, [self = shared_from_this(), side] {
        if (const auto drained = self->end(side).listener.drained) drained();
    });
}

void Connection::arrive(Side side)
{
    End& from = end(side);
    End& to = end(other(side));
    --from.under_way;
    if (!line_.carries(side) || to.is_paused) return; // again when it is back
    if (from.wire.empty()) {
        if (!std::exchange(from.is_finished, false) || !to.is_open) return;
        to.is_open = false;
        if (to.listener.closed) to.listener.closed();
        return;
    }
    const std::string frame = std::move(from.wire.front());
    from.wire.pop_front();
    from.wire_bytes -= frame.size();
    if (to.is_open) {
        if (to.listener.frame) to.listener.frame(frame);
    } else if (from.is_open) {
        // Whoever is gone answers with a reset.
        from.is_open = false;
        if (from.listener.closed) from.listener.closed();
        return;
    }
    move(side);
}

void Connection::pause(Side side, bool is_paused)
{
    end(side).is_paused = is_paused;
    if (!is_paused) move(other(side));
}

void Connection::close(Side side)
{
    End& from = end(side);
    if (!std::exchange(from.is_open, false)) return;
    from.listener = {};
    from.queue.clear();
    from.queued_bytes = 0;
    from.is_finished = true;
    move(side);
}

void Connection::vanish(Side side)
{
    End& from = end(side);
    from.is_open = false;
    from.listener = {};
    from.queue.clear();
    from.queued_bytes = 0;
    from.wire.clear();
    from.wire_bytes = 0;
}

void Connection::reset()
{
    for (const Side side : {Side::agent, Side::collector}) {
        End& from = end(side);
        const bool was_open = from.is_open;
        const auto closed = from.listener.closed;
        vanish(side);
        if (was_open && closed) closed();
    }
}

void Connection::resume()
{
    move(Side::agent);
    move(Side::collector);
}

std::shared_ptr<Connection> Line::connect()
{
    std::erase_if(connections_, [](const auto& known) { return known.expired(); });
    auto made = std::make_shared<Connection>(events_, *this);
    connections_.push_back(made);
    return made;
}

std::vector<std::shared_ptr<Connection>> Line::connections()
{
    std::vector<std::shared_ptr<Connection>> living;
    for (const auto& known : connections_)
        if (auto connection = known.lock()) living.push_back(std::move(connection));
    return living;
}

void Line::set_cut(bool is_cut)
{
    is_cut_ = is_cut;
    resume_all();
}

void Line::set_deaf(Side to, bool is_deaf)
{
    is_deaf_.at(to == Side::agent ? 0 : 1) = is_deaf;
    resume_all();
}

// What waits is sent again when its connection's timer says so, which after a long cut may take a
// while: meanwhile another connection may have been made.
void Line::resume_all()
{
    for (const auto& connection : connections()) {
        const auto wait = static_cast<std::int64_t>(sim::mixed(seed_, ++resumed_) % 60'000'000);
        events_.after(Instant{wait}, [connection] { connection->resume(); });
    }
}

void Line::reset_all()
{
    for (const auto& connection : connections())
        connection->reset();
}

void Line::vanish_all(Side side)
{
    for (const auto& connection : connections())
        connection->vanish(side);
}

} // namespace hallmonitor::world
