#include "tests/proxy/pipe.hpp"

#include <algorithm>

namespace hallmonitor::proxy {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::int64_t slices_a_second = 20; // a throttled line moves in steps this fine

} // namespace

std::int64_t Pipe::below(std::int64_t limit)
{
    return limit <= 0 ? 0
                      : static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
}

std::size_t Pipe::room() const
{
    // What is taken in crumbs goes out in crumbs, each with a wait of its own.
    return held_ > capacity / 2 ? 0 : capacity - held_;
}

Instant Pipe::arrival(Instant now)
{
    const auto delay = line_.faults.argument(FaultKind::delay).value_or(0);
    const auto jitter = line_.faults.argument(FaultKind::jitter).value_or(0);
    last_due_ = std::max(last_due_, now + milliseconds{delay + below(jitter + 1)});
    return last_due_;
}

void Pipe::feed(Octets octets, Instant now)
{
    line_.taken += octets.size();
    if (is_on(FaultKind::black_hole)) leads_nowhere_ = true;
    if (leads_nowhere_) {
        line_.lost += octets.size();
        return;
    }
    Chunk chunk{.due = arrival(now), .octets = {octets.begin(), octets.end()}};
    corrupt(chunk.octets);
    held_ += chunk.octets.size();
    chunks_.push_back(std::move(chunk));
}

void Pipe::corrupt(std::vector<std::uint8_t>& octets)
{
    const auto every = line_.faults.argument(FaultKind::corrupt);
    if (!every) {
        until_flip_ = 0;
        return;
    }
    for (auto& octet : octets) {
        if (until_flip_ == 0)
            until_flip_ =
                static_cast<std::uint64_t>(below(2 * std::max<std::int64_t>(*every, 1)) + 1);
        if (--until_flip_ > 0) continue;
        octet ^= static_cast<std::uint8_t>(1U << static_cast<unsigned>(below(8)));
        ++line_.flipped;
    }
}

void Pipe::end(End how, Instant now)
{
    if (is_on(FaultKind::black_hole)) {
        is_end_lost_ = true;
        return;
    }
    end_ = how;
    end_at_ = arrival(now);
}

void Pipe::lose_all()
{
    leads_nowhere_ = true;
    line_.lost += held_;
    chunks_.clear();
    held_ = 0;
    front_begin_ = 0;
}

void Pipe::arm(FaultKind kind, std::optional<std::uint64_t>& left)
{
    const auto most = line_.faults.argument(kind);
    if (!most) {
        left.reset();
    } else if (!left) {
        left = *most == 0 ? 0 : static_cast<std::uint64_t>(below(*most) + 1);
    }
}

void Pipe::arm_ends()
{
    arm(FaultKind::reset, until_reset_);
    arm(FaultKind::half_close, until_half_close_);
}

Octets Pipe::ready(Instant now)
{
    if (is_on(FaultKind::black_hole) && held_ > 0) lose_all();
    arm_ends();
    if (is_on(FaultKind::hold) || chunks_.empty()) return {};
    const Chunk& front = chunks_.front();
    if (front.due > now || free_at_ > now) return {};
    std::uint64_t count = front.octets.size() - front_begin_;
    if (const auto rate = line_.faults.argument(FaultKind::throttle))
        count = std::min(
            count, static_cast<std::uint64_t>(std::max<std::int64_t>(*rate / slices_a_second, 1))
        );
    if (is_on(FaultKind::byte_at_a_time)) count = 1;
    count = std::min({count, until_reset_.value_or(count), until_half_close_.value_or(count)});
    return Octets{front.octets}.subspan(front_begin_, count);
}

void Pipe::written(std::size_t octets, Instant now)
{
    line_.carried += octets;
    held_ -= octets;
    front_begin_ += octets;
    if (front_begin_ == chunks_.front().octets.size()) {
        chunks_.pop_front();
        front_begin_ = 0;
    }
    if (until_reset_) *until_reset_ -= octets;
    if (until_half_close_) *until_half_close_ -= octets;
    const auto rate = line_.faults.argument(FaultKind::throttle);
    const auto gap = line_.faults.argument(FaultKind::byte_at_a_time).value_or(0);
    const auto busy =
        rate ? static_cast<std::int64_t>(octets) * 1'000'000 / std::max<std::int64_t>(*rate, 1) : 0;
    // Who is woken late has the line's time still, a slice of it: else the rate is never reached.
    constexpr microseconds slice{1'000'000 / slices_a_second};
    const Instant begun = rate ? now - slice : now;
    free_at_ = std::max(free_at_, begun) + microseconds{std::max(busy, gap)};
}

End Pipe::verdict(Instant now)
{
    arm_ends();
    if (until_reset_ == 0) return End::reset;
    if (until_half_close_ == 0) return End::closed;
    const bool is_through = chunks_.empty() && !is_on(FaultKind::hold) && end_at_ <= now;
    return is_through ? end_ : End::none;
}

std::optional<Instant> Pipe::next_at(Instant now) const
{
    if (is_on(FaultKind::hold)) return std::nullopt;
    if (!chunks_.empty()) return std::max({chunks_.front().due, free_at_, now});
    if (end_ != End::none && end_at_ > now) return end_at_;
    return std::nullopt;
}

} // namespace hallmonitor::proxy
