#include "agent/facts/moving.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <variant>

namespace hallmonitor::agent {
namespace {

using Source = Expression::Source;

/// Gathers what expressions are made of.
class Gathering {
public:
    Gathering(const CompleteProfile& profile, const Presence& there)
        : profile_(profile), there_(there)
    {}

    void add(const Rule& rule);
    [[nodiscard]] MovingObjects objects() const;

private:
    /// False when it needs what the device does not have: no more than constants and names.
    bool add(const Rule& rule, const Expression& expression);
    bool add_steps(const Rule& rule, const Expression& expression);
    bool add_column(std::string_view table, std::string_view column);
    bool add_scalar(std::string_view name);

    const CompleteProfile& profile_;
    const Presence& there_;
    std::map<std::size_t, std::set<std::size_t>> columns_; // by table
    std::set<std::size_t> scalars_;
};

bool Gathering::add_column(std::string_view table, std::string_view column)
{
    const std::size_t number = profile_.table_named(table);
    if (number == CompleteProfile::none || !there_.tables[number]) return false;
    const std::size_t place = column_named(*profile_.tables[number], column);
    if (place == CompleteProfile::none) return false;
    columns_[number].insert(place);
    return true;
}

bool Gathering::add_scalar(std::string_view name)
{
    const std::size_t number = profile_.scalar_named(name);
    if (number == CompleteProfile::none || !there_.scalars[number]) return false;
    scalars_.insert(number);
    return true;
}

bool Gathering::add(const Rule& rule, const Expression& expression)
{
    const std::string_view table = expression.table.empty() ? rule.each : expression.table;
    bool is_read = false;
    switch (expression.source) {
    case Source::word:
        is_read = add_column(rule.each, expression.name) || add_scalar(expression.name);
        break;
    case Source::column:
    case Source::all: is_read = add_column(table, expression.name); break;
    case Source::scalar: is_read = add_scalar(expression.name); break;
    case Source::constant:
    case Source::index:
    case Source::first:
    case Source::sum:
    case Source::join:
    case Source::interface: break;
    }
    for (const Expression& part : expression.parts)
        is_read = add(rule, part) || is_read;
    for (const Expression& part : expression.at)
        add(rule, part);
    return add_steps(rule, expression) || is_read;
}

bool Gathering::add_steps(const Rule& rule, const Expression& expression)
{
    bool is_read = false;
    for (const Step& step : expression.steps) {
        const auto* by = std::get_if<ByStep>(&step);
        if (by != nullptr && by->by) is_read = add(rule, *by->by) || is_read;
    }
    return is_read;
}

void Gathering::add(const Rule& rule)
{
    const std::size_t each = profile_.table_named(rule.each);
    if (!rule.each.empty() && (each == CompleteProfile::none || !there_.tables[each])) return;
    bool is_read = false;
    const auto fields = info_of(rule.section).fields;
    const bool is_memory = rule.section == FactSection::memory; // out of any two of its figures
    for (const auto& [field, expression] : rule.fields)
        if (fields[field].moves() || (is_memory && fields[field].type == FieldInfo::Type::count))
            is_read = add(rule, expression) || is_read;
    if (!is_read) return;
    for (const Rule::Condition& condition : rule.where)
        add(rule, condition.column);
    // Its rows are found by one column at least.
    if (each != CompleteProfile::none && columns_[each].empty()) columns_[each].insert(0);
}

MovingObjects Gathering::objects() const
{
    MovingObjects objects{.scalars = {scalars_.begin(), scalars_.end()}, .tables = {}};
    for (const auto& [number, columns] : columns_)
        objects.tables.push_back({number, {columns.begin(), columns.end()}});
    return objects;
}

} // namespace

MovingObjects moving_objects(const CompleteProfile& profile, const Presence& there)
{
    Gathering gathering{profile, there};
    for (std::size_t number = 0; number < profile.rules.size(); ++number)
        if (!there.is_superseded(number)) gathering.add(*profile.rules[number]);
    return gathering.objects();
}

} // namespace hallmonitor::agent
