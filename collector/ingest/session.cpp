#include "collector/ingest/session.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::collector {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::size_t number_of(wire::Lane lane)
{
    return lane == wire::Lane::live ? 0 : 1;
}

} // namespace

Reaction Session::feed(const wire::Message& message, MonoTime now)
{
    if (state_ == State::ended) return {};
    if (hello_at_) hello_at_->arrives(now);
    return std::visit(
        Overloaded{
            [this, now](const wire::Hello& hello) { return take_hello(hello, now); },
            [this](const wire::BatchMessage& batch) { return take_batch(batch); },
            [](const wire::Keepalive&) { return Reaction{}; },
            [this](const wire::Refusal& refusal) { return end("agent left: " + refusal.reason); },
            [this](const auto&) { return end("agent sent a message that only a collector sends"); },
        },
        message
    );
}

Reaction Session::take_hello(const wire::Hello& hello, MonoTime now)
{
    if (state_ != State::expecting_hello) return end("agent sent a second hello");
    const std::uint32_t version = std::min(hello.version, wire::protocol_version);
    if (version < hello.oldest_version || version < wire::oldest_protocol_version) {
        const std::string reason =
            "no protocol version in common: agent speaks " + std::to_string(hello.oldest_version) +
            " to " + std::to_string(hello.version) + ", collector " +
            std::to_string(wire::oldest_protocol_version) + " to " +
            std::to_string(wire::protocol_version) + "; upgrade the older of the two";
        return end(reason);
    }
    version_ = version;
    for (const wire::OlderEpoch& life : hello.older)
        lives_[life.epoch] = life.last;
    lives_[hello.epoch] = {~std::uint64_t{0} - 1};
    hello_at_ = std::make_shared<HelloMoment>(hello.boot, hello.now, now);
    state_ = State::open;
    Reaction reaction;
    reaction.hello = hello;
    return reaction;
}

RangeSet Session::held(Epoch epoch, const RangeSet& batches) const
{
    const auto life = lives_.find(epoch);
    if (life == lives_.end() || life->second < Seq{1}) return {};
    RangeSet held;
    held.add(SeqRange{Seq{1}, life->second});
    return batches.common_with(held);
}

wire::Message Session::welcome(const RangeSet& applied, WallTime now)
{
    hello_at_->answered(now);
    for (LaneState& lane : lanes_)
        lane.decoder.place_by([known = hello_at_](std::uint64_t boot, ClockAnchor sealed_at) {
            return known->place(boot, sealed_at);
        });
    return wire::Welcome{.version = version_, .applied = applied, .wall = now};
}

wire::Message Session::ask_for_history()
{
    history_ = History::asked_for;
    return wire::Rewind{wire::Lane::history};
}

// The answer to what was asked begins with the first batch of a segment.
bool Session::is_passed_over(const BatchId& id)
{
    if (history_ == History::asked_for && id.seq == id.segment) history_ = History::answered;
    return history_ == History::held || history_ == History::asked_for;
}

Reaction Session::take_batch(const wire::BatchMessage& message)
{
    if (state_ != State::open) return end("agent sent a batch before its hello");
    const auto id = peek_batch_id(message.batch);
    if (!id) return end("agent sent a batch whose head is malformed");
    Reaction reaction;
    const auto reject = [&](std::string reason) {
        ++rejected_;
        reaction.send.emplace_back(wire::Reject{.seq = id->seq, .reason = std::move(reason)});
    };
    LaneState& lane = lanes_.at(number_of(message.lane));
    if (!has(id->epoch)) {
        reject("batch is of an epoch that the hello does not name");
        return reaction;
    }
    if (message.lane == wire::Lane::history && is_passed_over(*id)) return reaction;
    if (lane.broken_segment == id->segment) {
        reject("an earlier batch of its segment cannot be decoded");
        return reaction;
    }
    auto batch = lane.decoder.decode(message.batch);
    if (batch) {
        reaction.delivery = Delivery{.lane = message.lane, .batch = std::move(*batch)};
    } else if (batch.error() == Errc::out_of_order) {
        reaction.send.emplace_back(wire::Rewind{message.lane});
    } else {
        lane.broken_segment = id->segment;
        reject("batch cannot be decoded: " + batch.error().message());
    }
    return reaction;
}

Reaction Session::end(std::string reason)
{
    state_ = State::ended;
    Reaction reaction;
    reaction.send.emplace_back(wire::Refusal{reason});
    reaction.close = std::move(reason);
    return reaction;
}

} // namespace hallmonitor::collector
