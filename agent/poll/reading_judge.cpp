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

// What is kept of a counter: a thousand devices have tens of thousands.
constexpr std::uint64_t unit = 4'096;

std::uint32_t in_units(std::uint64_t octets)
{
    return static_cast<std::uint32_t>(octets / unit);
}

struct Movement {
    std::uint64_t octets{0};
    bool went_back{false};
};

// `earlier` in units, without its upper digits.
Movement movement(std::uint32_t earlier, std::uint64_t now, bool wide, std::uint64_t most)
{
    const std::uint32_t later = in_units(now);
    if (!wide) {
        const auto counted = advance(
            {.earlier = earlier * unit, .later = later * unit, .same_epoch = true, .most = most}
        );
        // Where it may have wrapped, nobody can tell.
        const bool has_fallen = later < earlier && most > 0 && most >> 32 == 0;
        return {counted.amount.value_or(0), has_fallen && !counted.amount};
    }
    const auto moved = static_cast<std::int32_t>(later - earlier);
    if (moved < 0) return {0, true};
    const std::uint64_t octets = static_cast<std::uint32_t>(moved) * unit;
    // More than it stands at, and than the line carries: it fell by more than the digits kept.
    return {octets, octets > now && (most == 0 || octets > most)};
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
        const auto stopped = [&](Metric metric, std::uint32_t before) {
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
    const auto compare = [&](Metric metric, std::uint32_t& before) {
        const Cell now = cell_of(reading, rows, metric, row);
        const std::uint32_t earlier = std::exchange(before, now ? in_units(*now) : not_read);
        if (!now || earlier == not_read || began_anew) return;
        tally.is_compared = true;
        if (in_units(*now) == earlier) return;
        const bool wide = inventory.is_wide(row, metric);
        const auto oid = [&] { return if_mib::instance(metric, wide, inventory.if_index(row)); };
        const auto [octets, went_back] = movement(earlier, *now, wide, most);
        tally.moved.note(oid);
        tally.octets += octets;
        if (went_back) {
            tally.back.note(oid);
        } else if (is_line_[row] && most > 0 && octets / far_over > most) {
            tally.over.note(oid);
        }
    };
    compare(Metric::if_in_octets, before_[row].in);
    compare(Metric::if_out_octets, before_[row].out);
}

} // namespace hallmonitor::agent
