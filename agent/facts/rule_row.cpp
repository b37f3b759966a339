#include "agent/facts/rule_row.hpp"

#include "agent/facts/octets.hpp"
#include "agent/facts/raw_facts.hpp"
#include "common/check.hpp"
#include "common/model/fact_sections.hpp"
#include "common/model/sensor_kinds.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

using Type = FieldInfo::Type;

// 0.07 out of 7 x 0.01: doubles that were computed out of short decimals are short again.
double shortened(double number)
{
    constexpr int digits = 12;
    std::array<char, 40> room{};
    const auto [end, error] = std::to_chars(
        room.data(), room.data() + room.size(), number, std::chars_format::general, digits
    );
    double rounded = number;
    if (error == std::errc{}) std::from_chars(room.data(), end, rounded);
    return rounded;
}

bool is_arc(const std::string& text)
{
    constexpr std::size_t most_digits = 10;
    const bool is_plain = text.size() == 1 || text.front() != '0';
    return is_plain && text.size() <= most_digits &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

// As the field holds it: octets and other counts to the last digit.
double rounded(double number, const FieldInfo& field)
{
    return field.type == Type::count ? std::round(number) : shortened(number);
}

// The value as the field holds it; nothing when it cannot.
Value fitted(const Value& value, const FieldInfo& field)
{
    if (!is_there(value)) return {};
    switch (field.type) {
    case Type::text: {
        std::string text = plain_text(text_of(value));
        return text.empty() ? Value{} : Value{std::move(text)};
    }
    case Type::number:
    case Type::count:
    case Type::ratio: {
        const auto number = number_of(value);
        if (!number) return {};
        const bool is_signed = field.type == Type::number;
        const bool is_out =
            (*number < 0 && !is_signed) || (*number > 1 && field.type == Type::ratio);
        return is_out ? Value{} : Value{rounded(*number, field)};
    }
    case Type::index: {
        std::string text = plain_text(text_of(value));
        if (text.empty()) return {};
        if (is_arc(text)) return number_of(Value{text}).value_or(0);
        return text;
    }
    case Type::flag: return std::holds_alternative<bool>(value) ? value : Value{};
    case Type::word: break;
    }
    const std::string word = text_of(value);
    const bool is_known =
        std::find(field.words.begin(), field.words.end(), word) != field.words.end();
    return is_known ? Value{word} : Value{};
}

std::size_t place_of(FactSection section, std::string_view field)
{
    const auto place = field_named(section, field);
    INVARIANT(place.has_value());
    return *place;
}

void set_if_missing(RuleRow& row, std::size_t field, std::optional<double> number)
{
    const Value value =
        number ? fitted(*number, info_of(FactSection::memory).fields[field]) : Value{};
    if (!is_there(row.values[field])) row.values[field] = value;
}

// Of used, free and total octets and the ratio, what the others give.
void complete_memory(RuleRow& row)
{
    static const std::size_t used = place_of(FactSection::memory, "used_bytes");
    static const std::size_t unused = place_of(FactSection::memory, "free_bytes");
    static const std::size_t total = place_of(FactSection::memory, "total_bytes");
    static const std::size_t ratio = place_of(FactSection::memory, "used_ratio");
    const auto number = [&](std::size_t field) { return number_of(row.values[field]); };
    if (number(used) && number(unused)) set_if_missing(row, total, *number(used) + *number(unused));
    if (number(total) && number(unused))
        set_if_missing(row, used, *number(total) - *number(unused));
    if (number(total) && number(ratio)) set_if_missing(row, used, *number(total) * *number(ratio));
    const bool is_sound = number(total) && number(used) && *number(total) > 0 &&
                          *number(used) >= 0 && *number(used) <= *number(total);
    if (!is_sound) return;
    set_if_missing(row, unused, *number(total) - *number(used));
    set_if_missing(row, ratio, *number(used) / *number(total));
}

// It has what is required, and one of the figures that its section is about.
bool says_something(const SectionInfo& section, const RuleRow& row)
{
    bool has_figures = false;
    bool has_one = false;
    for (std::size_t field = 0; field < section.fields.size(); ++field) {
        const FieldInfo& info = section.fields[field];
        const bool is_told = is_there(row.values[field]);
        if (info.need == FieldInfo::Need::required && !is_told) return false;
        if (info.need != FieldInfo::Need::one_of) continue;
        has_figures = true;
        has_one = has_one || is_told;
    }
    return has_one || !has_figures;
}

void complete_sensor(RuleRow& row)
{
    static const std::size_t kind = place_of(FactSection::sensors, "kind");
    static const std::size_t unit = place_of(FactSection::sensors, "unit");
    const std::string_view usual = unit_of_kind(text_of(row.values[kind]));
    if (!is_there(row.values[unit]) && !usual.empty()) row.values[unit] = std::string{usual};
}

// A moving row is completed like any other: its figures may not move themselves.
bool is_wanted(const FieldInfo& field, FactSection section, FactsWanted wanted)
{
    const bool completes = section == FactSection::memory && field.type == Type::count;
    return wanted == FactsWanted::all || field.moves() || completes;
}

/// What rules make of a device, as far as others have to know.
class Supersession {
public:
    Supersession(const CompleteProfile& profile, const RawFacts& raw) : profile_(profile), raw_(raw)
    {}

    // One of the objects that it is for want of brings something to its section. Where nothing of
    // the section is made of it, that it is there.
    [[nodiscard]] bool is_superseded(const Rule& rule) const
    {
        return std::any_of(rule.unless.begin(), rule.unless.end(), [&](const std::string& name) {
            bool has_maker = false;
            for (const Rule* other : profile_.rules) {
                if (other == &rule || other->section != rule.section || !uses(*other, name))
                    continue;
                has_maker = true;
                if (brings(*other, name)) return true;
            }
            return !has_maker && is_there_at_all(name);
        });
    }

private:
    [[nodiscard]] bool is_there_at_all(const std::string& name) const
    {
        const std::size_t table = profile_.table_named(name);
        if (table != CompleteProfile::none) return !raw_.rows(table).empty();
        const std::size_t scalar = profile_.scalar_named(name);
        return scalar != CompleteProfile::none && is_there(raw_.scalar(scalar));
    }

    static bool uses(const Expression& expression, const std::string& name)
    {
        return (expression.table.empty() && expression.name == name) ||
               std::any_of(
                   expression.parts.begin(),
                   expression.parts.end(),
                   [&](const Expression& part) { return uses(part, name); }
               );
    }

    static bool uses(const Rule& rule, const std::string& name)
    {
        if (!rule.each.empty()) return rule.each == name;
        return std::any_of(rule.fields.begin(), rule.fields.end(), [&](const auto& field) {
            return uses(field.second, name);
        });
    }

    [[nodiscard]] bool brings(const Rule& rule, const std::string& name) const
    {
        FactScope scope{.profile = profile_, .raw = raw_, .interfaces = {}};
        if (rule.each.empty())
            return std::any_of(rule.fields.begin(), rule.fields.end(), [&](const auto& field) {
                const FieldInfo& info = info_of(rule.section).fields[field.first];
                return uses(field.second, name) &&
                       is_there(fitted(evaluate(field.second, scope), info));
            });
        scope.table = profile_.table_named(rule.each);
        if (scope.table == CompleteProfile::none) return false;
        const auto& rows = raw_.rows(scope.table);
        return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
            scope.index = &row.first;
            if (!is_chosen(rule, scope)) return false;
            const auto made = make_row(rule, scope, FactsWanted::all);
            return made && made->is_of_device;
        });
    }

    const CompleteProfile& profile_;
    const RawFacts& raw_;
};

} // namespace

bool is_chosen(const Rule& rule, const FactScope& scope)
{
    return std::all_of(rule.where.begin(), rule.where.end(), [&](const Rule::Condition& one) {
        const Value value = evaluate(one.column, scope);
        if (one.values.empty()) return !is_there(value);
        return std::any_of(one.values.begin(), one.values.end(), [&](const Value& wanted) {
            if (const auto* number = std::get_if<double>(&wanted)) {
                const auto own = number_of(value);
                return own && *own == *number;
            }
            return is_there(value) && text_of(value) == text_of(wanted);
        });
    });
}

std::optional<RuleRow> make_row(const Rule& rule, const FactScope& scope, FactsWanted wanted)
{
    const SectionInfo& section = info_of(rule.section);
    RuleRow row;
    row.values.resize(section.fields.size());
    for (const auto& [field, expression] : rule.fields) {
        const FieldInfo& info = section.fields[field];
        if (!is_wanted(info, rule.section, wanted)) continue;
        row.values[field] = fitted(evaluate(expression, scope), info);
        const bool is_constant = expression.source == Expression::Source::constant;
        row.is_of_device = row.is_of_device || (!is_constant && is_there(row.values[field]));
    }
    if (wanted == FactsWanted::moving && !row.is_of_device) return std::nullopt;
    if (wanted == FactsWanted::all && !says_something(section, row)) return std::nullopt;
    if (rule.section == FactSection::memory) complete_memory(row);
    if (rule.section == FactSection::sensors && wanted == FactsWanted::all) complete_sensor(row);
    return row;
}

std::vector<bool> superseded_rules(const CompleteProfile& profile, const RawFacts& raw)
{
    const Supersession supersession{profile, raw};
    std::vector<bool> superseded;
    superseded.reserve(profile.rules.size());
    for (const Rule* rule : profile.rules)
        superseded.push_back(supersession.is_superseded(*rule));
    return superseded;
}

} // namespace hallmonitor::agent
