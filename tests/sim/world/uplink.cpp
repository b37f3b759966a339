#include "tests/sim/world/uplink.hpp"

#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr auto connect_limit = 10s;
constexpr auto read_pause = 1s;
constexpr std::size_t most_queued = std::size_t{32} << 10;

} // namespace

Uplink::Uplink(
    const Life& life,
    Spool& spool,
    Recording& recording,
    Dial dial,
    Clock clock,
    std::uint64_t boot,
    std::uint64_t seed
)
    : life_(life), spool_(spool), recording_(recording), dial_(std::move(dial)),
      clock_(std::move(clock)), boot_(boot), backoff_(seed)
{
    spool_.on_durable([this] { pump(); });
    spool_.on_found([this] {
        if (endpoint_) endpoint_->close("greets anew");
    });
}

void Uplink::connect()
{
    reached_ = false;
    welcomed_ = false;
    const auto connection = dial_();
    if (!connection) {
        life_.after(connect_limit, [this] { ended(); });
        return;
    }
    reached_ = true;
    begin(connection);
}

void Uplink::begin(std::shared_ptr<Connection> connection)
{
    session_ = {};
    is_reading_ = false;
    endpoint_ = std::make_shared<Endpoint>(life_, std::move(connection), Side::agent);
    endpoint_->start({
        .message = [this](const wire::Message& message) { take(message); },
        .closed = [this] { ended(); },
        .drained = [this] { pump(); },
    });
    endpoint_->send(wire::Hello{
        .epoch = spool_.front().epoch(),
        .older = spool_.front().older_epochs(),
        .software = "simulated",
        .boot = boot_,
        .now = clock_(),
    });
}

void Uplink::ended()
{
    endpoint_.reset();
    life_.after(backoff_.next(reached_ && !welcomed_), [this] { connect(); });
}

void Uplink::take(const wire::Message& message)
{
    const auto endpoint = endpoint_;
    if (const auto* welcome = std::get_if<wire::Welcome>(&message)) {
        take_welcome(*welcome);
    } else if (const auto* ack = std::get_if<wire::Ack>(&message)) {
        session_.acknowledged(*ack);
        backoff_.reset();
    } else if (const auto* reject = std::get_if<wire::Reject>(&message)) {
        session_.rejected(*reject);
    } else if (const auto* rewind = std::get_if<wire::Rewind>(&message)) {
        if (rewind->lane == wire::Lane::history) recording_.start_segment();
        if (!session_.rewind(*rewind, spool_.front().next_seq()))
            return endpoint->close("cannot be decoded");
    } else if (const auto* keepalive = std::get_if<wire::Keepalive>(&message)) {
        if (keepalive->token != 0) endpoint->send(*keepalive);
        return;
    } else if (const auto* refusal = std::get_if<wire::Refusal>(&message)) {
        if (refusal->fenced) {
            fenced_ = true;
            recording_.begin_anew();
        }
        return endpoint->close("refused");
    }
    spool_.acknowledge(session_.settled());
    pump();
}

void Uplink::take_welcome(const wire::Welcome& welcome)
{
    if (std::exchange(fenced_, false)) recording_.begin_anew();
    const std::vector<agent::SegmentInfo> segments = spool_.front().segments();
    const bool wants_segment = session_.welcomed(welcome, segments);
    if (wants_segment) recording_.start_segment();
    session_.begin_live(
        wants_segment || segments.empty() ? spool_.front().next_seq() : segments.back().first
    );
    welcomed_ = true;
}

void Uplink::pump()
{
    if (!endpoint_ || !welcomed_ || is_reading_ || endpoint_->queued_bytes() >= most_queued) return;
    const auto batch = session_.next(spool_.front().segments(), spool_.front().durable());
    if (!batch) return;
    is_reading_ = true;
    spool_.read(batch->seq, [this, asked = endpoint_, batch = *batch](auto bytes) {
        take_read(asked, batch, std::move(bytes));
    });
}

void Uplink::take_read(
    const std::shared_ptr<Endpoint>& asked,
    const agent::UplinkSession::Next& batch,
    Result<std::vector<std::byte>> bytes
)
{
    if (asked != endpoint_) return; // of a connection that is no more
    is_reading_ = false;
    if (!session_.expects(batch)) return pump();
    if (bytes) {
        session_.sent(batch, bytes->size());
        if (on_send) on_send(batch.seq, *bytes);
        endpoint_->send(wire::BatchMessage{.lane = batch.lane, .batch = std::move(*bytes)});
    } else if (bytes.error().category() == hallmonitor_category() || session_.unreadable(batch)) {
        if (agent::UplinkSession::is_in_newest(batch, spool_.front().segments()))
            recording_.start_segment();
        session_.lost(batch, spool_.front().segments());
        spool_.acknowledge(session_.settled());
    } else {
        is_reading_ = true;
        return life_.after(read_pause, [this, asked] {
            if (asked != endpoint_) return;
            is_reading_ = false;
            pump();
        });
    }
    pump();
}

} // namespace hallmonitor::world
