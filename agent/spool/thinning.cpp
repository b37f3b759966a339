#include "agent/spool/thinning.hpp"

#include "common/limits.hpp"
#include "common/model/counter.hpp"
#include "common/model/fact_sections.hpp"
#include "common/model/table_id.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace hallmonitor::agent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds unlimited = std::chrono::hours{24 * 36'525};

bool is_state(Metric metric)
{
    switch (metric) {
    case Metric::if_admin_status:
    case Metric::if_oper_status:
    case Metric::if_speed:
    case Metric::if_last_change:
    case Metric::if_discontinuity:
    case Metric::if_duplex:
    case Metric::device_state:
    case Metric::device_snmp_up:
    case Metric::device_ping_up:
    case Metric::device_table_up_interface: return true;
    default: return false;
    }
}

bool is_state(const FieldInfo& field, std::size_t column)
{
    using Type = FieldInfo::Type;
    return field.column == column && (field.type == Type::flag || field.type == Type::word);
}

// What a column of facts means is its row's section's.
bool is_fact_state(const Row& row, Metric metric)
{
    const auto section = section_of_key(row.key);
    if (!section || metric < Metric::fact) return false;
    const auto column = static_cast<std::size_t>(metric) - static_cast<std::size_t>(Metric::fact);
    const auto fields = info_of(*section).fields;
    return std::any_of(fields.begin(), fields.end(), [&](const FieldInfo& field) {
        return is_state(field, column);
    });
}

// True where the step is more than counters and gauges that moved on.
bool has_news(const TableDefinition& table, const Cells& earlier, const Cells& later)
{
    if (!later.has_presence_of(earlier)) return true;
    const std::size_t rows = table.rows.size();
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const Metric metric = table.columns[c];
        const auto before = earlier.numbers().subspan(c * rows, rows);
        const auto after = later.numbers().subspan(c * rows, rows);
        if (std::ranges::equal(before, after)) continue;
        if (is_state(metric)) return true;
        for (std::size_t r = 0; r < rows; ++r) {
            if (before[r] == after[r]) continue;
            if (is_counter(metric) && after[r] < before[r]) return true;
            if (table.kind == TableKind::facts && is_fact_state(table.rows[r], metric)) return true;
        }
    }
    return false;
}

bool must_be_told(const Step& step)
{
    if (!step.earlier || step.earlier->boot != step.later->boot) return true;
    const TableReading& earlier = step.earlier->reading;
    const TableReading& later = step.later->reading;
    const auto hold = evidence_hold(step.table->interval) + later.covered;
    if (later.taken_at - earlier.taken_at > hold) return true; // one was missed
    const bool began_anew = earlier.uptime.has_value() != later.uptime.has_value() ||
                            (later.uptime && *later.uptime < *earlier.uptime);
    return began_anew || has_news(*step.table, earlier.cells, later.cells);
}

std::size_t place_of(const TableDefinition& table, Metric metric)
{
    const auto found = std::ranges::find(table.columns, metric);
    return static_cast<std::size_t>(found - table.columns.begin());
}

bool is_narrow(const TableDefinition& table, const Row& row, Metric metric)
{
    const std::size_t column = place_of(table, metric);
    return column < table.columns.size() && (row.wide_columns >> column & 1) == 0;
}

// Steps may be no longer, or octets in 32 bits could not be told from those of another wrap. What
// its own interval leaves untold anyway is no reason to keep more.
milliseconds longest_step(const TableDefinition& table, const Cells& cells)
{
    milliseconds longest = unlimited;
    const std::size_t speed_column = place_of(table, Metric::if_speed);
    if (speed_column == table.columns.size()) return longest;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Row& row = table.rows[r];
        const Cell speed = cells[speed_column * table.rows.size() + r];
        const bool is_bound = speed && *speed > 0 &&
                              (is_narrow(table, row, Metric::if_in_octets) ||
                               is_narrow(table, row, Metric::if_out_octets));
        if (!is_bound) continue;
        const milliseconds unread = longest_unread(BitsPerSecond{*speed});
        if (unread > table.interval) longest = std::min(longest, unread);
    }
    return longest;
}

// Which readings of a segment stay, by their place among all.
class Selection {
public:
    explicit Selection(milliseconds spacing) : spacing_(spacing) {}

    void take(const Step& step);
    /// Once all were taken.
    [[nodiscard]] std::vector<bool> finish();

private:
    struct Table {
        std::shared_ptr<const TableDefinition> definition;
        std::optional<std::size_t> newest; // place of the last reading
        MonoTime told_at;                  // of the last one that stays
    };

    milliseconds spacing_;
    std::vector<bool> stays_;
    TableMap<Table> tables_;
};

void Selection::take(const Step& step)
{
    const auto [found, is_first] =
        tables_.try_emplace(TableId{step.table->device, step.table->kind});
    Table& table = found->second;
    if (is_first && step.earlier) table.told_at = step.earlier->reading.taken_at;
    const bool is_redefined = !is_first && table.definition != step.table;
    const bool is_news = is_redefined || must_be_told(step);
    const MonoTime at = step.later->reading.taken_at;
    // A reading comes a little sooner or later than the one before.
    const auto half = step.table->interval / 2;
    const auto told_before = at - table.told_at;
    const bool is_time =
        told_before >= spacing_ - half || told_before + step.table->interval + half >
                                              longest_step(*step.table, step.later->reading.cells);
    if (is_news && table.newest) stays_[*table.newest] = true;
    if (is_news || is_time) table.told_at = at;
    table.definition = step.table;
    table.newest = stays_.size();
    stays_.push_back(is_news || is_time);
}

std::vector<bool> Selection::finish()
{
    // The next segment goes on from it.
    for (const auto& [id, table] : tables_)
        stays_[*table.newest] = true;
    return std::move(stays_);
}

// Writes the batches of a segment anew.
class Rewriting {
public:
    Rewriting(const DecodedBatch& first, std::vector<bool> stays)
        : encoder_(first.id.epoch, first.id.seq, first.boot), stays_(std::move(stays))
    {
        if (first.roster) encoder_.tell_roster(*first.roster);
    }

    Result<void> take(const DecodedBatch& batch);
    [[nodiscard]] Thinned finish() { return std::move(out_); }

private:
    struct Table {
        std::shared_ptr<const TableDefinition> definition;
        MonoTime told_at;
        milliseconds covered{0}; // behind told_at, by what was left out
    };
    bool take(const Step& step);

    BatchEncoder encoder_;
    std::vector<bool> stays_;
    std::size_t place_{0}; // of the next reading
    TableMap<Table> tables_;
    Thinned out_;
};

bool Rewriting::take(const Step& step)
{
    const auto [found, is_first] =
        tables_.try_emplace(TableId{step.table->device, step.table->kind});
    Table& table = found->second;
    TableReading reading = step.later->reading;
    if (is_first && step.earlier) {
        encoder_.carry_over(*step.table, *step.earlier);
        table.told_at = step.earlier->reading.taken_at;
    }
    if (table.definition != step.table && !encoder_.define(*step.table)) return false;
    table.definition = step.table;
    if (!stays_.at(place_++)) {
        table.covered = std::chrono::duration_cast<milliseconds>(reading.taken_at - table.told_at);
        ++out_.left_out;
        return true;
    }
    reading.covered += std::exchange(table.covered, {});
    table.told_at = reading.taken_at;
    return encoder_.add(step.table->device, step.table->kind, reading);
}

Result<void> Rewriting::take(const DecodedBatch& batch)
{
    for (const Step& step : batch.steps)
        if (!take(step)) return Errc::too_large;
    for (const PlacedEvent& event : batch.events)
        if (!encoder_.add(event.event)) return Errc::too_large;
    out_.batches.push_back(encoder_.seal(batch.sealed_at));
    return {};
}

} // namespace

std::chrono::milliseconds spacing_of(Detail detail)
{
    constexpr milliseconds coarse = std::chrono::minutes{5};
    switch (detail) {
    case Detail::full: return {};
    case Detail::coarse: return coarse;
    case Detail::states: return unlimited;
    }
    return {};
}

Result<Thinned> thin(
    std::span<const std::vector<std::byte>> segment, std::chrono::milliseconds spacing
)
{
    Selection selection{spacing};
    BatchDecoder first_look;
    for (const auto& bytes : segment) {
        const auto batch = first_look.decode(bytes);
        if (!batch) return batch.error();
        for (const Step& step : batch->steps)
            selection.take(step);
    }
    const std::vector<bool> stays = selection.finish();
    std::optional<Rewriting> rewriting;
    BatchDecoder decoder;
    for (const auto& bytes : segment) {
        const auto batch = decoder.decode(bytes);
        if (!batch) return batch.error();
        if (!rewriting) rewriting.emplace(*batch, stays);
        if (auto taken = rewriting->take(*batch); !taken) return taken.error();
    }
    return rewriting ? rewriting->finish() : Thinned{};
}

} // namespace hallmonitor::agent
