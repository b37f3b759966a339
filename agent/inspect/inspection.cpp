#include "agent/inspect/inspection.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

// Numbers of the ways in the engine.
constexpr std::uint32_t as_configured = 0;
constexpr std::uint32_t patiently = 1;
constexpr std::uint32_t in_other_version = 2;

constexpr auto ping_period = 500ms;
// An ICMP error can be forged, but not an answer: there is this much time for one.
constexpr auto second_thoughts = 1s;
constexpr auto once = 24h; // the engine's plan begins no second cycle meanwhile

// Whether what came instead of answers says why; late ones are worth waiting for.
bool is_explained(const PollOutcome& outcome)
{
    return std::any_of(outcome.findings.begin(), outcome.findings.end(), [](const Finding& found) {
        return found.what != Anomaly::stray_replies;
    });
}

} // namespace

Inspection::Inspection(
    Evidence asked,
    SnmpSettings snmp,
    std::uint64_t seed,
    std::shared_ptr<const Catalogue> catalogue
)
    : evidence_(std::move(asked)), snmp_(std::move(snmp)), engine_(seed)
{
    engine_.use(std::move(catalogue));
}

Attempt& Inspection::attempt(std::uint32_t number)
{
    INVARIANT(number <= in_other_version);
    if (number == as_configured) return evidence_.as_configured;
    return number == patiently ? evidence_.patient : evidence_.other_version;
}

void Inspection::begin(std::uint32_t number, const SnmpSettings& snmp, MonoTime now)
{
    DeviceConfig config;
    config.name = evidence_.target;
    config.address = evidence_.target;
    config.snmp = snmp;
    config.poll_interval = once;
    engine_.add(number, config, evidence_.address, now);
    engine_.poll_now(number, now);
    attempt(number).snmp = snmp;
    attempt(number).poll = &engine_.device(number);
    attempt(number).asked_at = now;
}

void Inspection::start(MonoTime now)
{
    began_ = now;
    begin(as_configured, snmp_, now);
}

void Inspection::tick(MonoTime now)
{
    engine_.tick(now);
    const bool is_late = now - began_ >= snmp_.timeout;
    if (is_late && !asks_otherwise_ && !evidence_.as_configured.answered()) {
        asks_otherwise_ = true;
        SnmpSettings patient = snmp_;
        patient.timeout = patience;
        patient.retries = 0;
        begin(patiently, patient, now);
        // SNMPv3's user is nobody to the others, and their community would be told in clear.
        if (snmp_.version == SnmpVersion::v3) return collect();
        SnmpSettings other = snmp_;
        other.version = snmp_.version == SnmpVersion::v1 ? SnmpVersion::v2c : SnmpVersion::v1;
        begin(in_other_version, other, now);
    }
    collect();
}

void Inspection::feed(PeerAddress from, std::span<const std::byte> datagram, MonoTime now)
{
    const auto number = engine_.feed(from, datagram, now);
    if (number) {
        Attempt& answered = attempt(*number);
        if (!answered.first_answer) answered.first_answer = now - answered.asked_at;
    }
    collect();
}

void Inspection::refused(PeerAddress peer)
{
    if (!engine_.refused(peer).empty()) evidence_.port_refused = true;
}

void Inspection::collect()
{
    for (Engine::Ended& ended : engine_.take_ended())
        attempt(ended.number).outcome = std::move(ended.outcome);
    for (Engine::Told& told : engine_.take_told())
        attempt(told.number).facts = std::move(told.facts);
}

std::optional<std::uint32_t> Inspection::ping_due(MonoTime now)
{
    const bool is_enough = !evidence_.can_ping || evidence_.ping_rtt || pings_ == most_pings;
    if (is_enough || now - began_ < pings_ * ping_period) return std::nullopt;
    pinged_at_.at(pings_) = now;
    return pings_++;
}

void Inspection::ping_answered(std::uint32_t sequence, MonoTime now)
{
    if (sequence < pings_ && !evidence_.ping_rtt)
        evidence_.ping_rtt = now - pinged_at_.at(sequence);
}

bool Inspection::is_over(MonoTime now) const
{
    if (now - began_ >= longest) return true;
    const bool answered = evidence_.as_configured.answered();
    if (evidence_.is_hopeless() && !answered && now - began_ >= second_thoughts) return true;
    if (!evidence_.as_configured.is_over()) return false;
    if (answered || is_explained(*evidence_.as_configured.outcome)) return true;
    if (evidence_.patient.answered()) return evidence_.patient.is_over();
    if (evidence_.other_version.answered()) return evidence_.other_version.is_over();
    const Attempt& other = evidence_.other_version;
    return evidence_.patient.is_over() && (other.poll == nullptr || other.is_over());
}

} // namespace hallmonitor::agent
