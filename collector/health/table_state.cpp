#include "collector/health/table_state.hpp"

#include "collector/health/row_account.hpp"
#include "collector/health/step_code.hpp"
#include "common/limits.hpp"

#include <algorithm>

namespace hallmonitor::collector {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

std::size_t lane_number(wire::Lane lane)
{
    return lane == wire::Lane::live ? 0 : 1;
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
    // History must not bring old names back, but is better than none.
    if (lane == wire::Lane::live || is_history_only_) {
        if (!rows_.has(*table)) take_rollups(additions.rollups); // while rows have their places
        if (rows_.adopt(table)) {
            layouts_ = {};
            is_definition_written_ = false;
        }
    }
    is_history_only_ = is_history_only_ && lane == wire::Lane::history;
    layout.definition = table;
    layout.places = rows_.places_of(*table);
    layout.columns = Columns{*table};
    layout.wide.clear();
    layout.holds.clear();
    bool has_own = false;
    for (const Row& row : table->rows) {
        layout.wide.push_back(layout.columns.wide_slots(row.wide_columns));
        layout.holds.push_back(evidence_hold(interval_of(*table, row)));
        has_own = has_own || row.attributes.contains(Attribute::interval);
    }
    if (!has_own) layout.holds = {};
    constexpr std::size_t departed_rows_kept = 64;
    if (rows_.size() > 2 * table->rows.size() + departed_rows_kept) forget_departed(additions);
    return layout;
}

// Those of the newest definitions of both lanes stay.
void TableState::forget_departed(LedgerAdditions& additions)
{
    take_rollups(additions.rollups);
    std::vector<bool> is_in_use(rows_.size(), false);
    for (const Layout& layout : layouts_)
        for (const std::uint32_t place : layout.places)
            if (place != TableRows::no_place) is_in_use[place] = true;
    for (std::size_t place = rows_.present(); place < rows_.size(); ++place) {
        if (is_in_use[place]) continue;
        for (const Interval& run : rows_.books(place).open_runs)
            if (!is_empty(run))
                additions.intervals.push_back({key_, rows_.books(place).component, run});
    }
    rows_.forget(is_in_use);
    for (Layout& layout : layouts_)
        if (layout.definition) layout.places = rows_.places_of(*layout.definition);
}

bool TableState::apply(
    const StepOrigin& origin, const Step& step, LedgerAdditions& additions, Ledger::Counts& counts
)
{
    counts.samples += step.later ? step.later->reading.cells.size() : 0;
    if (!is_usable(step)) {
        ++counts.misplaced;
        return false;
    }
    const bool is_known = layouts_.at(lane_number(origin.lane)).definition == step.table;
    rows_.begin_change();
    const Layout& layout = layout_for(origin.lane, step.table, additions);
    const bool is_live = origin.lane == wire::Lane::live;
    const Passage passage{
        .lane = origin.lane,
        .step = step,
        .layout = layout,
        .hold = evidence_hold(step.table->interval) + step.later->reading.covered,
        .is_placed = is_placed(origin, step),
        .follows_directly = is_live && step.earlier && step.earlier == rows_.reading(),
        .continuity = continuity_of(step, layout.columns, layout.wide),
    };
    if (!passage.is_placed) ++counts.misplaced;
    if (key_.kind == TableKind::interface) {
        note_uptime(origin.lane, step);
        for (std::size_t r = 0; r < step.table->rows.size(); ++r)
            if (layout.places[r] != TableRows::no_place)
                apply_interface(passage, r, additions, counts);
    }
    if (key_.kind == TableKind::device) apply_device(passage, additions);
    if (!is_live) return false;
    const bool goes_on = passage.follows_directly && is_known && agent_ == origin.agent;
    agent_ = origin.agent;
    ended_at_.reset();
    read_at_ = step.later->wall;
    seen_at_ = seen_time(origin, *step.later);
    rows_.set_reading(step.later);
    return goes_on && is_plain(*step.earlier, *step.later);
}

std::chrono::milliseconds TableState::interval() const
{
    return rows_.definition() ? rows_.definition()->interval : milliseconds{0};
}

Cell TableState::value(Metric metric) const
{
    if (!rows_.reading()) return std::nullopt;
    const std::vector<Metric>& columns = rows_.definition()->columns;
    const auto column = std::find(columns.begin(), columns.end(), metric);
    if (column == columns.end() || rows_.present() == 0) return std::nullopt;
    const auto place = static_cast<std::size_t>(column - columns.begin());
    return rows_.reading()->reading.cells[place * rows_.definition()->rows.size()];
}

std::map<Metric, std::uint64_t> TableState::values() const
{
    std::map<Metric, std::uint64_t> values;
    if (!rows_.definition()) return values;
    for (const Metric metric : rows_.definition()->columns)
        if (const Cell cell = value(metric)) values[metric] = *cell;
    return values;
}

void TableState::note_uptime(wire::Lane lane, const Step& step)
{
    const Stamp later = stamp_of(*step.later);
    if (!later.uptime) return;
    const milliseconds up = elapsed(DeviceTicks{0}, *later.uptime);
    if (step.earlier && has_restarted(stamp_of(*step.earlier), later))
        restart_ = Restart{.at = later.wall - up};
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
    const std::size_t place = passage.layout.places[row_number];
    const std::uint32_t wide = passage.layout.wide[row_number];
    const RowCells cells{step.later->reading, passage.layout.columns, rows, row_number};
    const RowReading later = read_row(*step.later, cells, wide);
    const Observation seen = observe_interface(cells, later.stamp.wall);
    WallTime since = seen.at;
    std::optional<RowReading> earlier;
    bool stands = false;
    if (step.earlier) {
        const RowCells before{step.earlier->reading, passage.layout.columns, rows, row_number};
        earlier = read_row(*step.earlier, before, wide);
        stands = is_same_moment(earlier->stamp, later.stamp);
    }
    if (earlier && !stands) {
        const RowCells before{step.earlier->reading, passage.layout.columns, rows, row_number};
        WallTime start = start_of_step(earlier->stamp, later.stamp);
        if (!passage.layout.holds.empty())
            start = rows_.continued(place, lane_number(passage.lane), start);
        const Observation was = observe_interface(before, start);
        std::optional<WallTime> changed_at;
        const Cell last_change = cells[Metric::if_last_change];
        if (was.state != seen.state && last_change && later.stamp.uptime)
            changed_at = moment_of(
                DeviceTicks{static_cast<std::uint32_t>(*last_change)}, *later.stamp.uptime, seen.at
            );
        const Pieces pieces = pieces_between(was, seen, hold_of(passage, row_number), changed_at);
        if (was.state != seen.state) since = pieces.after.from;
        if (passage.is_placed) add_pieces(place, passage.lane, pieces, additions);
    }
    if (passage.lane == wire::Lane::live) {
        InterfaceView& row = rows_.view(place);
        const bool is_new = row.evidence_at == WallTime{};
        row.evidence_at = seen.at;
        if (is_new || !stands) {
            row.admin = admin_status(cells);
            row.oper = oper_status(cells);
            show(row, seen, since);
        }
    }
    count_interface(passage, row_number, earlier, later, counts);
}

void TableState::count_interface(
    const Passage& passage,
    std::size_t row_number,
    const std::optional<RowReading>& earlier,
    const RowReading& later,
    Ledger::Counts& counts
)
{
    const std::size_t place = passage.layout.places[row_number];
    const auto hold = hold_of(passage, row_number);
    const bool stands = earlier && is_same_moment(earlier->stamp, later.stamp);
    const bool is_step = earlier && !stands;
    RowStep step;
    if (is_step) step = count(*earlier, later, hold, passage.continuity);
    if (step.went_on && restart_) restart_->is_whole = false;
    if (passage.is_placed && is_step)
        hours_.add(
            place, step.amounts, start_of_step(earlier->stamp, later.stamp), later.stamp.wall
        );
    counts.counter_resets += step.resets;
    counts.counter_ambiguous += step.ambiguous;
    if (passage.lane != wire::Lane::live) return;
    InterfaceView& row = rows_.view(place);
    if (!passage.follows_directly || !row.has_counters) {
        const auto last = rows_.last(place);
        const bool is_start = earlier && row.has_counters && last && last->stamp == earlier->stamp;
        if (last && !is_start) bridge(row, *last, earlier, later, hold);
    }
    if (later.has_counters()) {
        rows_.books(place).last.reset();
    } else {
        rows_.keep_last(place);
    }
    if (stands && row.has_counters) return;
    counts.implausible += count_live(row, is_step ? earlier : std::nullopt, later, step, hold);
}

void TableState::apply_device(const Passage& passage, LedgerAdditions& additions)
{
    const Step& step = passage.step;
    if (step.table->rows.size() != 1) return;
    const std::size_t place = passage.layout.places[0];
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
    if (passage.is_placed) add_pieces(place, passage.lane, pieces, additions);
    if (passage.lane == wire::Lane::live) show(rows_.view(place), seen, since);
}

void TableState::add_pieces(
    std::size_t place, wire::Lane lane, const Pieces& pieces, LedgerAdditions& additions
)
{
    const bool is_watched = rows_.view(place).watched();
    for (const Interval& piece : {pieces.before, pieces.after}) {
        if (is_empty(piece) || piece.state == State::unknown) continue;
        if (is_watched) rows_.timeline(place).add(piece);
        RowBooks& books = rows_.books(place);
        Interval& run = books.open_runs.at(lane_number(lane));
        // A clock that was set back a little tells of the same life once more.
        const bool goes_on = run.from <= piece.from && piece.from <= run.to;
        if (!is_empty(run) && run.state == piece.state && goes_on) {
            run.to = std::max(run.to, piece.to);
            continue;
        }
        if (!is_empty(run)) additions.intervals.push_back({key_, books.component, run, is_watched});
        run = piece;
    }
}

void TableState::restore(const std::string& component, const Interval& interval)
{
    for (std::size_t place = 0; place < rows_.size(); ++place)
        if (rows_.books(place).component == component && rows_.view(place).watched())
            rows_.timeline(place).add(interval);
}

void TableState::take_rollups(std::vector<RollupRecord>& into)
{
    std::vector<ComponentSums> components;
    for (const HourSums::Hour& hour : hours_.take()) {
        components.clear();
        for (std::size_t place = 0; place < hour.rows.size(); ++place)
            if (hour.rows[place] != CounterSums{})
                components.push_back({rows_.books(place).component, hour.rows[place]});
        into.push_back({key_, hour.begin, pack_sums(components)});
    }
}

bool TableState::is_over(WallTime limit) const
{
    if (read_at_ >= limit || seen_at_ >= limit) return false;
    for (std::size_t place = 0; place < rows_.size(); ++place)
        for (const Interval& run : rows_.books(place).open_runs)
            if (!is_empty(run) && run.to >= limit) return false;
    return true;
}

bool TableState::trim(WallTime limit)
{
    const auto has_older = [&](std::size_t place) {
        const auto& timeline = std::as_const(rows_).view(place).timeline;
        return timeline && timeline->begin().value_or(limit) < limit;
    };
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < rows_.size(); ++place)
        if (has_older(place)) places.push_back(place);
    if (places.empty()) return false;
    rows_.begin_change();
    for (const std::size_t place : places)
        rows_.timeline(place).trim(limit);
    return true;
}

Event event_of(const TableState::Restart& restart, const std::string& device)
{
    return {
        .at = {},
        .device = device,
        .kind = restart.is_whole ? "device_restarted" : "snmp_agent_restarted",
        .text = device + (restart.is_whole ? " restarted: its uptime began anew"
                                           : " restarted its SNMP agent alone: counters went on"),
    };
}

} // namespace hallmonitor::collector
