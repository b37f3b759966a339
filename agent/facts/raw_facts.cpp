#include "agent/facts/raw_facts.hpp"

#include "agent/facts/rule_row.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {

Presence RawFacts::there() const
{
    if (known_) return *known_;
    Presence there;
    for (const Value& scalar : scalars_)
        there.scalars.push_back(is_there(scalar));
    for (const Table& table : tables_)
        there.tables.push_back(!table.rows.empty());
    there.superseded_rules = superseded_rules(*profile_, *this);
    return there;
}

void RawFacts::put(std::size_t table, std::size_t column, FactIndex index, Value value)
{
    const auto& lengths = profile_->tables[table]->index_lengths;
    const bool is_its_own =
        lengths.empty() || std::find(lengths.begin(), lengths.end(), index.size()) != lengths.end();
    if (!is_its_own) return;
    Table& into = tables_[table];
    std::vector<Value>& row = into.rows[std::move(index)];
    if (row.size() <= column) row.resize(column + 1);
    row[column] = std::move(value);
}

const Value& RawFacts::cell(std::size_t table, std::size_t column, const FactIndex& index) const
{
    static const Value nothing;
    const Rows& rows = tables_[table].rows;
    const auto found = rows.find(index);
    if (found == rows.end() || found->second.size() <= column) return nothing;
    return found->second[column];
}

} // namespace hallmonitor::agent
