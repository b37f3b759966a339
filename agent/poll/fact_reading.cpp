#include "agent/poll/fact_reading.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace hallmonitor::agent {
namespace {

// A device that stays silent over one table may have trouble with it; over two it is slow or gone.
constexpr unsigned silences_allowed = 2;

const std::array<Oid, 2>& mark_oids()
{
    static const std::array<Oid, 2> oids{
        Oid{1, 3, 6, 1, 2, 1, 47, 1, 4, 1}, Oid{1, 0, 8802, 1, 1, 2, 1, 2, 1}};
    return oids;
}

OidBytes bytes_of(const Oid& oid)
{
    const std::vector<std::byte> ber = oid.ber_content();
    return {ber.begin(), ber.end()};
}

std::optional<FactIndex> index_of(std::span<const std::byte> ber)
{
    FactIndex index;
    BerArcs arcs{ber};
    while (const auto arc = arcs.next())
        index.push_back(*arc);
    if (arcs.failed() || index.empty()) return std::nullopt;
    return index;
}

std::vector<std::size_t> first_numbers(std::size_t count)
{
    std::vector<std::size_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    return numbers;
}

} // namespace

FactReading::FactReading(
    std::shared_ptr<const Catalogue> catalogue, const Attributes& known, Walk::Options how
)
    : catalogue_(std::move(catalogue)), depth_(FactDepth::all), how_(how)
{
    const auto sys_object_id = Oid::parse(known.text(Attribute::sys_object_id));
    device_ = {
        .sys_object_id = sys_object_id ? *sys_object_id : Oid{},
        .sys_descr = std::string{known.text(Attribute::sys_descr)}};
    questions_ = catalogue_->questions(device_);
    stage_ = Stage::questions;
    std::vector<OidBytes> columns;
    for (const Oid& oid : questions_)
        columns.push_back(bytes_of(oid));
    if (columns.empty()) {
        choose_profile();
    } else {
        start(std::move(columns), true);
    }
}

FactReading::FactReading(
    std::shared_ptr<const CompleteProfile> profile, const Presence& there, Walk::Options how
)
    : depth_(FactDepth::moving), how_(how), profile_(std::move(profile)),
      objects_(moving_objects(*profile_, there))
{
    raw_.emplace(*profile_, there);
    ask_first_objects(false);
}

void FactReading::start(std::vector<OidBytes> columns, bool first_only)
{
    Walk::Options options = how_;
    options.first_only = first_only;
    // What moves is the same walk time and again; of tables, each has its own length of row.
    if (depth_ == FactDepth::all) options.pace.repetitions = WalkPace{}.repetitions;
    walk_.emplace(std::move(columns), options);
}

void FactReading::choose_profile()
{
    const std::string chosen = catalogue_->choose(device_, [this](const Oid& oid) {
        return std::find(answered_.begin(), answered_.end(), oid) != answered_.end();
    });
    profile_ = catalogue_->complete(chosen);
    raw_.emplace(*profile_);
    objects_.scalars = first_numbers(profile_->scalars.size());
    ask_first_objects(true);
}

// Of marks, then scalars, then tables.
void FactReading::ask_first_objects(bool of_tables_too)
{
    stage_ = Stage::first_objects;
    std::vector<OidBytes> columns;
    for (const Oid& mark : mark_oids())
        columns.push_back(bytes_of(mark));
    for (const std::size_t scalar : objects_.scalars)
        columns.push_back(bytes_of(profile_->scalars[scalar]->oid));
    for (std::size_t table = 0; of_tables_too && table < profile_->tables.size(); ++table)
        columns.push_back(bytes_of(profile_->tables[table]->entry));
    start(std::move(columns), true);
}

void FactReading::plan_walks()
{
    stage_ = Stage::tables;
    for (std::size_t place = 0; place < objects_.tables.size(); ++place) {
        const bool is_alone = depth_ == FactDepth::all || walks_.empty();
        if (is_alone) walks_.emplace_back();
        walks_.back().push_back(place);
    }
    next_walk();
}

void FactReading::next_walk()
{
    columns_.clear();
    if (walks_.empty()) {
        walk_.reset();
        stage_ = Stage::done;
        return;
    }
    std::vector<OidBytes> oids;
    for (const std::size_t place : walks_.front()) {
        const MovingObjects::Table& next = objects_.tables[place];
        const TableSource& table = *profile_->tables[next.number];
        for (const std::size_t column : next.columns) {
            Oid oid = table.entry;
            oid.push(table.columns[column].second);
            oids.push_back(bytes_of(oid));
            columns_.push_back({.table = next.number, .column = column});
        }
    }
    start(std::move(oids), false);
}

// True when the tables of a walk that broke off are to be walked one by one.
bool FactReading::walks_on_alone()
{
    const std::vector<std::size_t> tables = walks_.front();
    if (tables.size() == 1) return false;
    walks_.pop_front();
    for (const std::size_t place : tables)
        walks_.push_back({place});
    next_walk();
    return true;
}

void FactReading::feed(const ResponseView& reply, std::size_t bytes)
{
    INVARIANT(walk_.has_value());
    const std::uint64_t before = walk_->varbinds();
    for (const ColumnValue& cell : walk_->feed(reply, bytes)) {
        if (stage_ == Stage::questions) {
            answered_.push_back(questions_[cell.column()]);
        } else if (stage_ == Stage::tables) {
            take_cell(cell);
        } else {
            take_first(cell);
        }
    }
    varbinds_ += walk_->varbinds() - before;
    silences_ = 0;
    if (!walk_->finished()) return;
    keep_pace();
    if (stage_ == Stage::tables) {
        if (walk_->failure() && walks_on_alone()) return;
        mark_tables(walk_->failure() ? TableRead::failed : TableRead::ok);
    }
    end_walk();
}

void FactReading::take_first(const ColumnValue& cell)
{
    std::size_t place = cell.column();
    if (place < marks_.size()) {
        marks_.at(place) = value_of(cell.value());
        return;
    }
    place -= marks_.size();
    if (place < objects_.scalars.size())
        return take_scalar(objects_.scalars[place], cell.index(), value_of(cell.value()));
    place -= objects_.scalars.size();
    objects_.tables.push_back(
        {.number = place, .columns = first_numbers(profile_->tables[place]->columns.size())}
    );
}

void FactReading::take_scalar(std::size_t number, std::span<const std::byte> index, Value value)
{
    std::uint32_t arc = 1;
    if (read_single_arc(index, arc) && arc == 0) raw_->put_scalar(number, std::move(value));
}

void FactReading::take_cell(const ColumnValue& cell)
{
    const Column& column = columns_[cell.column()];
    if (auto index = index_of(cell.index()))
        raw_->put(column.table, column.column, std::move(*index), value_of(cell.value()));
}

// Only of walks that were answered to their end: silence says nothing of size.
void FactReading::keep_pace()
{
    if (walk_->failure()) return;
    const bool is_steady = depth_ == FactDepth::moving && stage_ == Stage::tables;
    const unsigned repetitions = is_steady ? walk_->pace().repetitions : how_.pace.repetitions;
    how_.pace = walk_->pace();
    how_.pace.repetitions = repetitions;
}

void FactReading::mark_tables(TableRead state)
{
    for (const std::size_t place : walks_.front()) {
        const std::size_t table = objects_.tables[place].number;
        const bool is_empty = state == TableRead::ok && raw_->rows(table).empty();
        states_.push_back({.table = table, .state = is_empty ? TableRead::absent : state});
    }
}

void FactReading::end_walk()
{
    switch (stage_) {
    case Stage::questions: return choose_profile();
    case Stage::first_objects: return plan_walks();
    case Stage::tables: walks_.pop_front(); return next_walk();
    case Stage::done: break;
    }
}

void FactReading::skip()
{
    if (++silences_ >= silences_allowed) return give_up();
    if (stage_ == Stage::tables) {
        if (walks_on_alone()) return;
        mark_tables(TableRead::failed);
    }
    end_walk();
}

void FactReading::give_up()
{
    for (; stage_ == Stage::tables && !walks_.empty(); walks_.pop_front())
        mark_tables(TableRead::failed);
    was_given_up_ = true;
    walk_.reset();
    stage_ = Stage::done;
}

} // namespace hallmonitor::agent
