#include "agent/facts/facts.hpp"

#include "agent/facts/evaluate.hpp"
#include "agent/facts/poe_ports.hpp"
#include "agent/facts/rule_row.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

// Name of the first object that the expression is made of; empty: of none.
std::string_view first_name(const Expression& expression)
{
    using Source = Expression::Source;
    const bool is_object = expression.source == Source::word ||
                           expression.source == Source::scalar ||
                           expression.source == Source::column || expression.source == Source::all;
    if (is_object) return expression.name;
    for (const Expression& part : expression.parts)
        if (const auto name = first_name(part); !name.empty()) return name;
    return {};
}

// By what its rows are known beside their index.
std::string_view origin_of(const Rule& rule)
{
    if (!rule.each.empty()) return rule.each;
    for (const auto& [field, expression] : rule.fields)
        if (const auto name = first_name(expression); !name.empty()) return name;
    return "scalars";
}

/// Applies the rules of one profile, one after the other.
class Understanding {
public:
    Understanding(const FactScope& scope, FactsWanted wanted)
        : scope_(scope), there_(scope.raw.there()), wanted_(wanted)
    {}

    void apply_all();
    Facts facts;

private:
    void apply(const Rule& rule, bool is_superseded);
    void apply_to_table(const Rule& rule, const std::string& origin);
    void add_row(const Rule& rule, const std::string& origin);
    static void merge(FactRow row, std::vector<FactRow>& rows);

    FactScope scope_;
    Presence there_;
    FactsWanted wanted_;
    std::map<std::pair<FactSection, std::string_view>, unsigned> origins_; // rules that had it
};

void Understanding::apply_all()
{
    for (std::size_t number = 0; number < scope_.profile.rules.size(); ++number)
        apply(*scope_.profile.rules[number], there_.is_superseded(number));
}

void Understanding::apply(const Rule& rule, bool is_superseded)
{
    // Counted whether it counts or not, so that rows keep their ids.
    const std::string_view name = origin_of(rule);
    const unsigned number = origins_[{rule.section, name}]++;
    const std::string origin =
        std::string{name} + (number == 0 ? "" : "~" + std::to_string(number + 1));
    if (is_superseded) return;
    scope_.table = scope_.profile.table_named(rule.each);
    scope_.index = nullptr;
    if (rule.each.empty()) return add_row(rule, origin);
    if (scope_.table != CompleteProfile::none) apply_to_table(rule, origin);
}

void Understanding::apply_to_table(const Rule& rule, const std::string& origin)
{
    std::set<std::string> chosen;
    for (const auto& [index, cells] : scope_.raw.rows(scope_.table)) {
        scope_.index = &index;
        if (!is_chosen(rule, scope_)) continue;
        add_row(rule, origin);
        if (!rule.instead_of.empty()) chosen.insert(text_of(index));
    }
    if (chosen.empty()) return;
    std::erase_if(facts.rows(rule.section), [&](const FactRow& row) {
        return row.source == rule.instead_of && chosen.contains(row.index);
    });
}

void Understanding::add_row(const Rule& rule, const std::string& origin)
{
    auto made = make_row(rule, scope_, wanted_);
    if (!made) return;
    FactRow row{.source = {}, .index = {}, .id = origin, .values = std::move(made->values)};
    if (scope_.index != nullptr) {
        row.source = rule.each;
        row.index = text_of(*scope_.index);
        row.id += "." + row.index;
    }
    std::vector<FactRow>& rows = facts.rows(rule.section);
    if (info_of(rule.section).is_single) return merge(std::move(row), rows);
    if (made->is_of_device) rows.push_back(std::move(row));
}

// In sections of one row the first to say something is right, and who says that a flag is set: of
// several batteries one is to be replaced.
void Understanding::merge(FactRow row, std::vector<FactRow>& rows)
{
    if (rows.empty()) {
        rows.push_back({.source = {}, .index = {}, .id = {}, .values = std::move(row.values)});
        return;
    }
    std::vector<Value>& known = rows.front().values;
    for (std::size_t field = 0; field < known.size(); ++field)
        if (!is_there(known[field]) || row.values[field] == Value{true})
            known[field] = std::move(row.values[field]);
}

} // namespace

const Value& FactRow::operator[](std::size_t field) const
{
    static const Value nothing;
    return field < values.size() ? values[field] : nothing;
}

const Value& Facts::value(FactSection section, const FactRow& row, std::string_view field)
{
    return row[field_named(section, field).value_or(CompleteProfile::none)];
}

bool Facts::empty() const
{
    return std::all_of(rows_.begin(), rows_.end(), [](const auto& rows) { return rows.empty(); });
}

namespace {

Facts understood(const FactScope& scope, FactsWanted wanted)
{
    Understanding understanding{scope, wanted};
    understanding.apply_all();
    return std::move(understanding.facts);
}

} // namespace

Facts understand(
    const CompleteProfile& profile, const RawFacts& raw, std::span<const Interface> interfaces
)
{
    Facts facts =
        understood({.profile = profile, .raw = raw, .interfaces = interfaces}, FactsWanted::all);
    find_poe_ports(facts.rows(FactSection::poe_ports), interfaces);
    return facts;
}

Facts understand_moving(const CompleteProfile& profile, const RawFacts& raw)
{
    return understood({.profile = profile, .raw = raw, .interfaces = {}}, FactsWanted::moving);
}

} // namespace hallmonitor::agent
