#include "agent/facts/profile_check.hpp"

#include "agent/facts/catalogue.hpp"
#include "common/config/values.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <variant>

namespace hallmonitor::agent {
namespace {

using Source = Expression::Source;

/// Checks the rules of one profile against all that it has and takes in.
class Checker {
public:
    Checker(const Profile& profile, const CompleteProfile& complete)
        : complete_(complete), errors_(profile.file)
    {}

    void check(const Rule& rule);
    std::vector<ConfigError> take() { return std::move(errors_).take(); }

private:
    void check(const Rule& rule, const Expression& expression);
    void check_column(const Rule& rule, const Expression& expression);
    void check_index(const Rule& rule, const Expression& expression);
    void check_step(const Rule& rule, const Step& step);
    [[nodiscard]] std::string tables() const;
    [[nodiscard]] const TableSource* table_of(const Rule& rule, const Expression& column) const;

    const CompleteProfile& complete_;
    ConfigErrors errors_;
};

std::string Checker::tables() const
{
    std::vector<std::string_view> names;
    for (const TableSource* table : complete_.tables)
        names.emplace_back(table->name);
    std::string text;
    for (const std::string_view name : names)
        text += (text.empty() ? "" : ", ") + std::string{name};
    return text.empty() ? "there are none" : "there are " + text;
}

void Checker::check(const Rule& rule)
{
    if (!rule.each.empty() && complete_.table_named(rule.each) == CompleteProfile::none)
        return errors_.add(
            rule.line,
            rule.place,
            "'each' names no table, " + in_quotes(rule.each) + "; " + tables()
        );
    for (const std::string& name : rule.unless)
        if (complete_.table_named(name) == CompleteProfile::none &&
            complete_.scalar_named(name) == CompleteProfile::none)
            errors_.add(
                rule.line, rule.place, "'unless' names no table or scalar, " + in_quotes(name)
            );
    if (!rule.instead_of.empty() && complete_.table_named(rule.instead_of) == CompleteProfile::none)
        errors_.add(
            rule.line, rule.place, "'instead_of' names no table, " + in_quotes(rule.instead_of)
        );
    for (const Rule::Condition& condition : rule.where)
        check(rule, condition.column);
    for (const auto& [field, expression] : rule.fields)
        check(rule, expression);
}

const TableSource* Checker::table_of(const Rule& rule, const Expression& column) const
{
    const std::string& name = column.table.empty() ? rule.each : column.table;
    const std::size_t number = complete_.table_named(name);
    return number == CompleteProfile::none ? nullptr : complete_.tables[number];
}

// A number that the table's index does not have.
void Checker::check_index(const Rule& rule, const Expression& expression)
{
    const std::size_t number = complete_.table_named(rule.each);
    if (number == CompleteProfile::none) return;
    const auto& lengths = complete_.tables[number]->index_lengths;
    if (lengths.empty()) return;
    const auto most = static_cast<int>(*std::max_element(lengths.begin(), lengths.end()));
    if (std::abs(expression.from) > most || std::abs(expression.to) > most)
        errors_.add(
            expression.line,
            expression.place,
            "the index of " + in_quotes(rule.each) + " has at most " + std::to_string(most) +
                " numbers"
        );
}

void Checker::check_column(const Rule& rule, const Expression& expression)
{
    const TableSource* const table = table_of(rule, expression);
    if (table == nullptr)
        return errors_.add(
            expression.line,
            expression.place,
            expression.table.empty()
                ? "'column' in a rule without 'each': say TABLE." + expression.name
                : "there is no table " + in_quotes(expression.table) + "; " + tables()
        );
    if (column_named(*table, expression.name) == CompleteProfile::none)
        errors_.add(
            expression.line,
            expression.place,
            "table " + in_quotes(table->name) + " has no column " + in_quotes(expression.name)
        );
    if (rule.each.empty() && expression.at.empty() && expression.source == Source::column)
        errors_.add(
            expression.line,
            expression.place,
            "a column in a rule without 'each' needs 'at', the row's index"
        );
}

void Checker::check(const Rule& rule, const Expression& expression)
{
    if (expression.source == Source::column || expression.source == Source::all)
        check_column(rule, expression);
    if (expression.source == Source::index && rule.each.empty())
        errors_.add(expression.line, expression.place, "'index' in a rule without 'each'");
    if (expression.source == Source::index) check_index(rule, expression);
    const TableSource* const own = table_of(rule, Expression{});
    const bool is_column = expression.source == Source::word && own != nullptr &&
                           column_named(*own, expression.name) != CompleteProfile::none;
    const bool is_scalar = complete_.scalar_named(expression.name) != CompleteProfile::none;
    if (expression.source == Source::scalar && !is_scalar)
        errors_.add(
            expression.line, expression.place, "there is no scalar " + in_quotes(expression.name)
        );
    if (expression.source == Source::word && !is_column && !is_scalar)
        errors_.add(
            expression.line,
            expression.place,
            in_quotes(expression.name) +
                " is no column of the rule's table and no scalar; a constant "
                "is written {text: " +
                expression.name + "}"
        );
    for (const Expression& part : expression.parts)
        check(rule, part);
    for (const Expression& part : expression.at)
        check(rule, part);
    for (const Step& step : expression.steps)
        check_step(rule, step);
}

void Checker::check_step(const Rule& rule, const Step& step)
{
    if (const auto* by = std::get_if<ByStep>(&step); by != nullptr && by->by) check(rule, *by->by);
    if (const auto* as = std::get_if<AsStep>(&step); as != nullptr && as->subtype)
        check(rule, *as->subtype);
}

bool extends_itself(
    const Catalogue& all, const Profile& profile, std::set<const Profile*> line = {}
)
{
    if (!line.insert(&profile).second) return true;
    return std::any_of(
        profile.extends.begin(),
        profile.extends.end(),
        [&](const Profile::Base& one) {
            const auto base = all.find(one.name);
            return base != nullptr && extends_itself(all, *base, line);
        }
    );
}

std::vector<ConfigError> check_extends(const Catalogue& all, const Profile& profile)
{
    ConfigErrors errors{profile.file};
    for (const Profile::Base& base : profile.extends)
        if (all.find(base.name) == nullptr)
            errors.add(
                base.line, base.place, "extends " + in_quotes(base.name) + ", which there is not"
            );
    if (errors.empty() && extends_itself(all, profile))
        errors.add(profile.extends.front().line, profile.extends.front().place, "extends itself");
    return std::move(errors).take();
}

} // namespace

std::vector<ConfigError> check_profiles(const Catalogue& catalogue)
{
    std::vector<ConfigError> errors;
    const auto add = [&](std::vector<ConfigError> more) {
        std::move(more.begin(), more.end(), std::back_inserter(errors));
    };
    for (const std::string_view name : catalogue.names())
        add(check_extends(catalogue, *catalogue.find(name)));
    if (!errors.empty()) return errors;
    for (const std::string_view name : catalogue.names()) {
        const auto profile = catalogue.find(name);
        const auto complete = catalogue.complete(name);
        Checker checker{*profile, *complete};
        for (const Rule& rule : profile->rules)
            checker.check(rule);
        add(checker.take());
    }
    return errors;
}

} // namespace hallmonitor::agent
