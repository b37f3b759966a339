#include "collector/health/table_rows.hpp"

#include "common/check.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hallmonitor::collector {
namespace {

bool is_watched(const TableDefinition& table, const Row& row)
{
    return table.kind == TableKind::device || row.attributes.contains(Attribute::watched);
}

// By key, the number of the first row that has it.
using RowNumbers = std::unordered_map<std::string_view, std::size_t>;

RowNumbers numbers_of(const TableDefinition& table)
{
    RowNumbers numbers;
    numbers.reserve(table.rows.size());
    for (std::size_t r = 0; r < table.rows.size(); ++r)
        numbers.emplace(table.rows[r].key, r);
    return numbers;
}

// The runs that are not in the database yet are all that is known of a life nobody watched.
std::shared_ptr<Timeline> life_of(const RowBooks& books)
{
    auto life = std::make_shared<Timeline>();
    for (const Interval& run : books.open_runs)
        life->add(run);
    return life;
}

std::uint32_t interval_ms_of(const TableDefinition& table, std::size_t row)
{
    return static_cast<std::uint32_t>(interval_of(table, table.rows[row]).count());
}

} // namespace

std::chrono::milliseconds interval_of(const TableDefinition& table, const Row& row)
{
    const std::string_view own = row.attributes.text(Attribute::interval);
    std::uint32_t interval = 0;
    std::from_chars(own.data(), own.data() + own.size(), interval);
    if (interval == 0) return table.interval;
    return std::min<std::chrono::milliseconds>(
        std::chrono::milliseconds{interval}, limits::longest_interval
    );
}

std::shared_ptr<const InterfaceTable> TableRows::share()
{
    is_shared_ = true;
    return block_;
}

void TableRows::begin_change()
{
    if (!std::exchange(is_shared_, false)) return;
    block_ = std::make_shared<InterfaceTable>(*block_);
    for (std::size_t place = 0; place < present(); ++place)
        if (block_->rows[place].timeline) books_[place].is_timeline_shared = true;
}

Timeline& TableRows::timeline(std::size_t place)
{
    InterfaceView& row = view(place);
    INVARIANT(row.timeline != nullptr);
    // It is ours to change unless a snapshot holds it; what is shown is only constant for others.
    if (std::exchange(books_[place].is_timeline_shared, false))
        row.timeline = std::make_shared<Timeline>(*row.timeline);
    return const_cast<Timeline&>(*row.timeline); // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

void TableRows::add_departed(std::string component)
{
    books_.push_back({.component = std::move(component)});
    departed_.emplace_back();
}

WallTime TableRows::continued(std::size_t place, std::size_t lane, WallTime from) const
{
    constexpr std::chrono::seconds jitter{1};
    const Interval& run = books_[place].open_runs.at(lane);
    return !is_empty(run) && std::chrono::abs(run.to - from) < jitter ? run.to : from;
}

std::vector<std::uint32_t> TableRows::places_of(const TableDefinition& table)
{
    std::vector<std::uint32_t> places(table.rows.size(), no_place);
    if (table.kind == TableKind::facts) return places;
    const RowNumbers numbers = numbers_of(table);
    for (std::size_t place = 0; place < size(); ++place) {
        const auto row = numbers.find(books_[place].component);
        if (row != numbers.end()) places[row->second] = static_cast<std::uint32_t>(place);
    }
    for (std::size_t r = 0; r < places.size(); ++r) {
        const Row& row = table.rows[r];
        if (places[r] != no_place || numbers.at(row.key) != r) continue;
        places[r] = static_cast<std::uint32_t>(size());
        add_departed(row.key);
        if (is_watched(table, row)) departed_.back().timeline = std::make_shared<Timeline>();
    }
    return places;
}

bool TableRows::adopt(const std::shared_ptr<const TableDefinition>& table)
{
    if (has(*table)) {
        block_->definition = table;
        return false;
    }
    for (std::size_t place = 0; place < present(); ++place)
        keep_last(place);
    const std::vector<std::uint32_t> places = places_of(*table);
    std::vector<InterfaceView> rows;
    std::vector<InterfaceView> departed;
    std::vector<RowBooks> books;
    std::vector<bool> is_placed(size(), false);
    for (std::size_t r = 0; r < places.size(); ++r) {
        if (places[r] == no_place) continue;
        InterfaceView& row = rows.emplace_back(std::move(view(places[r])));
        books.push_back(std::move(books_[places[r]]));
        is_placed[places[r]] = true;
        row.row_number = static_cast<std::uint32_t>(r);
        row.interval_ms = interval_ms_of(*table, r);
        if (!is_watched(*table, table->rows[r]))
            row.timeline.reset();
        else if (!row.timeline)
            row.timeline = life_of(books.back());
    }
    for (std::size_t place = 0; place < size(); ++place) {
        if (is_placed[place]) continue;
        departed.push_back(std::move(view(place)));
        books.push_back(std::move(books_[place]));
    }
    block_->rows = std::move(rows);
    block_->definition = table;
    block_->reading.reset();
    departed_ = std::move(departed);
    books_ = std::move(books);
    return true;
}

std::optional<RowReading> TableRows::last(std::size_t place) const
{
    if (books_[place].last) return *books_[place].last;
    const InterfaceView& row = view(place);
    if (!row.has_counters || !reading() || place >= present()) return std::nullopt;
    const TableDefinition& table = *definition();
    const Columns columns{table};
    const RowCells cells{reading()->reading, columns, table.rows.size(), row.row_number};
    const std::uint64_t wide = table.rows[row.row_number].wide_columns;
    return read_row(*reading(), cells, columns.wide_slots(wide));
}

void TableRows::keep_last(std::size_t place)
{
    if (books_[place].last) return;
    if (const auto newest = last(place)) books_[place].last = std::make_unique<RowReading>(*newest);
}

void TableRows::forget(const std::vector<bool>& is_in_use)
{
    std::vector<RowBooks> books;
    std::vector<InterfaceView> departed;
    for (std::size_t place = 0; place < size(); ++place) {
        if (place >= present() && !is_in_use[place]) continue;
        books.push_back(std::move(books_[place]));
        if (place >= present()) departed.push_back(std::move(view(place)));
    }
    books_ = std::move(books);
    departed_ = std::move(departed);
}

void TableRows::restore(RowBooks books, InterfaceView view, bool is_present)
{
    books_.push_back(std::move(books));
    (is_present ? block_->rows : departed_).push_back(std::move(view));
}

void TableRows::restore(
    std::shared_ptr<const TableDefinition> table, std::shared_ptr<const PlacedReading> reading
)
{
    block_->definition = std::move(table);
    block_->reading = std::move(reading);
    for (InterfaceView& row : block_->rows)
        row.interval_ms = interval_ms_of(*definition(), row.row_number);
}

} // namespace hallmonitor::collector
