#include "collector/remote/told_table.hpp"

#include "collector/health/row_account.hpp"
#include "collector/health/table_rows.hpp"
#include "common/limits.hpp"

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace hallmonitor::collector::remote {
namespace {

// Traffic in 32 bits is told only where it could be counted: a fast port wraps it unseen.
Counters told_counters(const RowReading& reading, const RowStep& step)
{
    Counters told = reading.counters;
    for (std::size_t slot = 0; slot < counter_slot(Metric::if_in_errors); ++slot) {
        const bool is_wide = (reading.wide >> slot & 1) != 0;
        if (!is_wide && !step.amounts.has(slot)) told.set(slot, std::nullopt);
    }
    return told;
}

bool is_idle(const InterfaceView& row)
{
    const auto& [in, out] = row.per_second;
    return in && out && *in <= 0 && *out <= 0;
}

// Only whether it has one is told of it.
std::shared_ptr<const Timeline> timeline_of(const Row& row)
{
    static const auto some = std::make_shared<const Timeline>();
    return row.attributes.contains(Attribute::watched) ? some : nullptr;
}

} // namespace

void ToldTable::adopt(std::shared_ptr<const TableDefinition> definition)
{
    if (definition_ == definition) return;
    const bool is_equal = definition_ && *definition_ == *definition;
    const auto before = std::exchange(definition_, std::move(definition));
    if (is_equal) return;
    columns_ = Columns{*definition_};
    facts_ = definition_->kind == TableKind::facts ? std::make_shared<const FactLayout>(definition_)
                                                   : nullptr;
    std::unordered_map<std::string_view, Pace> known;
    for (std::size_t r = 0; r < paces_.size(); ++r)
        known.emplace(before->rows[r].key, paces_[r]);
    paces_.clear();
    wide_.clear();
    holds_.clear();
    is_repeated_.clear();
    std::unordered_set<std::string_view> keys;
    for (const Row& row : definition_->rows) {
        wide_.push_back(columns_.wide_slots(row.wide_columns));
        holds_.push_back(evidence_hold(interval_of(*definition_, row)));
        is_repeated_.push_back(!keys.insert(row.key).second);
        const auto pace = known.find(row.key);
        paces_.push_back(pace == known.end() ? Pace{} : pace->second);
    }
}

void ToldTable::begin(const Step& step)
{
    continuity_ = continuity_of(step, columns_, wide_);
    // The carry-over of a segment is the reading before it, which the lane may not have seen.
    goes_on_ = step.earlier && reading_ && step.earlier->boot == reading_->boot &&
               step.earlier->reading.taken_at == reading_->reading.taken_at;
}

std::optional<ToldPort> ToldTable::port(const Step& step, std::uint32_t row)
{
    if (is_repeated_[row]) return std::nullopt;
    const auto rows = definition_->rows.size();
    const RowCells cells{step.later->reading, columns_, rows, row};
    const RowReading later = read_row(*step.later, cells, wide_[row]);
    const auto hold = holds_[row] + step.later->reading.covered;
    Pace& pace = paces_[row];
    if (!goes_on_) pace = {};
    std::optional<RowReading> earlier;
    RowStep moved;
    if (step.earlier) {
        const RowCells before{step.earlier->reading, columns_, rows, row};
        earlier = read_row(*step.earlier, before, wide_[row]);
        if (is_same_moment(earlier->stamp, later.stamp)) return std::nullopt;
        moved = count(*earlier, later, hold, continuity_);
    }
    ToldPort port{.row = {}, .at = later.stamp.wall};
    port.row.timeline = timeline_of(definition_->rows[row]);
    port.row.row_number = row;
    port.row.admin = admin_status(cells);
    port.row.oper = oper_status(cells);
    port.row.per_second = pace.per_second;
    port.row.stood_seconds = pace.stood_seconds;
    static_cast<void>(count_live(port.row, earlier, later, moved, hold));
    port.row.total = told_counters(later, moved);
    port.is_held = port.row.stood_seconds > 0;
    if (!port.is_held && is_idle(port.row)) port.idle_at = pace.held_at;
    pace = {.per_second = port.row.per_second, .stood_seconds = port.row.stood_seconds};
    if (port.is_held) pace.held_at = port.at;
    return port;
}

} // namespace hallmonitor::collector::remote
