#include "collector/health/table_state.hpp"

#include "collector/health/row_account.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <unordered_set>

namespace hallmonitor::collector {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr auto furthest_ahead = 1h; // of the collector's clock
constexpr std::size_t departed_rows_kept = 64;

std::size_t lane_number(wire::Lane lane)
{
    return lane == wire::Lane::live ? 0 : 1;
}

bool is_watched(TableKind kind, const Row& row)
{
    return kind == TableKind::device || row.attributes.contains(Attribute::watched);
}

// When the reading was taken, by the collector's clock: an agent's clock may be off, but how long
// before sealing it took the reading it knows, and sealed batches of the live lane come at once.
WallTime seen_time(const StepOrigin& origin, const PlacedReading& reading)
{
    if (!origin.received) return reading.wall;
    const Stamp sealed{
        .boot = origin.boot, .mono = origin.sealed_at.mono, .wall = origin.sealed_at.wall};
    const auto age = is_sane(sealed) ? time_between(stamp_of(reading), sealed) : 0us;
    return *origin.received - std::chrono::duration_cast<milliseconds>(age);
}

bool fits(const Step& step)
{
    const std::size_t cells = step.table->rows.size() * step.table->columns.size();
    return step.later && step.later->reading.cells.size() == cells &&
           (!step.earlier || step.earlier->reading.cells.size() == cells);
}

// Whether evidence and sums of the step can be dated.
bool is_placed(const StepOrigin& origin, const Step& step)
{
    if (origin.received && step.later->wall > *origin.received + furthest_ahead) return false;
    return is_datable(
        step.earlier ? start_of_step(stamp_of(*step.earlier), stamp_of(*step.later))
                     : step.later->wall
    );
}

} // namespace

bool TableState::knows(const TableDefinition* definition) const
{
    return std::any_of(layouts_.begin(), layouts_.end(), [&](const Layout& layout) {
        return layout.definition.get() == definition;
    });
}

TableState::Layout& TableState::layout_for(
    wire::Lane lane, const std::shared_ptr<const TableDefinition>& table, LedgerAdditions& additions
)
{
    Layout& layout = layouts_.at(lane_number(lane));
    if (layout.definition == table) return layout;
    layout.definition = table;
    layout.columns = Columns{*table};
    layout.newest.reset();
    layout.rows.clear();
    std::unordered_set<const RowEntry*> told;
    for (const Row& row : table->rows) {
        const auto [place, is_new] = rows_.try_emplace(row.key);
        if (is_new && is_watched(key_.kind, row))
            place->second.timeline = std::make_shared<Timeline>();
        // Two rows under one key would account for each other: only the first one counts.
        layout.rows.push_back(told.insert(&*place).second ? &*place : nullptr);
    }
    // History must not bring old names back, but is better than none.
    if (lane == wire::Lane::live || is_history_only_) adopt(table);
    is_history_only_ = is_history_only_ && lane == wire::Lane::history;
    if (rows_.size() > 2 * table->rows.size() + departed_rows_kept) forget_departed(additions);
    return layout;
}

void TableState::adopt(const std::shared_ptr<const TableDefinition>& table)
{
    definition_ = table;
    interval_ = table->interval;
    for (const Row& row : table->rows) {
        RowState& state = rows_.at(row.key);
        if (!is_watched(key_.kind, row)) {
            state.timeline.reset();
        } else if (!state.timeline) {
            state.timeline = std::make_shared<Timeline>();
            for (const auto& run : state.open_runs)
                if (run) state.timeline->add(*run);
        }
    }
}

void TableState::forget_departed(LedgerAdditions& additions)
{
    take_rollups(additions.rollups);
    for (auto entry = rows_.begin(); entry != rows_.end();) {
        const bool is_in_use =
            std::any_of(layouts_.begin(), layouts_.end(), [&](const Layout& layout) {
                return std::find(layout.rows.begin(), layout.rows.end(), &*entry) !=
                       layout.rows.end();
            });
        if (is_in_use) {
            ++entry;
            continue;
        }
        for (const auto& run : entry->second.open_runs)
            if (run) additions.intervals.push_back({key_, entry->first, *run});
        entry = rows_.erase(entry);
    }
}

void TableState::apply(
    const StepOrigin& origin, const Step& step, LedgerAdditions& additions, Ledger::Counts& counts
)
{
    counts.samples += step.later ? step.later->reading.cells.size() : 0;
    const bool is_usable = fits(step) && is_sane(stamp_of(*step.later)) &&
                           (!step.earlier || is_sane(stamp_of(*step.earlier)));
    if (!is_usable) {
        ++counts.misplaced;
        return;
    }
    Layout& layout = layout_for(origin.lane, step.table, additions);
    const Passage passage{
        .lane = origin.lane,
        .step = step,
        .layout = layout,
        .hold = evidence_hold(step.table->interval),
        .is_placed = is_placed(origin, step),
        .follows_directly = step.earlier && step.earlier == layout.newest,
    };
    if (!passage.is_placed) ++counts.misplaced;
    if (key_.kind == TableKind::interface) {
        note_uptime(origin.lane, step);
        for (std::size_t r = 0; r < step.table->rows.size(); ++r)
            if (layout.rows[r] != nullptr) apply_interface(passage, r, additions, counts);
    }
    if (key_.kind == TableKind::device) apply_device(passage, additions);
    layout.newest = step.later;
    if (origin.lane != wire::Lane::live) return;
    agent_ = origin.agent;
    read_at_ = step.later->wall;
    seen_at_ = seen_time(origin, *step.later);
    if (key_.kind != TableKind::interface) keep_values(step);
}

void TableState::keep_values(const Step& step)
{
    values_.clear();
    const auto& columns = step.table->columns;
    const std::size_t rows = step.table->rows.size();
    if (rows == 0) return;
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (const Cell cell = step.later->reading.cells[c * rows]) values_[columns[c]] = *cell;
}

void TableState::note_uptime(wire::Lane lane, const Step& step)
{
    const Stamp later = stamp_of(*step.later);
    if (!later.uptime) return;
    const milliseconds up = elapsed(DeviceTicks{0}, *later.uptime);
    if (step.earlier && has_restarted(stamp_of(*step.earlier), later)) restart_ = later.wall - up;
    if (lane != wire::Lane::live) return;

    // Over a cut the step that restarted or wrapped may lie in history: compare with what live saw.
    const Uptime change = last_uptime_ ? uptime_between(*last_uptime_, later) : Uptime::restarted;
    if (change == Uptime::wrapped) ++wraps_;
    if (change == Uptime::restarted) wraps_ = 0;
    constexpr milliseconds wrap = elapsed(DeviceTicks{0}, DeviceTicks{0xffff'ffff}) + 10ms;
    const WallTime booted = later.wall - up - wrap * static_cast<std::int64_t>(wraps_);
    // The same boot is told a little differently by each reading: only a real move is shown.
    constexpr milliseconds jitter = 10s;
    if (!booted_at_ || std::chrono::abs(booted - *booted_at_) > jitter) booted_at_ = booted;
    last_uptime_ = later;
}

void TableState::apply_interface(
    const Passage& passage,
    std::size_t row_number,
    LedgerAdditions& additions,
    Ledger::Counts& counts
)
{
    const Step& step = passage.step;
    const std::size_t rows = step.table->rows.size();
    RowEntry& entry = *passage.layout.rows[row_number];
    RowState& row = entry.second;
    const std::uint64_t wide = step.table->rows[row_number].wide_columns;
    const RowCells cells{step.later->reading, passage.layout.columns, rows, row_number};
    const RowReading later = read_row(*step.later, cells, wide);
    const Observation seen = observe_interface(cells, later.stamp.wall);
    WallTime since = seen.at;
    std::optional<RowReading> earlier;
    if (step.earlier) {
        const RowCells before{step.earlier->reading, passage.layout.columns, rows, row_number};
        const bool is_known =
            passage.follows_directly && row.has_newest && passage.lane == wire::Lane::live;
        earlier = is_known ? *row.last : read_row(*step.earlier, before, wide);
        const WallTime start = start_of_step(earlier->stamp, later.stamp);
        const Observation was = observe_interface(before, start);
        std::optional<WallTime> changed_at;
        const Cell last_change = cells[Metric::if_last_change];
        if (was.state != seen.state && last_change && later.stamp.uptime)
            changed_at = moment_of(
                DeviceTicks{static_cast<std::uint32_t>(*last_change)}, *later.stamp.uptime, seen.at
            );
        const Pieces pieces = pieces_between(was, seen, passage.hold, changed_at);
        if (was.state != seen.state) since = pieces.after.from;
        if (passage.is_placed) add_pieces(entry, passage.lane, pieces, additions);
    }
    const RowCount counted = count_row(row, earlier, later, passage.hold, passage.lane);
    if (passage.is_placed && earlier)
        row.hours.add(
            counted.step.amounts, start_of_step(earlier->stamp, later.stamp), later.stamp.wall
        );
    counts.counter_resets += counted.step.resets;
    counts.counter_ambiguous += counted.step.ambiguous;
    counts.implausible += counted.implausible;
    if (passage.lane != wire::Lane::live) return;
    row.admin = admin_status(cells);
    row.oper = oper_status(cells);
    show(row, seen, since);
}

void TableState::apply_device(const Passage& passage, LedgerAdditions& additions)
{
    const Step& step = passage.step;
    if (step.table->rows.size() != 1) return;
    RowEntry& entry = *passage.layout.rows[0];
    const RowCells cells{step.later->reading, passage.layout.columns, 1, 0};
    const Observation seen = observe_device(cells, step.later->wall);
    constexpr auto longest = std::chrono::duration_cast<milliseconds>(std::chrono::hours{24 * 400});
    const auto age = std::min(
        cells[Metric::device_state_age].value_or(0), static_cast<std::uint64_t>(longest.count())
    );
    WallTime since = seen.at - milliseconds{static_cast<std::int64_t>(age)};
    Pieces pieces;
    if (step.earlier) {
        const RowCells before{step.earlier->reading, passage.layout.columns, 1, 0};
        const WallTime start = start_of_step(stamp_of(*step.earlier), stamp_of(*step.later));
        const Observation was = observe_device(before, start);
        if (was.state != seen.state) since = std::max(since, start);
        pieces = pieces_between(was, seen, passage.hold, since);
    } else if (seen.state == State::down) {
        pieces.after = {std::max(since, seen.at - passage.hold), seen.at, State::down};
    }
    if (passage.is_placed) add_pieces(entry, passage.lane, pieces, additions);
    if (passage.lane == wire::Lane::live) show(entry.second, seen, since);
}

void TableState::add_pieces(
    RowEntry& entry, wire::Lane lane, const Pieces& pieces, LedgerAdditions& additions
)
{
    auto& [component, row] = entry;
    for (const Interval& piece : {pieces.before, pieces.after}) {
        if (piece.to <= piece.from || piece.state == State::unknown) continue;
        if (row.timeline) {
            if (std::exchange(row.is_timeline_shared, false))
                row.timeline = std::make_shared<Timeline>(*row.timeline);
            row.timeline->add(piece);
        }
        auto& run = row.open_runs.at(lane_number(lane));
        if (run && run->state == piece.state && run->to == piece.from) {
            run->to = piece.to;
            continue;
        }
        if (run) additions.intervals.push_back({key_, component, *run, row.timeline != nullptr});
        run = piece;
    }
}

void TableState::restore(const std::string& component, const Interval& interval)
{
    const auto row = rows_.find(component);
    if (row != rows_.end() && row->second.timeline) row->second.timeline->add(interval);
}

void TableState::take_rollups(std::vector<RollupRecord>& into)
{
    for (auto& [component, row] : rows_)
        for (const HourSum& sum : row.hours.take())
            into.push_back({key_, component, sum.hour, sum.amounts});
}

void TableState::share_timelines()
{
    for (auto& [component, row] : rows_)
        row.is_timeline_shared = row.timeline != nullptr;
}

bool TableState::is_over(WallTime limit) const
{
    if (read_at_ >= limit || seen_at_ >= limit) return false;
    return std::none_of(rows_.begin(), rows_.end(), [&](const auto& entry) {
        const auto& runs = entry.second.open_runs;
        return std::any_of(runs.begin(), runs.end(), [&](const auto& run) {
            return run && run->to >= limit;
        });
    });
}

void TableState::trim(WallTime limit)
{
    for (auto& [component, row] : rows_) {
        if (!row.timeline || row.timeline->begin().value_or(limit) >= limit) continue;
        row.timeline = std::make_shared<Timeline>(*row.timeline);
        row.timeline->trim(limit);
        row.is_timeline_shared = false;
    }
}

} // namespace hallmonitor::collector
