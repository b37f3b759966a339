#include "collector/health/table_state.hpp"

#include "common/limits.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::collector {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t npos = static_cast<std::size_t>(-1);
constexpr milliseconds hour{3'600'000};

// A rate over this many times the port's speed is a broken counter, not traffic.
constexpr double plausible = 1.05;

std::size_t lane_number(wire::Lane lane)
{
    return lane == wire::Lane::live ? 0 : 1;
}

WallTime hour_of(WallTime at)
{
    return {std::chrono::floor<std::chrono::hours>(at.since_epoch)};
}

// Splits an amount over the UTC hours from `from` to `to` in proportion; the parts sum exactly.
void add_rollup(
    LedgerAdditions& additions,
    const std::string& component,
    std::size_t slot,
    std::uint64_t amount,
    WallTime from,
    WallTime to
)
{
    const auto add = [&](WallTime at, std::uint64_t part) {
        if (part > 0) additions.rollups[{component, hour_of(at)}][slot] += part;
    };
    const double whole = static_cast<double>((to - from).count());
    std::uint64_t left = amount;
    WallTime at = from;
    while (hour_of(at) < hour_of(to) && whole > 0) {
        const WallTime border = hour_of(at) + hour;
        const double share = static_cast<double>((border - at).count()) / whole;
        const auto part =
            std::min(left, static_cast<std::uint64_t>(static_cast<double>(amount) * share));
        add(at, part);
        left -= part;
        at = border;
    }
    add(to, left);
}

// Cells of one row of one reading, by metric.
struct RowCells {
    const TableReading& reading;
    const std::array<std::size_t, 256>& columns;
    std::size_t rows;
    std::size_t row;

    [[nodiscard]] Cell operator[](Metric metric) const
    {
        const std::size_t column = columns.at(static_cast<std::size_t>(metric));
        return column == npos ? Cell{} : reading.cells[column * rows + row];
    }
};

// The row's own moment: table's stamp plus what row_delay and row_ticks say.
Stamp row_stamp(const PlacedReading& placed, const RowCells& cells)
{
    Stamp stamp = stamp_of(placed);
    if (const Cell delay = cells[Metric::row_delay]) {
        const milliseconds late{
            static_cast<std::int64_t>(std::min<std::uint64_t>(*delay, 3'600'000))};
        stamp.mono = stamp.mono + late;
        stamp.wall = stamp.wall + late;
    }
    if (const Cell ticks = cells[Metric::row_ticks])
        stamp.uptime = DeviceTicks{static_cast<std::uint32_t>(*ticks)};
    return stamp;
}

RowReading row_reading(const PlacedReading& placed, const RowCells& cells, std::uint64_t wide)
{
    RowReading reading{.stamp = row_stamp(placed, cells)};
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        const auto metric =
            static_cast<Metric>(slot + static_cast<std::size_t>(Metric::if_in_octets));
        const std::size_t column = cells.columns.at(static_cast<std::size_t>(metric));
        if (column == npos) continue;
        reading.counters[slot] = cells.reading.cells[column * cells.rows + cells.row];
        if ((wide >> column & 1) != 0) reading.wide |= std::uint64_t{1} << slot;
    }
    reading.discontinuity = cells[Metric::if_discontinuity];
    reading.speed = {cells[Metric::if_speed].value_or(0)};
    return reading;
}

Observation interface_observation(const Stamp& stamp, const RowCells& cells)
{
    const Cell admin = cells[Metric::if_admin_status];
    const Cell oper = cells[Metric::if_oper_status];
    if (!oper || *oper > 7 || *oper == 0) return {.at = stamp.wall, .state = State::unknown};
    return {
        .at = stamp.wall,
        .state = interface_state(
            admin == 2 ? AdminStatus::down : AdminStatus::up, static_cast<OperStatus>(*oper)
        ),
    };
}

} // namespace

void TableState::define(const std::shared_ptr<const TableDefinition>& table)
{
    if (definition_ == table) return;
    definition_ = table;
    interval_ = table->interval;
    columns_.fill(npos);
    for (std::size_t c = 0; c < table->columns.size(); ++c) {
        const auto number = static_cast<std::size_t>(table->columns[c]);
        if (number < columns_.size()) columns_.at(number) = c;
    }
    row_places_.clear();
    for (const Row& row : table->rows) {
        auto& entry = *rows_.try_emplace(row.key).first;
        RowState& state = entry.second;
        state.attributes = row.attributes;
        state.is_tracked =
            key_.kind == TableKind::device || row.attributes.contains(Attribute::watched);
        if (state.is_tracked && !state.timeline) {
            state.timeline = std::make_shared<Timeline>();
            for (const auto& run : state.open_runs)
                if (run) state.timeline->add(*run);
        }
        row_places_.push_back(&entry);
    }
}

void TableState::apply(
    wire::Lane lane, const Step& step, LedgerAdditions& additions, Ledger::Counts& counts
)
{
    // History must not bring old names and columns back, but needs its own layout while it is
    // applied.
    const auto present = definition_;
    define(step.table);
    counts.samples += step.later->reading.cells.size();
    if (key_.kind == TableKind::interface) apply_interfaces(lane, step, additions, counts);
    if (key_.kind == TableKind::device) apply_device(lane, step, additions);
    if (lane == wire::Lane::live) {
        read_at_ = std::max(read_at_, step.later->wall);
        if (key_.kind != TableKind::interface) {
            values_.clear();
            const auto& columns = step.table->columns;
            for (std::size_t c = 0; c < columns.size(); ++c)
                if (const Cell cell = step.later->reading.cells[c * step.table->rows.size()])
                    values_[columns[c]] = *cell;
        }
    } else if (present) {
        define(present);
    }
}

void TableState::apply_interfaces(
    wire::Lane lane, const Step& step, LedgerAdditions& additions, Ledger::Counts& counts
)
{
    const std::size_t rows = step.table->rows.size();
    const milliseconds hold = evidence_hold(interval_);
    if (step.earlier && has_restarted(stamp_of(*step.earlier), stamp_of(*step.later)) &&
        lane == wire::Lane::live && step.later->reading.uptime)
        restart_ = step.later->wall - elapsed(DeviceTicks{0}, *step.later->reading.uptime);

    for (std::size_t r = 0; r < rows; ++r) {
        auto& [component, row] = *row_places_[r];
        const std::uint64_t wide = step.table->rows[r].wide_columns;
        const RowCells cells{step.later->reading, columns_, rows, r};
        const RowReading later = row_reading(*step.later, cells, wide);
        const Observation seen = interface_observation(later.stamp, cells);
        std::optional<RowReading> earlier;
        if (step.earlier) {
            const RowCells before{step.earlier->reading, columns_, rows, r};
            earlier = row_reading(*step.earlier, before, wide);
            std::optional<WallTime> changed_at;
            const Cell last_change = cells[Metric::if_last_change];
            if (last_change && later.stamp.uptime)
                changed_at = moment_of(
                    DeviceTicks{static_cast<std::uint32_t>(*last_change)},
                    *later.stamp.uptime,
                    later.stamp.wall
                );
            const Observation was = interface_observation(earlier->stamp, before);
            add_pieces(
                component, row, lane, pieces_between(was, seen, hold, changed_at), additions
            );
            count_row(component, row, lane, *earlier, later, additions, counts);
        }
        if (lane != wire::Lane::live) continue;
        // After a cut the totals catch up with what was counted before this lane began.
        if (row.last && earlier && row.last->stamp != earlier->stamp) {
            const RowStep bridge = count(*row.last, *earlier);
            for (std::size_t slot = 0; slot < interface_counters; ++slot)
                row.total.at(slot) += bridge.amounts.at(slot).value_or(0);
        }
        for (std::size_t slot = 0; slot < interface_counters; ++slot)
            row.has_total.at(slot) = row.has_total.at(slot) || later.counters.at(slot).has_value();
        row.speed = later.speed;
        row.admin = static_cast<AdminStatus>(cells[Metric::if_admin_status].value_or(1));
        row.oper = static_cast<OperStatus>(cells[Metric::if_oper_status].value_or(4));
        row.last = later;
        show(row, seen);
    }
}

void TableState::count_row(
    const std::string& component,
    RowState& row,
    wire::Lane lane,
    const RowReading& earlier,
    const RowReading& later,
    LedgerAdditions& additions,
    Ledger::Counts& counts
)
{
    const RowStep step = count(earlier, later);
    counts.counter_resets += step.resets;
    counts.counter_ambiguous += step.ambiguous;
    const double seconds = seconds_between(earlier.stamp, later.stamp);
    const bool is_recent = later.stamp.wall - earlier.stamp.wall <= evidence_hold(interval_);
    const bool is_live = lane == wire::Lane::live;
    if (is_live) row.utilization = {};
    for (std::size_t slot = 0; slot < interface_counters; ++slot) {
        const auto& amount = step.amounts.at(slot);
        if (amount && *amount > 0)
            add_rollup(additions, component, slot, *amount, earlier.stamp.wall, later.stamp.wall);
        if (!is_live) continue;
        row.per_second.at(slot).reset();
        if (!amount) continue;
        row.total.at(slot) += *amount;
        if (seconds <= 0 || !is_recent) continue;
        const double rate = static_cast<double>(*amount) / seconds;
        if (slot <= counter_slot(Metric::if_out_octets) && later.speed.value > 0) {
            const double ratio = rate * 8 / static_cast<double>(later.speed.value);
            if (ratio > plausible && earlier.speed == later.speed) {
                ++counts.implausible;
                continue;
            }
            row.utilization.at(slot) = ratio;
        }
        row.per_second.at(slot) = rate;
    }
}

void TableState::apply_device(wire::Lane lane, const Step& step, LedgerAdditions& additions)
{
    if (step.table->rows.size() != 1) return;
    auto& [component, row] = *row_places_[0];
    const milliseconds hold = evidence_hold(interval_);
    const RowCells cells{step.later->reading, columns_, 1, 0};
    const auto state_of = [](const RowCells& of) {
        const Cell state = of[Metric::device_state];
        if (state == 1) return State::up;
        return state == 2 ? State::down : State::unknown;
    };
    const Observation seen{.at = step.later->wall, .state = state_of(cells)};
    const std::uint64_t age = cells[Metric::device_state_age].value_or(0);
    constexpr std::uint64_t oldest = std::uint64_t{400} * 86'400'000;
    const WallTime since = seen.at - milliseconds{static_cast<std::int64_t>(std::min(age, oldest))};
    if (step.earlier) {
        const RowCells before{step.earlier->reading, columns_, 1, 0};
        const Observation was{.at = step.earlier->wall, .state = state_of(before)};
        add_pieces(component, row, lane, pieces_between(was, seen, hold, since), additions);
    } else if (seen.state == State::down) {
        const Interval first{std::max(since, seen.at - hold), seen.at, State::down};
        add_pieces(component, row, lane, {.before = {}, .after = first}, additions);
    }
    if (lane == wire::Lane::live) show(row, seen);
}

void TableState::show(RowState& row, const Observation& observation)
{
    if (row.state != observation.state) row.state_since = observation.at;
    row.state = observation.state;
}

void TableState::add_pieces(
    const std::string& component,
    RowState& row,
    wire::Lane lane,
    const Pieces& pieces,
    LedgerAdditions& additions
)
{
    for (const Interval& piece : {pieces.before, pieces.after}) {
        if (piece.to <= piece.from || piece.state == State::unknown) continue;
        if (row.timeline) {
            // Snapshots share the old value: change a copy if one is still held.
            if (row.timeline.use_count() > 1)
                row.timeline = std::make_shared<Timeline>(*row.timeline);
            row.timeline->add(piece);
        }
        auto& run = row.open_runs.at(lane_number(lane));
        if (run && run->state == piece.state && run->to == piece.from) {
            run->to = piece.to;
            continue;
        }
        if (run) additions.intervals.push_back({key_, component, *run});
        run = piece;
    }
}

void TableState::restore(const std::string& component, const Interval& interval)
{
    const auto row = rows_.find(component);
    if (row == rows_.end() || !row->second.is_tracked) return;
    row->second.timeline->add(interval);
}

std::optional<WallTime> TableState::take_restart()
{
    return std::exchange(restart_, std::nullopt);
}

void TableState::trim(WallTime limit)
{
    for (auto& [component, row] : rows_) {
        if (!row.timeline || row.timeline->begin().value_or(limit) >= limit) continue;
        row.timeline = std::make_shared<Timeline>(*row.timeline);
        row.timeline->trim(limit);
    }
}

} // namespace hallmonitor::collector
