#include "agent/poll/device_poll.hpp"

#include "common/check.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

// Names change rarely and the guard sees it; this catches aliases and agents without a guard.
constexpr auto names_period = 15min;

// A sysUpTime that is this close to 2^32 when it falls has wrapped (497 days), not restarted.
constexpr auto wrap_slack = 10min;

constexpr std::int32_t no_such_name = 2; // RFC 1157: the v1 way of "no such object"

struct Scalar {
    Oid oid;
    std::optional<Attribute> attribute; // empty: part of the guard
};

// The guard comes first: it is asked alone when nothing has changed.
constexpr std::size_t guard_scalars = 3;

const std::array<Scalar, 8>& scalars()
{
    static const std::array<Scalar, 8> all{{
        {{1, 3, 6, 1, 2, 1, 1, 3, 0}, std::nullopt}, // sysUpTime
        {if_mib::if_table_last_change(), std::nullopt},
        {if_mib::if_number(), std::nullopt},
        {{1, 3, 6, 1, 2, 1, 1, 1, 0}, Attribute::sys_descr},
        {{1, 3, 6, 1, 2, 1, 1, 2, 0}, Attribute::sys_object_id},
        {{1, 3, 6, 1, 2, 1, 1, 4, 0}, Attribute::sys_contact},
        {{1, 3, 6, 1, 2, 1, 1, 5, 0}, Attribute::sys_name},
        {{1, 3, 6, 1, 2, 1, 1, 6, 0}, Attribute::sys_location},
    }};
    return all;
}

const std::vector<std::byte>& scalar_ber(std::size_t number)
{
    static const std::vector<std::vector<std::byte>> all = [] {
        std::vector<std::vector<std::byte>> bers;
        for (const Scalar& scalar : scalars())
            bers.push_back(scalar.oid.ber_content());
        return bers;
    }();
    return all[number];
}

std::vector<OidBytes> name_columns()
{
    std::vector<OidBytes> oids;
    for (const if_mib::ColdColumn& column : if_mib::cold_columns())
        oids.push_back(column.oid);
    return oids;
}

constexpr auto no_interfaces =
    "answers SNMP but shows no interfaces: its view is restricted (Debian's snmpd shows only the "
    "system group until 'view systemonly' in snmpd.conf is widened to .1.3.6.1.2.1)";

} // namespace

DevicePoll::DevicePoll(DeviceConfig device)
    : device_(std::move(device)), scalar_missing_(scalars().size(), false), hot_(*device_.snmp)
{}

void DevicePoll::start(MonoTime now, bool known_down)
{
    INVARIANT(is_idle());
    started_ = now;
    known_down_ = known_down;
    reread_ = false;
    refused_ = false;
    outcome_ = {};
    outcome_ready_ = false;
    if (names_are_due(now)) return enter(State::facts);
    enter(State::hot);
    guard_is_open_ = true;
}

bool DevicePoll::names_are_due(MonoTime now) const
{
    return !inventory_ || names_suspect_ || now - names_read_at_ >= names_period;
}

// What is still in flight is given up.
void DevicePoll::enter(State state)
{
    state_ = state;
    in_flight_ = {};
    failures_ = {};
    guard_is_open_ = false;
    if (state == State::hot) {
        hot_.begin(*inventory_);
    } else {
        hot_.drop();
    }
}

bool DevicePoll::can_ask(std::size_t lane) const
{
    if (in_flight_.at(lane)) return false;
    if (state_ != State::hot) return lane == 0;
    return lane == 0 ? guard_is_open_ : hot_.is_open(lane - 1);
}

std::optional<Ask> DevicePoll::ask()
{
    if (is_idle()) return std::nullopt;
    const auto flying = std::count(in_flight_.begin(), in_flight_.end(), true);
    if (static_cast<unsigned>(flying) >= device_.snmp->requests_at_once) return std::nullopt;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        if (!can_ask(lane)) continue;
        in_flight_.at(lane) = true;
        Ask ask = lane > 0                 ? hot_.ask(lane - 1)
                  : state_ == State::names ? names_walk_->ask()
                                           : ask_scalars();
        ask.lane = lane;
        return ask;
    }
    return std::nullopt;
}

Ask DevicePoll::ask_scalars()
{
    scalars_asked_.clear();
    scalar_oids_.clear();
    const std::size_t count = state_ == State::hot ? guard_scalars : scalars().size();
    for (std::size_t number = 0; number < count; ++number) {
        if (scalar_missing_[number]) continue;
        scalars_asked_.push_back(number);
        scalar_oids_.emplace_back(scalar_ber(number));
    }
    return Ask{.type = PduType::get, .oids = scalar_oids_};
}

void DevicePoll::feed(std::size_t lane, const ResponseView& reply, std::size_t bytes, MonoTime now)
{
    if (is_idle() || !in_flight_.at(lane)) return;
    in_flight_.at(lane) = false;
    failures_.at(lane) = 0;
    outcome_.answered = true;
    if (lane > 0) {
        feed_hot(lane - 1, reply, bytes, now);
    } else if (state_ == State::names) {
        feed_names(reply, bytes, now);
    } else {
        feed_scalars(reply, now);
    }
}

void DevicePoll::feed_scalars(const ResponseView& reply, MonoTime now)
{
    if (reply.error_status == no_such_name) {
        const auto position = static_cast<std::size_t>(std::max(reply.error_index, 1)) - 1;
        if (position >= scalars_asked_.size() || scalars_asked_.size() == 1)
            return finish(now, "answers SNMP but refuses the system group");
        scalar_missing_[scalars_asked_[position]] = true;
        return;
    }
    if (reply.error_status != 0)
        return finish(
            now, "answers SNMP error " + std::to_string(reply.error_status) + " for sysUpTime"
        );

    std::optional<DeviceTicks> uptime;
    const Cell last_change = table_last_change_;
    const Cell number_before = if_number_;
    VarBindCursor cursor{reply.varbinds};
    for (const std::size_t number : scalars_asked_) {
        const auto* const value = cursor.next();
        if (!value || ber_compare(value->oid, scalar_ber(number)) != 0)
            return finish(now, "answered other OIDs than those asked for", true);
        if (number == 0 && value->tag == Tag::timeticks) {
            if (const auto ticks = as_unsigned(*value))
                uptime = DeviceTicks{static_cast<std::uint32_t>(*ticks)};
        }
        take_scalar(number, *value);
    }
    if (note_uptime(uptime, now) || last_change != table_last_change_ ||
        number_before != if_number_)
        names_suspect_ = true;
    if (state_ == State::facts) {
        ++facts_read_;
        return start_names();
    }
    finish_guard(now);
}

void DevicePoll::finish_guard(MonoTime now)
{
    if (names_suspect_) return enter(State::facts);
    guard_is_open_ = false;
    if (hot_.finished()) finish_hot(now);
}

void DevicePoll::take_scalar(std::size_t number, const VarBindView& value)
{
    ++outcome_.varbinds;
    if (number == 0) return;
    if (number == 1) {
        table_last_change_ = as_unsigned(value);
    } else if (number == 2) {
        if_number_ = as_unsigned(value);
    } else {
        const Attribute attribute = *scalars().at(number).attribute;
        facts_.erase(attribute);
        if (value.tag == Tag::oid) {
            facts_[attribute] = describe_oid(value.content);
        } else if (value.tag == Tag::octet_string) {
            std::string text = sanitize(value.content);
            if (!text.empty()) facts_[attribute] = std::move(text);
        }
    }
}

bool DevicePoll::note_uptime(std::optional<DeviceTicks> uptime, MonoTime now)
{
    if (!uptime) return false;
    using std::chrono::milliseconds;
    bool restarted = false;
    if (uptime_ && *uptime < *uptime_) {
        const milliseconds before{std::int64_t{uptime_->centiseconds} * 10};
        const milliseconds back = before - milliseconds{std::int64_t{uptime->centiseconds} * 10};
        // Of requests side by side, the older one's answer may come last.
        if (device_.snmp->requests_at_once > 1 && back <= device_.snmp->timeout) return false;
        const auto passed = std::chrono::duration_cast<milliseconds>(now - uptime_at_);
        constexpr auto wrap = milliseconds{(std::int64_t{1} << 32) * 10};
        restarted = before + passed + wrap_slack < wrap;
    }
    uptime_ = uptime;
    uptime_at_ = now;
    outcome_.uptime = uptime;
    return restarted;
}

void DevicePoll::start_names()
{
    incoming_ = std::make_unique<InterfaceInventory>();
    names_walk_.emplace(
        name_columns(),
        Walk::Options{.version = device_.snmp->version, .repetitions = cold_repetitions_}
    );
    enter(State::names);
}

void DevicePoll::feed_names(const ResponseView& reply, std::size_t bytes, MonoTime now)
{
    for (const ColumnValue& found : names_walk_->feed(reply, bytes)) {
        std::uint32_t if_index = 0;
        if (!read_single_arc(found.index(), if_index)) continue;
        incoming_->feed(if_mib::cold_columns()[found.column()], if_index, found.value());
    }
    if (names_walk_->failure()) {
        const WalkFailure failure = *names_walk_->failure();
        return finish(now, "interface names: " + failure.text, failure.broken_protocol);
    }
    if (!names_walk_->finished()) return;
    outcome_.varbinds += names_walk_->varbinds();
    cold_repetitions_ = names_walk_->repetitions();
    names_walk_.reset();
    finish_names(now);
}

void DevicePoll::finish_names(MonoTime now)
{
    incoming_->finish();
    inventory_ = std::move(incoming_);
    if (inventory_->size() == 0) return finish(now, no_interfaces);
    TableDefinition table = inventory_->definition(device_);
    if (!definition_ || !(*definition_ == table))
        definition_ = std::make_shared<const TableDefinition>(std::move(table));
    names_read_at_ = now;
    names_suspect_ = false;
    enter(State::hot);
}

void DevicePoll::feed_hot(
    std::size_t part, const ResponseView& reply, std::size_t bytes, MonoTime now
)
{
    const HotRead::Step step = hot_.feed(part, reply, bytes, now);
    if (step.failure) {
        names_suspect_ = true;
        return finish(
            now, "interface counters: " + step.failure->text, step.failure->broken_protocol
        );
    }
    const bool restarted = note_uptime(step.uptime, now);
    if (restarted && reread_) return finish(now, "restarts faster than it can be read");
    // A row that is still unknown with fresh names is a quirk of the device: it is left out.
    if (restarted || (!step.all_known && !reread_)) return reread_names();
    if (hot_.finished() && !guard_is_open_) finish_hot(now);
}

void DevicePoll::finish_hot(MonoTime now)
{
    outcome_.interfaces_complete = hot_.rows_read() > 0;
    outcome_.definition = definition_;
    outcome_.varbinds += hot_.varbinds();
    outcome_.reading = hot_.take();
    finish(now, {});
}

void DevicePoll::reread_names()
{
    names_suspect_ = true;
    reread_ = true;
    enter(State::facts);
}

void DevicePoll::timed_out(std::size_t lane, MonoTime now)
{
    if (is_idle() || !in_flight_.at(lane)) return;
    in_flight_.at(lane) = false;
    const unsigned retries = known_down_ && !outcome_.answered ? 0 : device_.snmp->retries;
    if (failures_.at(lane)++ < retries) {
        if (lane > 0) hot_.shrink(lane - 1);
        if (lane == 0 && state_ == State::names) names_walk_->shrink();
        return;
    }
    if (outcome_.answered) return finish(now, "stopped answering SNMP in mid-table");
    finish(
        now,
        refused_ ? "nothing listens on the SNMP port (ICMP port unreachable): is its SNMP agent "
                   "switched on?"
                 : "no answer to SNMP: silent devices have a wrong community, an access list or "
                   "are down, the protocol does not say which"
    );
}

void DevicePoll::refused()
{
    refused_ = true;
}

void DevicePoll::finish(MonoTime now, std::string problem, bool anomaly)
{
    outcome_.duration = now - started_;
    outcome_.problem = std::move(problem);
    outcome_.anomaly = anomaly;
    outcome_ready_ = true;
    names_walk_.reset();
    incoming_.reset();
    enter(State::idle);
}

std::optional<PollOutcome> DevicePoll::take_outcome()
{
    if (!outcome_ready_) return std::nullopt;
    outcome_ready_ = false;
    return std::move(outcome_);
}

} // namespace hallmonitor::agent
