#include "agent/poll/reading_judge.hpp"

#include "common/model/counter.hpp"
#include "common/model/status.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t ethernet = 6; // ifType of ports whose speed is that of a line
constexpr auto last_oper_status = static_cast<std::uint64_t>(OperStatus::lower_layer_down);
constexpr auto last_admin_status = static_cast<std::uint64_t>(AdminStatus::testing);

// Agents renew counters in steps, and nominal speeds are coarse: only what is far over the line
// rate is no counting.
constexpr auto refresh_slack = 30s;
constexpr std::uint64_t far_over = 2;

// Where less than this moves from one reading to the next, all may stand still for a while.
constexpr std::uint64_t busy_octets = 100'000;
// Agents that renew their counters in steps do so as seldom as this; what stands still for longer
// is idle.
constexpr auto longest_refresh = 60s;
// Readings without a stall after which counters are renewed as they should.
constexpr unsigned long_ago = 10;

Cell cell_of(const TableReading& reading, std::size_t rows, Metric metric, std::size_t row)
{
    return reading.cells[interface_column(metric) * rows + row];
}

bool is_known_state(const Cell& state, std::uint64_t last)
{
    return !state || (*state >= 1 && *state <= last);
}

// Octets that a port can count in that time, generously; 0 when its speed is not known.
std::uint64_t most_octets(const Cell& speed, std::chrono::microseconds time)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time + refresh_slack).count();
    return speed.value_or(0) / 8 * static_cast<std::uint64_t>(seconds);
}

// A 64-bit counter that falls from its upper half has wrapped, as has a 32-bit one that may have.
bool went_back(const CounterStep& step)
{
    if (step.later >= step.earlier) return false;
    if (step.wide) return step.earlier >> 63 == 0;
    return step.most > 0 && step.most >> 32 == 0 && !advance(step).amount;
}

bool is_far_over(const CounterStep& step)
{
    const auto counted = advance(step);
    return step.wide && step.most > 0 && counted.amount && *counted.amount / far_over > step.most;
}

} // namespace

std::vector<Finding> judge_inventory(const InterfaceInventory& inventory, const Oddity& facts)
{
    Oddity frozen;
    for (const Interface& row : inventory.rows())
        if (row.is_frozen)
            frozen.note([&] {
                return if_mib::instance(Metric::if_in_octets, true, row.names.if_index);
            });
    Oddity texts = facts.count > 0 ? facts : inventory.wild_texts();
    texts.count = facts.count + inventory.wild_texts().count;

    std::vector<Finding> findings;
    add_finding(findings, Anomaly::counters_frozen, frozen, "interface");
    add_finding(findings, Anomaly::wrong_type, inventory.mistyped(), "value");
    add_finding(findings, Anomaly::wild_text, texts, "text");
    return findings;
}

std::vector<Finding> judge_keys(const InterfaceInventory& inventory, const std::vector<Row>& rows)
{
    Oddity nameless;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const InterfaceNames& names = inventory.rows()[r].names;
        if (rows[r].key != names.name && rows[r].key != names.descr)
            nameless.note([&] { return if_mib::name_instance(names.if_index); });
    }
    std::vector<Finding> findings;
    add_finding(findings, Anomaly::names_ambiguous, nameless, "interface");
    return findings;
}

void RefreshWatch::note(const Oddity& moved, std::uint64_t octets, MonoTime now)
{
    if (++since_stall_ > long_ago) stalls_ = 0;
    if (moved.count == 0) {
        is_still_ = true;
        return;
    }
    const bool is_busy = octets >= busy_octets;
    if (is_still_ && is_busy && was_busy_ && now - moved_at_ < longest_refresh) {
        ++stalls_;
        since_stall_ = 0;
        renewed_ = moved;
    }
    moved_at_ = now;
    is_still_ = false;
    was_busy_ = is_busy;
}

// Rows of one reading in which something is odd, or not.
struct ReadingJudge::Tally {
    Oddity back;
    Oddity over;
    Oddity states;
    Oddity moved;
    std::uint64_t octets{0};
    bool is_compared{false};
};

void ReadingJudge::begin(const InterfaceInventory& inventory)
{
    forget();
    is_line_.clear();
    for (const Interface& row : inventory.rows())
        is_line_.push_back(row.type == ethernet);
}

bool ReadingJudge::sees_counters_stop(
    const InterfaceInventory& inventory, const TableReading& reading
) const
{
    const std::size_t rows = before_.size();
    for (std::size_t r = 0; r < rows; ++r) {
        const auto stopped = [&](Metric metric, std::uint64_t before) {
            return before != not_read && before > 0 && inventory.is_wide(r, metric) &&
                   cell_of(reading, rows, metric, r) == 0;
        };
        if (stopped(Metric::if_in_octets, before_[r].in) ||
            stopped(Metric::if_out_octets, before_[r].out))
            return true;
    }
    return false;
}

std::vector<Finding> ReadingJudge::judge(
    const InterfaceInventory& inventory, const TableReading& reading
)
{
    const std::size_t rows = inventory.size();
    before_.resize(rows);
    Tally tally;
    for (std::size_t r = 0; r < rows; ++r) {
        const auto is_odd = [&](Metric metric, std::uint64_t last) {
            if (is_known_state(cell_of(reading, rows, metric, r), last)) return false;
            tally.states.note([&] { return if_mib::instance(metric, false, inventory.if_index(r)); }
            );
            return true;
        };
        if (!is_odd(Metric::if_oper_status, last_oper_status))
            is_odd(Metric::if_admin_status, last_admin_status);
        compare_row(inventory, reading, r, tally);
    }
    if (tally.is_compared) refresh_.note(tally.moved, tally.octets, reading.taken_at);
    uptime_ = reading.uptime;
    at_ = reading.taken_at;

    std::vector<Finding> findings;
    add_finding(findings, Anomaly::counters_back, tally.back, "counter");
    add_finding(findings, Anomaly::counters_too_fast, tally.over, "counter");
    add_finding(findings, Anomaly::counters_cached, refresh_.renewed(), "counter");
    add_finding(findings, Anomaly::unknown_state, tally.states, "interface");
    return findings;
}

void ReadingJudge::compare_row(
    const InterfaceInventory& inventory, const TableReading& reading, std::size_t row, Tally& tally
)
{
    const std::size_t rows = before_.size();
    // A counter may begin anew when it says so.
    const Cell discontinuity = cell_of(reading, rows, Metric::if_discontinuity, row);
    const bool began_anew = discontinuity && uptime_ && *discontinuity > uptime_->centiseconds;
    const std::uint64_t most =
        most_octets(cell_of(reading, rows, Metric::if_speed, row), reading.taken_at - at_);
    const auto compare = [&](Metric metric, std::uint64_t& before) {
        const Cell now = cell_of(reading, rows, metric, row);
        const std::uint64_t earlier = std::exchange(before, now.value_or(not_read));
        if (!now || earlier == not_read || began_anew) return;
        tally.is_compared = true;
        if (*now == earlier) return;
        const bool wide = inventory.is_wide(row, metric);
        const auto oid = [&] { return if_mib::instance(metric, wide, inventory.if_index(row)); };
        const CounterStep step{
            .earlier = earlier, .later = *now, .wide = wide, .same_epoch = true, .most = most};
        tally.moved.note(oid);
        tally.octets += advance(step).amount.value_or(0);
        if (went_back(step)) tally.back.note(oid);
        if (is_line_[row] && is_far_over(step)) tally.over.note(oid);
    };
    compare(Metric::if_in_octets, before_[row].in);
    compare(Metric::if_out_octets, before_[row].out);
}

} // namespace hallmonitor::agent
