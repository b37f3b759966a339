#include "agent/poll/device_poll.hpp"

#include "agent/poll/problems.hpp"
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

} // namespace

DevicePoll::DevicePoll(DeviceConfig device, const std::shared_ptr<const Catalogue>& catalogue)
    : device_(std::move(device)),
      uptime_(device_.snmp->requests_at_once > 1 ? device_.snmp->timeout : 0ms), schedule_(device_),
      hot_(*device_.snmp)
{
    if (catalogue) details_ = std::make_unique<FactRead>(catalogue, device_.environment_interval);
}

void DevicePoll::start(MonoTime now, bool known_down)
{
    INVARIANT(can_start());
    cycle_is_open_ = true;
    cost_.begin(
        now, std::max<std::chrono::milliseconds>(limits::cycle_time, device_.poll_interval)
    );
    began_ = now;
    due_ = schedule_.due(now).value_or(DueRows{});
    known_down_ = known_down;
    reread_ = false;
    refused_ = false;
    silence_.clear();
    refusal_.clear();
    outcome_ = {};
    outcome_ready_ = false;
    if (names_are_due(now)) return enter(State::scalars);
    enter(State::hot);
    guard_is_open_ = !scalars_.finished();
}

bool DevicePoll::names_are_due(MonoTime now) const
{
    const bool is_doubtful = first_fault(cold_findings_) != nullptr;
    const auto period = is_doubtful ? doubtful_names_period : names_period;
    return !inventory_ || names_suspect_ || now - names_read_at_ >= period ||
           (details_ && !details_->is_reading() && details_->due(now) == FactDepth::all);
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
        hot_.begin(*inventory_, manner_, due_);
    } else {
        if (state == State::scalars) {
            scalars_.begin(ScalarRead::What::all);
            due_.clear();
        }
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
            cold_.begin(scalars_.if_number(), way_to_walk());
        Walk* const walk = walk_of(lane);
        Ask ask = lane > 0 ? hot_.ask(lane - 1) : walk != nullptr ? walk->ask() : scalars_.ask();
        ask.lane = lane;
        cost_.add_request();
        return ask;
    }
    return std::nullopt;
}

bool DevicePoll::feed(std::size_t lane, const ResponseView& reply, std::size_t bytes, MonoTime now)
{
    if (is_idle() || !in_flight_.at(lane)) return true; // of a request that was given up
    Walk* const walk = walk_of(lane);
    const bool is_answer = lane > 0          ? hot_.is_answer(lane - 1, reply)
                           : walk != nullptr ? walk->is_answer(reply)
                                             : scalars_.is_answer(reply);
    if (!is_answer) return false;
    if (walk != nullptr && walk->uses_bulk()) bulk_failures_ = 0;
    in_flight_.at(lane) = false;
    failures_.at(lane) = 0;
    refusal_.clear();
    outcome_.answered = true;
    cost_.add_reply(bytes);
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
    } else if (state_ == State::details) {
        feed_details(reply, bytes, now);
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
    if (state_ == State::scalars) {
        ++facts_read_;
        return start_names();
    }
    finish_guard(now);
}

void DevicePoll::finish_guard(MonoTime now)
{
    if (names_suspect_) return enter(State::scalars);
    guard_is_open_ = false;
    if (hot_.finished()) finish_hot(now);
}

bool DevicePoll::note_uptime(std::optional<DeviceTicks> uptime, MonoTime now)
{
    if (!uptime) return false;
    const bool restarted = uptime_.note(*uptime, now);
    if (restarted) judge_.forget();
    outcome_.uptime = uptime_.last();
    return restarted;
}

void DevicePoll::start_names()
{
    settle_identity();
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
    add_findings(cold_findings_, judge_inventory(*inventory_, scalars_.wild_texts()));
    judge_.begin(*inventory_);
    schedule_.begin(*inventory_, device_);
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
    add_findings(cold_findings_, judge_keys(*inventory_, table.rows));
    if (!definition_ || !(*definition_ == table))
        definition_ = std::make_shared<const TableDefinition>(std::move(table));
    return definition_;
}

// The walk was answered, and not with interfaces.
void DevicePoll::finish_empty(MonoTime now)
{
    for (const Finding& finding : cold_findings_)
        if (finding.what == Anomaly::steps_back)
            return finish(
                now, Finding{.what = Anomaly::not_increasing, .oid = finding.oid, .detail = {}}
            );
    outcome_.findings = cold_findings_;
    // Whether it is of any use shows when its profile has been read.
    if (details_ && !details_->has_understood() && start_details(now)) return;
    finish(now, details_ && details_->has_understood() ? "" : problems::no_interfaces);
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
    hot_.finish();
    const bool is_whole = due_.empty();
    if (is_whole && !reread_ && judge_.sees_counters_stop(*inventory_, hot_.reading()))
        return reread_names();
    outcome_.varbinds += hot_.varbinds();
    outcome_.findings = hot_.findings();
    note_rows();
    outcome_.interfaces_complete = hot_.rows_read() > 0;
    if (outcome_.interfaces_complete) {
        outcome_.definition = current_definition();
        outcome_.reading = hot_.take();
        outcome_.rows = due_;
        schedule_.note_read(due_, began_);
        if (is_whole) add_findings(outcome_.findings, judge_.judge(*inventory_, *outcome_.reading));
    }
    add_findings(outcome_.findings, cold_findings_);
    judge_uptime();
    finish(now, std::string{});
}

// Rows that are there no more: the names are read again in the next cycle.
void DevicePoll::note_rows()
{
    const std::size_t rows = hot_.rows_read();
    const std::size_t expected = due_.empty() ? rows_read_ : due_.size();
    if (rows < expected && !has(outcome_.findings, Anomaly::exception_in_table))
        names_suspect_ = true;
    if (due_.empty()) rows_read_ = rows;
}

void DevicePoll::judge_uptime()
{
    const auto finding = uptime_.finding(outcome_.uptime);
    if (!finding) return;
    outcome_.findings.push_back(*finding);
    outcome_.uptime.reset();
    if (outcome_.reading) forget_uptime(*outcome_.reading);
}

void DevicePoll::reread_names()
{
    names_suspect_ = true;
    reread_ = true;
    enter(State::scalars);
}

void DevicePoll::timed_out(std::size_t lane, MonoTime now)
{
    if (is_idle() || !in_flight_.at(lane)) return;
    in_flight_.at(lane) = false;
    Walk* const walk = walk_of(lane);
    if (!refusal_.empty()) return finish(now, refusal_);
    const unsigned retries = known_down_ && !outcome_.answered ? 0 : device_.snmp->retries;
    if (failures_.at(lane)++ < retries) {
        if (lane > 0) {
            hot_.shrink(lane - 1);
        } else if (walk != nullptr) {
            walk->shrink();
        }
        return check_limits(now);
    }
    if (!outcome_.answered)
        return finish(
            now,
            refused_           ? problems::nobody_listens
            : silence_.empty() ? problems::silent
                               : silence_
        );
    if (give_up_bulk(walk)) {
        failures_.at(lane) = 0;
        return check_limits(now);
    }
    if (state_ == State::details) {
        details_->reading().skip();
        if (details_->reading().finished()) finish_details(now);
        return;
    }
    finish(now, problems::stopped_at(place()));
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
    if (state_ == State::details) return &details_->reading().walk();
    return state_ == State::names ? &cold_.walk() : nullptr;
}

// The OID that the cycle has come to.
std::string DevicePoll::place()
{
    std::string oid;
    if (state_ == State::names && cold_.has_begun()) oid = cold_.walk().place();
    if (state_ == State::hot) oid = hot_.place();
    if (state_ == State::details) oid = details_->reading().walk().place();
    return oid.empty() ? uptime_oid() : oid;
}

void DevicePoll::check_limits(MonoTime now)
{
    if (is_idle() || !cost_.is_too_much(now)) return;
    const std::string at = place(); // costs a twentieth of a cycle if it is told at every reply
    const auto excess = cost_.excess(at);
    if (state_ == State::details) { // the counters are there already
        details_->reading().give_up();
        finish_details(now);
    } else if (excess) {
        finish(now, *excess);
    } else {
        finish(now, cost_.overrun(now, at));
    }
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
    outcome_.duration = cost_.duration(now);
    outcome_.problem = std::move(problem);
    outcome_ready_ = true;
    cycle_is_open_ = false;
    cold_.drop();
    enter(State::idle);
    if (!details_) return;
    const bool is_well = outcome_.answered && outcome_.problem.empty();
    if (is_well && start_details(now)) return;
    details_->drop();
    if (names_are_owed_) forget_names();
}

std::optional<PollOutcome> DevicePoll::take_outcome()
{
    if (!outcome_ready_) return std::nullopt;
    outcome_ready_ = false;
    return std::move(outcome_);
}

} // namespace hallmonitor::agent
