#include "agent/poll/fact_read.hpp"

#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

// A device that stays silent over one table may have trouble with it; over two it is slow or gone.
constexpr unsigned silences_allowed = 2;
constexpr auto period = std::chrono::hours{1};

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

} // namespace

FactRead::FactRead(std::shared_ptr<const Catalogue> catalogue) : catalogue_(std::move(catalogue))
{}

bool FactRead::is_due(MonoTime now) const
{
    return !read_at_ || now - *read_at_ >= period;
}

void FactRead::begin(const Attributes& known, Walk::Options how)
{
    drop();
    const auto sys_object_id = Oid::parse(known.text(Attribute::sys_object_id));
    device_ = {
        .sys_object_id = sys_object_id ? *sys_object_id : Oid{},
        .sys_descr = std::string{known.text(Attribute::sys_descr)}};
    how_ = how;
    silences_ = 0;
    varbinds_ = 0;
    questions_ = catalogue_->questions(device_);
    stage_ = Stage::questions;
    if (questions_.empty()) return start_presence();
    std::vector<OidBytes> columns;
    for (const Oid& oid : questions_)
        columns.push_back(bytes_of(oid));
    start(std::move(columns), true);
}

void FactRead::drop()
{
    stage_ = Stage::done;
    walk_.reset();
    raw_.reset();
    profile_.reset();
    questions_ = {};
    answered_ = {};
    present_ = {};
}

void FactRead::start(std::vector<OidBytes> columns, bool first_only)
{
    Walk::Options options = how_;
    options.first_only = first_only;
    walk_.emplace(std::move(columns), options);
}

void FactRead::start_presence()
{
    const Profile& chosen = catalogue_->choose(device_, [this](const Oid& oid) {
        return std::find(answered_.begin(), answered_.end(), oid) != answered_.end();
    });
    profile_ = catalogue_->complete(chosen);
    raw_.emplace(*profile_);
    stage_ = Stage::presence;
    std::vector<OidBytes> columns;
    for (const ScalarSource* scalar : profile_->scalars)
        columns.push_back(bytes_of(scalar->oid));
    for (const TableSource* table : profile_->tables)
        columns.push_back(bytes_of(table->entry));
    if (columns.empty()) {
        stage_ = Stage::done;
        return;
    }
    start(std::move(columns), true);
}

void FactRead::next_table()
{
    if (table_ >= present_.size()) {
        walk_.reset();
        stage_ = Stage::done;
        return;
    }
    const TableSource& table = *profile_->tables[present_[table_]];
    std::vector<OidBytes> columns;
    for (const auto& [name, number] : table.columns) {
        Oid column = table.entry;
        column.push(number);
        columns.push_back(bytes_of(column));
    }
    start(std::move(columns), false);
}

void FactRead::feed(const ResponseView& reply, std::size_t bytes)
{
    INVARIANT(walk_.has_value());
    const std::uint64_t before = walk_->varbinds();
    for (const ColumnValue& cell : walk_->feed(reply, bytes)) {
        if (stage_ == Stage::questions) {
            answered_.push_back(questions_[cell.column()]);
        } else if (stage_ == Stage::presence) {
            take_presence(cell.column(), cell.index(), value_of(cell.value()));
        } else {
            take_cell(cell);
        }
    }
    varbinds_ += walk_->varbinds() - before;
    silences_ = 0;
    if (!walk_->finished()) return;
    if (stage_ == Stage::tables && walk_->failure())
        raw_->mark(present_[table_], TableRead::failed);
    end_walk();
}

void FactRead::take_presence(std::size_t place, std::span<const std::byte> index, Value value)
{
    const std::size_t scalars = profile_->scalars.size();
    if (place >= scalars) {
        present_.push_back(place - scalars);
        return;
    }
    std::uint32_t arc = 1;
    if (read_single_arc(index, arc) && arc == 0) raw_->put_scalar(place, std::move(value));
}

void FactRead::take_cell(const ColumnValue& cell)
{
    if (auto index = index_of(cell.index()))
        raw_->put(present_[table_], cell.column(), std::move(*index), value_of(cell.value()));
}

void FactRead::end_walk()
{
    switch (stage_) {
    case Stage::questions: return start_presence();
    case Stage::presence:
        stage_ = Stage::tables;
        table_ = 0;
        return next_table();
    case Stage::tables: ++table_; return next_table();
    case Stage::done: break;
    }
}

void FactRead::skip()
{
    if (stage_ == Stage::tables) raw_->mark(present_[table_], TableRead::failed);
    if (++silences_ < silences_allowed) return end_walk();
    give_up();
}

void FactRead::give_up()
{
    for (; stage_ == Stage::tables && table_ < present_.size(); ++table_)
        raw_->mark(present_[table_], TableRead::failed);
    walk_.reset();
    stage_ = Stage::done;
}

DeviceFacts FactRead::take(std::span<const Interface> interfaces, MonoTime now)
{
    DeviceFacts made;
    read_at_ = now;
    has_understood_ = false;
    if (!profile_) return made;
    made.profile = profile_->profile->name;
    made.facts = understand(*profile_, *raw_, interfaces);
    for (std::size_t table = 0; table < profile_->tables.size(); ++table)
        made.tables.emplace_back(profile_->tables[table]->name, raw_->state(table));
    has_understood_ = !made.facts.empty();
    drop();
    return made;
}

} // namespace hallmonitor::agent
