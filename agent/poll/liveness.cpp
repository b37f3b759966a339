#include "agent/poll/liveness.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr unsigned packets_per_check = 4;
constexpr int suspect_speed_up = 3;
constexpr int checks_an_interval = 4;

} // namespace

void Liveness::add(
    std::uint32_t number,
    const LivenessSettings& settings,
    bool can_ping,
    bool has_snmp,
    MonoTime now
)
{
    INVARIANT(can_ping || has_snmp);
    if (devices_.size() <= number) devices_.resize(number + 1);
    Device device;
    device.settings = settings;
    // All checks up to the verdict must fit between two beats of a brisk interval. An answer that
    // is slower than its check still counts.
    device.timeout = std::min(settings.timeout, settings.interval / checks_an_interval);
    device.can_ping = can_ping;
    device.has_snmp = has_snmp;
    device.preferred = can_ping ? ProbeKind::ping : ProbeKind::snmp;
    // Devices keep apart by their number: an even spread that is the same at every start.
    const auto interval = std::chrono::duration_cast<std::chrono::microseconds>(settings.interval);
    const std::chrono::microseconds golden{static_cast<std::int64_t>(
        number * 0.6180339887498949 * static_cast<double>(interval.count())
    )};
    device.next_check = now + golden % interval;
    devices_[number] = device;
    due_.push({.at = now + (golden % interval) / 10, .device = number});
}

std::vector<Probe> Liveness::tick(MonoTime now)
{
    std::vector<Probe> probes;
    while (!due_.empty() && due_.top().at <= now) {
        const std::uint32_t number = due_.top().device;
        due_.pop();
        step(number, now, probes);
    }
    return probes;
}

// Every device has exactly one entry in due_; each step puts the next one in.
void Liveness::step(std::uint32_t number, MonoTime now, std::vector<Probe>& probes)
{
    Device& device = devices_[number];
    const auto spacing = device.timeout / packets_per_check;
    if (device.is_checking && now >= device.check_began + device.timeout) {
        device.is_checking = false;
        miss(number, now);
        const MonoTime soon =
            std::max(now, device.check_began + device.settings.interval / suspect_speed_up);
        const bool is_suspect = device.state != State::down;
        due_.push({.at = is_suspect ? soon : std::max(now, device.next_check), .device = number});
        return;
    }
    if (!device.is_checking) {
        if (now < device.next_check && device.misses == 0 && device.packets > 0) {
            due_.push({.at = device.next_check, .device = number});
            return;
        }
        device.is_checking = true;
        device.check_began = now;
        device.packets = 0;
        device.ping_answered = false;
        while (device.next_check <= now)
            device.next_check = device.next_check + device.settings.interval;
    }
    if (device.packets < packets_per_check) send(number, now, probes);
    const MonoTime end = device.check_began + device.timeout;
    const MonoTime next = device.check_began + spacing * static_cast<int>(device.packets);
    due_.push({.at = std::min(end, std::max(next, now + spacing / 2)), .device = number});
}

void Liveness::send(std::uint32_t number, MonoTime now, std::vector<Probe>& probes)
{
    Device& device = devices_[number];
    ProbeKind kind = device.preferred;
    const bool has_both = device.can_ping && device.has_snmp;
    if (has_both && device.packets % 2 == 1)
        kind = kind == ProbeKind::ping ? ProbeKind::snmp : ProbeKind::ping;
    ++device.packets;
    if (kind == ProbeKind::ping) {
        ++device.sequence;
        device.ping_sent_at = now;
    }
    probes.push_back({.device = number, .kind = kind, .sequence = device.sequence});
}

void Liveness::miss(std::uint32_t number, MonoTime now)
{
    Device& device = devices_[number];
    if (device.misses++ == 0) device.first_miss = device.check_began;
    if (device.state == State::down) {
        settle(number, State::down, device.since, now);
    } else if (device.misses > device.settings.misses) {
        settle(number, State::down, device.first_miss, now);
    }
}

void Liveness::ping_answered(std::uint32_t number, std::uint32_t sequence, MonoTime now)
{
    if (number >= devices_.size()) return;
    Device& device = devices_[number];
    // Of an older ping only that it came is known, not how long it took.
    std::optional<std::chrono::microseconds> rtt;
    if (sequence == device.sequence) rtt = now - device.ping_sent_at;
    device.preferred = ProbeKind::ping;
    device.ping_answered = true;
    sign_of_life(number, now, rtt);
}

void Liveness::answered(std::uint32_t number, MonoTime now)
{
    if (number >= devices_.size()) return;
    Device& device = devices_[number];
    if (device.is_checking && device.packets >= 2) device.preferred = ProbeKind::snmp;
    if (!device.has_snmp) device.preferred = ProbeKind::ping;
    sign_of_life(number, now, std::nullopt);
}

void Liveness::sign_of_life(
    std::uint32_t number, MonoTime now, std::optional<std::chrono::microseconds> rtt
)
{
    Device& device = devices_[number];
    const bool was_checking = std::exchange(device.is_checking, false);
    device.misses = 0;
    // Replies to polling come many a cycle: only a check's answer or a recovery is told.
    if (!was_checking && device.state == State::up) return;
    settle(number, State::up, device.state == State::up ? device.since : now, now);
    verdicts_.back().rtt = rtt;
}

void Liveness::settle(std::uint32_t number, State state, MonoTime since, MonoTime now)
{
    Device& device = devices_[number];
    device.state = state;
    device.since = since;
    Verdict verdict{.device = number, .state = state, .at = now, .since = since};
    // Kinds take turns: behind a second packet a ping has had its time. A check that another answer
    // ended before says nothing of it.
    const bool has_waited = device.packets > 1;
    if (device.can_ping && (device.ping_answered || has_waited))
        verdict.ping_up = device.ping_answered;
    verdicts_.push_back(verdict);
}

std::vector<Verdict> Liveness::take_verdicts()
{
    return std::exchange(verdicts_, {});
}

} // namespace hallmonitor::agent
