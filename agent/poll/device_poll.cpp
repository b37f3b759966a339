#include "agent/poll/device_poll.hpp"

#include "common/check.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

// Names change rarely and the guard sees it; this catches aliases and agents without a guard.
constexpr auto names_period = 15min;
// Names that came with anomalies may be wrong or too few.
constexpr auto doubtful_names_period = 5min;

bool has(const std::vector<Finding>& findings, Anomaly what)
{
    return std::any_of(findings.begin(), findings.end(), [what](const Finding& finding) {
        return finding.what == what;
    });
}

constexpr auto no_interfaces =
    "answers SNMP but shows no interfaces: its view is restricted (Debian's snmpd shows only the "
    "system group until 'view systemonly' in snmpd.conf is widened to .1.3.6.1.2.1)";
constexpr auto silent =
    "no answer to SNMP: silent devices have a wrong community, another version, an access list or "
    "are down, the protocol does not say which";
constexpr auto nobody_listens =
    "nothing listens on the SNMP port (ICMP port unreachable): is its SNMP agent switched on?";

} // namespace

DevicePoll::DevicePoll(DeviceConfig device)
    : device_(std::move(device)),
      uptime_(device_.snmp->requests_at_once > 1 ? device_.snmp->timeout : 0ms),
      cold_(device_.snmp->version), hot_(*device_.snmp)
{}

void DevicePoll::start(MonoTime now, bool known_down)
{
    INVARIANT(is_idle());
    started_ = now;
    known_down_ = known_down;
    reread_ = false;
    refused_ = false;
    requests_ = 0;
    bytes_ = 0;
    silence_.clear();
    refusal_.clear();
    outcome_ = {};
    outcome_ready_ = false;
    if (names_are_due(now)) return enter(State::facts);
    enter(State::hot);
    guard_is_open_ = true;
}

bool DevicePoll::names_are_due(MonoTime now) const
{
    const auto period = cold_findings_.empty() ? names_period : doubtful_names_period;
    return !inventory_ || names_suspect_ || now - names_read_at_ >= period;
}

// What is still in flight is given up.
void DevicePoll::enter(State state)
{
    state_ = state;
    in_flight_ = {};
    failures_ = {};
    guard_is_open_ = false;
    if (state == State::hot) {
        scalars_.begin(ScalarRead::What::guard);
        hot_.begin(*inventory_, manner_);
    } else {
        if (state == State::facts) scalars_.begin(ScalarRead::What::all);
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
        if (state_ == State::names && !cold_.has_begun())
            cold_.begin(scalars_.if_number(), manner_.has_uptime);
        Ask ask = lane > 0                 ? hot_.ask(lane - 1)
                  : state_ == State::names ? cold_.walk().ask()
                                           : scalars_.ask();
        ask.lane = lane;
        ++requests_;
        return ask;
    }
    return std::nullopt;
}

bool DevicePoll::feed(std::size_t lane, const ResponseView& reply, std::size_t bytes, MonoTime now)
{
    if (is_idle() || !in_flight_.at(lane)) return true; // of a request that was given up
    Walk* const walk = walk_of(lane);
    if (walk != nullptr ? !walk->is_answer(reply) : !scalars_.is_answer(reply)) return false;
    if (walk != nullptr && walk->uses_bulk()) bulk_failures_ = 0;
    in_flight_.at(lane) = false;
    failures_.at(lane) = 0;
    refusal_.clear();
    outcome_.answered = true;
    bytes_ += bytes;
    take(lane, reply, bytes, now);
    check_limits(now);
    return true;
}

void DevicePoll::take(std::size_t lane, const ResponseView& reply, std::size_t bytes, MonoTime now)
{
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
    if (const auto failure = scalars_.feed(reply)) return finish(now, *failure);
    if (!scalars_.finished()) return;
    outcome_.varbinds += scalars_.varbinds();
    manner_.has_uptime = scalars_.uptime().has_value();
    if (note_uptime(scalars_.uptime(), now) || scalars_.rows_may_have_moved())
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

bool DevicePoll::note_uptime(std::optional<DeviceTicks> uptime, MonoTime now)
{
    if (!uptime) return false;
    const bool restarted = uptime_.note(*uptime, now);
    outcome_.uptime = uptime_.last();
    return restarted;
}

void DevicePoll::start_names()
{
    manner_.no_bulk = false; // or it is learnt anew
    enter(State::names);
}

void DevicePoll::feed_names(const ResponseView& reply, std::size_t bytes, MonoTime now)
{
    if (const auto failure = cold_.feed(reply, bytes)) return finish(now, *failure);
    if (cold_.is_oversized())
        return finish(
            now,
            "has more than the " + std::to_string(limits::interfaces_per_device) +
                " interfaces that are read of one device: take those that do not matter out "
                "of its SNMP view of 1.3.6.1.2.1.2.2 and 1.3.6.1.2.1.31.1.1"
        );
    if (cold_.walk().finished()) finish_names(now);
}

void DevicePoll::finish_names(MonoTime now)
{
    outcome_.varbinds += cold_.walk().varbinds();
    cold_findings_ = cold_.findings();
    inventory_ = cold_.take();
    if (inventory_->size() == 0) return finish_empty(now);
    definition_is_due_ = true;
    names_read_at_ = now;
    names_suspect_ = false;
    enter(State::hot);
}

// Made when it is wanted, and not when the names are there: it is what takes most room.
std::shared_ptr<const TableDefinition> DevicePoll::current_definition()
{
    if (!std::exchange(definition_is_due_, false)) return definition_;
    TableDefinition table = inventory_->definition(device_);
    if (!definition_ || !(*definition_ == table))
        definition_ = std::make_shared<const TableDefinition>(std::move(table));
    return definition_;
}

void DevicePoll::forget_names()
{
    definition_.reset();
    if (inventory_) inventory_->forget_names();
}

// The walk was answered, and not with interfaces.
void DevicePoll::finish_empty(MonoTime now)
{
    for (const Finding& finding : cold_findings_)
        if (finding.what == Anomaly::steps_back)
            return finish(
                now, Finding{.what = Anomaly::not_increasing, .oid = finding.oid, .detail = {}}
            );
    finish(now, no_interfaces);
}

void DevicePoll::feed_hot(
    std::size_t part, const ResponseView& reply, std::size_t bytes, MonoTime now
)
{
    const HotRead::Step step = hot_.feed(part, reply, bytes, now);
    if (step.failure) {
        names_suspect_ = true;
        return finish(now, *step.failure);
    }
    const bool restarted = note_uptime(step.uptime, now);
    if (restarted && reread_) return finish(now, "restarts faster than it can be read");
    // A row that is still unknown with fresh names is a quirk of the device: it is left out.
    if (restarted || (!step.all_known && !reread_)) return reread_names();
    if (hot_.finished() && !guard_is_open_) finish_hot(now);
}

void DevicePoll::finish_hot(MonoTime now)
{
    const std::size_t rows = hot_.rows_read();
    outcome_.varbinds += hot_.varbinds();
    outcome_.findings = hot_.findings();
    // Rows that are there no more: the names are read again in the next cycle.
    if (rows < rows_read_ && !has(outcome_.findings, Anomaly::exception_in_table))
        names_suspect_ = true;
    rows_read_ = rows;
    outcome_.findings.insert(outcome_.findings.end(), cold_findings_.begin(), cold_findings_.end());
    outcome_.interfaces_complete = rows > 0;
    if (rows > 0) {
        outcome_.definition = current_definition();
        outcome_.reading = hot_.take();
    }
    judge_uptime();
    finish(now, std::string{});
}

void DevicePoll::judge_uptime()
{
    if (!outcome_.uptime) {
        outcome_.findings.push_back(
            {.what = Anomaly::uptime_missing, .oid = uptime_oid(), .detail = {}}
        );
    } else if (uptime_.is_frozen()) {
        outcome_.findings.push_back(
            {.what = Anomaly::uptime_frozen,
             .oid = uptime_oid(),
             .detail = std::to_string(outcome_.uptime->centiseconds)}
        );
        outcome_.uptime.reset();
        if (outcome_.reading) forget_uptime(*outcome_.reading);
    }
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
    Walk* const walk = walk_of(lane);
    if (!refusal_.empty()) return finish(now, refusal_);
    const unsigned retries = known_down_ && !outcome_.answered ? 0 : device_.snmp->retries;
    if (failures_.at(lane)++ < retries) {
        if (walk != nullptr) walk->shrink();
        return check_limits(now);
    }
    if (!outcome_.answered)
        return finish(now, refused_ ? nobody_listens : silence_.empty() ? silent : silence_);
    if (give_up_bulk(walk)) {
        failures_.at(lane) = 0;
        return check_limits(now);
    }
    finish(
        now,
        "stopped answering SNMP at " + place() +
            ": raise timeout_milliseconds and retries if it is slow; look at the network if large "
            "replies are lost on the way"
    );
}

// True when the walk goes on by GETNEXT, which every agent knows.
bool DevicePoll::give_up_bulk(Walk* walk)
{
    if (walk == nullptr || !walk->uses_bulk()) return false;
    if (bulk_failures_++ < bulk_failures_allowed) return false;
    walk->give_up_bulk();
    manner_.no_bulk = true;
    return true;
}

// The walk that a lane's request belongs to, if any.
Walk* DevicePoll::walk_of(std::size_t lane)
{
    if (lane > 0) return hot_.walk(lane - 1);
    return state_ == State::names ? &cold_.walk() : nullptr;
}

// The OID that the cycle has come to.
std::string DevicePoll::place() const
{
    std::string oid;
    if (state_ == State::names && cold_.has_begun()) oid = cold_.walk().place();
    if (state_ == State::hot) oid = hot_.place();
    return oid.empty() ? uptime_oid() : oid;
}

void DevicePoll::check_limits(MonoTime now)
{
    if (is_idle()) return;
    if (requests_ >= limits::requests_per_cycle || bytes_ > limits::reply_bytes_per_cycle)
        return finish(
            now,
            Finding{
                .what = Anomaly::endless_table,
                .oid = place(),
                .detail = std::to_string(requests_) + " requests and " + std::to_string(bytes_) +
                          " octets in one cycle"}
        );
    const auto most =
        std::max<std::chrono::milliseconds>(limits::cycle_time, device_.poll_interval);
    if (now - started_ > most)
        finish(
            now,
            "takes longer than a cycle may, " +
                std::to_string(std::chrono::duration_cast<std::chrono::seconds>(most).count()) +
                " s, and has come to " + place() +
                ": it is slow or its table is large; raise poll_interval_seconds or "
                "requests_at_once, or narrow its SNMP view"
        );
}

void DevicePoll::refused()
{
    refused_ = true;
}

void DevicePoll::finish(MonoTime now, Finding failure)
{
    outcome_.anomaly = true;
    outcome_.broken_protocol = breaks_protocol(failure.what);
    outcome_.findings = {std::move(failure)};
    finish(now, sentence(outcome_.findings.front()));
}

void DevicePoll::finish(MonoTime now, std::string problem)
{
    outcome_.duration = now - started_;
    outcome_.problem = std::move(problem);
    outcome_ready_ = true;
    cold_.drop();
    enter(State::idle);
}

std::optional<PollOutcome> DevicePoll::take_outcome()
{
    if (!outcome_ready_) return std::nullopt;
    outcome_ready_ = false;
    return std::move(outcome_);
}

} // namespace hallmonitor::agent
