#include "agent/facts/raw_facts.hpp"

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
    return there;
}

void RawFacts::put(std::size_t table, std::size_t column, FactIndex index, Value value)
{
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
