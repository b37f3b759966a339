#include "agent/poll/engine.hpp"

#include "agent/poll/sys_up_time.hpp"
#include "agent/snmp/message.hpp"
#include "common/check.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

// The owner of a request: the device's number, and above it the lane, or the mark of a liveness
// probe, whose answer is no part of a cycle.
constexpr std::uint32_t probe_mark = 1U << 31;
constexpr unsigned lane_shift = 29;
constexpr std::uint32_t number_mask = (1U << lane_shift) - 1;
static_assert(DevicePoll::lanes <= 4);

std::size_t lane_of(std::uint32_t owner)
{
    return (owner & ~probe_mark) >> lane_shift;
}

constexpr std::size_t largest_request = 1400;

// A fresh start shows every device soon, without asking all of them at once.
constexpr auto first_within = 2s;

// An error is a sign of life like any other.
bool answers_probe(const ResponseView& reply)
{
    if (reply.error_status != 0) return true;
    VarBindCursor cursor{reply.varbinds};
    const auto* const value = cursor.next();
    return value != nullptr && ber_compare(value->oid, sys_up_time_instance()) == 0;
}

} // namespace

// Another seed for USM, so that its random numbers are others.
Engine::Engine(std::uint64_t seed) : requests_(seed), usm_(~seed)
{}

void Engine::add(
    std::uint32_t number, const DeviceConfig& device, PeerAddress address, MonoTime now
)
{
    INVARIANT(number <= number_mask);
    if (devices_.size() <= number) devices_.resize(number + 1);
    Device& added = devices_[number];
    added = {};
    added.poll = std::make_unique<DevicePoll>(device, catalogue_);
    added.address = address;
    const SnmpSettings& snmp = *added.poll->device().snmp;
    if (snmp.version == SnmpVersion::v3) added.usm = std::make_unique<Usm>(snmp.usm, usm_);
    at_address_[address].push_back(number);
    plan_.add(number, device.name, device.cadence(), now, first_within);
}

void Engine::move(std::uint32_t number, PeerAddress address)
{
    Device& device = devices_.at(number);
    if (device.address == address) return;
    std::erase(at_address_[device.address], number);
    at_address_[address].push_back(number);
    device.address = address;
}

void Engine::set_down(std::uint32_t number, bool down)
{
    devices_.at(number).down = down;
}

void Engine::probe(std::uint32_t number, MonoTime now)
{
    const std::array<std::span<const std::byte>, 1> oids{sys_up_time_instance()};
    const Ask ask{.type = PduType::get, .oids = oids};
    send(devices_.at(number), number | probe_mark, ask, now);
}

void Engine::tick(MonoTime now)
{
    while (const auto passed = deadlines_.take(now))
        expire(*passed, now);
    for (const std::uint32_t number : plan_.take_due(now)) {
        Device& device = devices_[number];
        if (!device.poll->is_due(now)) continue;
        if (!device.poll->can_start()) {
            ++counts_.overruns;
        } else if (device.quarantine.holds(now)) {
            ++counts_.quarantined;
        } else {
            begin(number, now);
        }
    }
}

void Engine::poll_now(std::uint32_t number, MonoTime now)
{
    if (devices_.at(number).poll->can_start()) begin(number, now);
}

void Engine::begin(std::uint32_t number, MonoTime now)
{
    Device& device = devices_[number];
    ++counts_.cycles;
    if (device.poll->is_idle()) ++running_;
    device.in_flight = {};
    device.poll->start(now, device.down);
    send_all(number, now);
}

void Engine::expire(const Deadline& deadline, MonoTime now)
{
    const bool was_open = requests_.close(deadline.request_id);
    const std::uint32_t number = deadline.owner & number_mask;
    Device& device = devices_[number];
    if (device.usm && was_open) device.usm->unanswered(deadline.request_id);
    if ((deadline.owner & probe_mark) != 0) return;
    const std::size_t lane = lane_of(deadline.owner);
    if (device.in_flight.at(lane) != deadline.request_id) return; // answered meanwhile
    device.in_flight.at(lane) = 0;
    ++counts_.timeouts;
    if (device.usm) device.poll->explain(device.usm->explain_silence());
    device.poll->timed_out(lane, now);
    settle(number, now);
}

std::optional<std::uint32_t> Engine::feed(
    PeerAddress from, std::span<const std::byte> datagram, MonoTime now
)
{
    const auto reply = parse_message(datagram);
    if (!reply && reply.error() == Errc::unsupported) return feed_v3(from, datagram, now);
    if (!reply || reply->type != PduType::response) {
        ++counts_.rejected;
        if (Strays* strays = strays_of(from, nullptr)) strays->note_garbled();
        return std::nullopt;
    }
    const RequestTable::Match match = requests_.match(from, *reply);
    if (match.verdict != RequestTable::Verdict::accepted) {
        ++counts_.rejected;
        if (Strays* strays = strays_of(from, &match)) strays->note(from, match.verdict);
        return std::nullopt;
    }
    return accept(match.owner, *reply, datagram.size(), now);
}

std::optional<std::uint32_t> Engine::feed_v3(
    PeerAddress from, std::span<const std::byte> datagram, MonoTime now
)
{
    const auto message = parse_v3_message(datagram);
    if (!message) {
        ++counts_.rejected;
        if (Strays* strays = strays_of(from, nullptr)) strays->note_garbled();
        return std::nullopt;
    }
    const RequestTable::Match match = requests_.find_v3(from, message->id);
    if (match.verdict != RequestTable::Verdict::accepted) {
        ++counts_.rejected;
        if (Strays* strays = strays_of(from, &match)) strays->note(from, match.verdict);
        return std::nullopt;
    }
    const std::uint32_t number = match.owner & number_mask;
    Device& device = devices_[number];
    Usm::Opened opened = device.usm->open(*message, datagram, now);
    switch (opened.meaning) {
    case Usm::Meaning::unusable:
        ++counts_.rejected;
        device.strays.note_unproven();
        return std::nullopt;
    case Usm::Meaning::refusal: device.poll->refuse(std::move(opened.why)); return number;
    case Usm::Meaning::again:
        requests_.close(message->id);
        send_again(number, now);
        return number;
    case Usm::Meaning::answer: break;
    }
    opened.answer.request_id = message->id; // which the request is known by
    return accept(match.owner, opened.answer, datagram.size(), now);
}

// Requests that were not sent for want of an engine id, or whose answer was to send them again.
void Engine::send_again(std::uint32_t number, MonoTime now)
{
    Device& device = devices_[number];
    for (std::size_t lane = 0; lane < DevicePoll::lanes; ++lane) {
        std::int32_t& id = device.in_flight.at(lane);
        if (id == 0 || requests_.is_open(id)) continue;
        id = 0;
        device.poll->not_sent(lane);
    }
    send_all(number, now);
}

std::optional<std::uint32_t> Engine::accept(
    std::uint32_t owner, const ResponseView& reply, std::size_t bytes, MonoTime now
)
{
    const std::uint32_t number = owner & number_mask;
    if (!take(owner, reply, bytes, now)) {
        ++counts_.rejected;
        devices_[number].strays.note_other_objects();
        return std::nullopt;
    }
    requests_.close(reply.request_id);
    if ((owner & probe_mark) == 0) settle(number, now);
    return number;
}

// False when the reply has other objects than were asked for.
bool Engine::take(std::uint32_t owner, const ResponseView& reply, std::size_t bytes, MonoTime now)
{
    if ((owner & probe_mark) != 0) return answers_probe(reply);
    const std::size_t lane = lane_of(owner);
    Device& device = devices_[owner & number_mask];
    // Of a request that was given up, only that the device lives is of interest.
    if (device.in_flight.at(lane) != reply.request_id) return true;
    if (!device.poll->feed(lane, reply, bytes, now)) return false;
    device.in_flight.at(lane) = 0;
    return true;
}

// Whose stray datagram it is; null for one of a stranger. `match`: of what is a reply at all. One
// with the id of a request is put down to the device asked, since nobody else should know that id;
// any other to the device that it seems to come from.
Strays* Engine::strays_of(PeerAddress from, const RequestTable::Match* match)
{
    if (match != nullptr && match->verdict != RequestTable::Verdict::unknown_id)
        return &devices_[match->owner & number_mask].strays;
    const auto found = at_address_.find(from);
    if (found == at_address_.end() || found->second.empty()) return nullptr;
    return &devices_[found->second.front()].strays;
}

std::vector<std::uint32_t> Engine::refused(PeerAddress peer)
{
    const auto found = at_address_.find(peer);
    if (found == at_address_.end()) return {};
    for (const std::uint32_t number : found->second)
        devices_[number].poll->refused();
    return found->second;
}

void Engine::settle(std::uint32_t number, MonoTime now)
{
    Device& device = devices_[number];
    if (auto outcome = device.poll->take_outcome()) {
        device.in_flight = {};
        end_cycle(number, std::move(*outcome), now);
    }
    if (auto facts = device.poll->take_facts()) {
        counts_.varbinds += facts->varbinds;
        told_.push_back({.number = number, .facts = std::move(*facts)});
    }
    if (!device.poll->is_idle()) return send_all(number, now);
    --running_;
    turns_.end(number);
    while (const auto next = turns_.next())
        send_all(*next, now);
}

void Engine::end_cycle(std::uint32_t number, PollOutcome outcome, MonoTime now)
{
    Device& device = devices_[number];
    counts_.varbinds += outcome.varbinds;
    if (device.usm) outcome.engine_change = device.usm->take_change();
    add_strays(device, outcome);
    if (outcome.broken_protocol) {
        device.quarantine.extend(now - outcome.duration);
    } else if (outcome.reading) {
        device.quarantine.end();
    }
    ended_.push_back({.number = number, .outcome = std::move(outcome)});
}

// What came instead of an answer explains why there was none.
void Engine::add_strays(Device& device, PollOutcome& outcome)
{
    for (Finding& finding : device.strays.take(outcome.answered)) {
        const bool breaks = breaks_protocol(finding.what) && !outcome.problem.empty();
        const bool explains = (breaks || !outcome.answered) && !outcome.anomaly;
        outcome.broken_protocol = outcome.broken_protocol || breaks;
        if (explains) outcome.problem = sentence(finding);
        outcome.anomaly = outcome.anomaly || explains;
        outcome.findings.insert(
            explains ? outcome.findings.begin() : outcome.findings.end(), std::move(finding)
        );
    }
}

void Engine::send_all(std::uint32_t number, MonoTime now)
{
    Device& device = devices_[number];
    if (device.poll->takes_room() && !turns_.take(number)) return;
    while (const auto ask = device.poll->ask()) {
        const auto owner = number | static_cast<std::uint32_t>(ask->lane << lane_shift);
        device.in_flight.at(ask->lane) = send(device, owner, *ask, now);
    }
}

std::int32_t Engine::send(Device& device, std::uint32_t owner, const Ask& ask, MonoTime now)
{
    const SnmpSettings& snmp = *device.poll->device().snmp;
    const std::int32_t id =
        requests_.open(device.address, snmp.community.reveal(), snmp.version, owner);
    const std::size_t offset = buffer_.size();
    buffer_.resize(offset + largest_request);
    const std::size_t size =
        write(device, owner, ask, id, now, std::span{buffer_}.subspan(offset, largest_request));
    buffer_.resize(offset + size);
    // A request that does not fit (absurdly long OIDs) is not sent and times out like any other.
    if (size > 0) outgoing_.push_back({.to = device.address, .offset = offset, .size = size});
    deadlines_.add(now, snmp.timeout, {.request_id = id, .owner = owner});
    return id;
}

std::size_t Engine::write(
    Device& device,
    std::uint32_t owner,
    const Ask& ask,
    std::int32_t id,
    MonoTime now,
    std::span<std::byte> out
)
{
    const SnmpSettings& snmp = *device.poll->device().snmp;
    const RequestHead head{
        .version = snmp.version,
        .community = snmp.community.reveal(),
        .type = ask.type,
        .request_id = id,
        .non_repeaters = ask.non_repeaters,
        .max_repetitions = ask.max_repetitions,
    };
    if (!device.usm) return encode_request(head, ask.oids, out);
    const auto purpose =
        (owner & probe_mark) != 0 ? Usm::Purpose::sign_of_life : Usm::Purpose::reading;
    switch (device.usm->next(now)) {
    case Usm::Next::request: return device.usm->seal(head, ask.oids, purpose, id, now, out);
    case Usm::Next::discovery: return device.usm->discover(id, now, out);
    case Usm::Next::wait: break;
    }
    requests_.close(id); // nothing may answer what is not sent
    return 0;
}

std::optional<MonoTime> Engine::next_tick() const
{
    const auto due = plan_.next_due();
    const auto passes = deadlines_.next();
    return due && passes ? std::min(*due, *passes) : due ? due : passes;
}

void Engine::clear_outgoing()
{
    outgoing_.clear();
    buffer_.clear();
}

std::vector<Engine::Ended> Engine::take_ended()
{
    return std::exchange(ended_, {});
}

std::vector<Engine::Told> Engine::take_told()
{
    return std::exchange(told_, {});
}

const DevicePoll& Engine::device(std::uint32_t number) const
{
    return *devices_.at(number).poll;
}

} // namespace hallmonitor::agent
