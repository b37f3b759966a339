#include "agent/facts/facts.hpp"

#include "agent/facts/evaluate.hpp"
#include "agent/facts/moving.hpp"
#include "agent/facts/octets.hpp"
#include "agent/facts/poe_ports.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
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
        const bool is_out = field.type == Type::ratio && (*number < 0 || *number > 1);
        return is_out ? Value{} : Value{shortened(*number)};
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
    return field_named(section, field).value_or(CompleteProfile::none);
}

void set_if_missing(FactRow& row, std::size_t field, std::optional<double> number)
{
    if (number && !is_there(row.values[field])) row.values[field] = shortened(*number);
}

// Of used, free and total octets and the ratio, what the others give.
void complete_memory(FactRow& row)
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
bool says_something(const SectionInfo& section, const FactRow& row)
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

void complete_sensor(FactRow& row)
{
    static const std::size_t kind = place_of(FactSection::sensors, "kind");
    static const std::size_t unit = place_of(FactSection::sensors, "unit");
    const std::string_view usual = unit_of_kind(text_of(row.values[kind]));
    if (!is_there(row.values[unit]) && !usual.empty()) row.values[unit] = std::string{usual};
}

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
    enum class What : std::uint8_t { all, moving };

    Understanding(const FactScope& scope, What what)
        : scope_(scope), there_(scope.raw.there()), what_(what)
    {}

    void apply(const Rule& rule);
    Facts facts;

private:
    [[nodiscard]] bool is_chosen(const Rule& rule) const;
    [[nodiscard]] bool is_wanted(const FieldInfo& field, FactSection section) const;
    void add_row(const Rule& rule, const std::string& origin);
    static void merge(FactRow row, std::vector<FactRow>& rows);

    FactScope scope_;
    Presence there_;
    What what_;
    std::map<std::pair<FactSection, std::string_view>, unsigned> origins_; // rules that had it
};

void Understanding::apply(const Rule& rule)
{
    // Counted whether it counts or not, so that rows keep their ids.
    const std::string_view name = origin_of(rule);
    const unsigned number = origins_[{rule.section, name}]++;
    const std::string origin =
        std::string{name} + (number == 0 ? "" : "~" + std::to_string(number + 1));
    if (is_superseded(rule, scope_.profile, there_)) return;
    scope_.table = CompleteProfile::none;
    scope_.index = nullptr;
    if (rule.each.empty()) return add_row(rule, origin);
    scope_.table = scope_.profile.table_named(rule.each);
    if (scope_.table == CompleteProfile::none) return;
    for (const auto& [index, cells] : scope_.raw.rows(scope_.table)) {
        scope_.index = &index;
        if (is_chosen(rule)) add_row(rule, origin);
    }
}

bool Understanding::is_chosen(const Rule& rule) const
{
    return std::all_of(rule.where.begin(), rule.where.end(), [&](const Rule::Condition& one) {
        const Value value = evaluate(one.column, scope_);
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

bool Understanding::is_wanted(const FieldInfo& field, FactSection section) const
{
    const bool completes = section == FactSection::memory && field.type == Type::count;
    return what_ == What::all || field.moves() || completes;
}

void Understanding::add_row(const Rule& rule, const std::string& origin)
{
    const SectionInfo& section = info_of(rule.section);
    FactRow row{.source = {}, .index = {}, .id = origin, .values = {}};
    if (scope_.index != nullptr) {
        row.source = rule.each;
        row.index = text_of(*scope_.index);
        row.id += "." + row.index;
    }
    row.values.resize(section.fields.size());
    bool has_any = false;
    for (const auto& [field, expression] : rule.fields) {
        const FieldInfo& info = section.fields[field];
        if (!is_wanted(info, rule.section)) continue;
        row.values[field] = fitted(evaluate(expression, scope_), info);
        // A constant tells nothing of the device.
        const bool is_told = expression.source != Expression::Source::constant;
        has_any = has_any || (is_told && is_there(row.values[field]));
    }
    if (what_ == What::moving && !has_any) return;
    if (what_ == What::all && !says_something(section, row)) return;
    if (rule.section == FactSection::memory) complete_memory(row);
    if (rule.section == FactSection::sensors && what_ == What::all) complete_sensor(row);
    std::vector<FactRow>& rows = facts.rows(rule.section);
    if (section.is_single) return merge(std::move(row), rows);
    if (has_any) rows.push_back(std::move(row));
}

// In sections of one row the first to say something is right.
void Understanding::merge(FactRow row, std::vector<FactRow>& rows)
{
    if (rows.empty()) {
        rows.push_back({.source = {}, .index = {}, .id = {}, .values = std::move(row.values)});
        return;
    }
    std::vector<Value>& known = rows.front().values;
    for (std::size_t field = 0; field < known.size(); ++field)
        if (!is_there(known[field])) known[field] = std::move(row.values[field]);
}

} // namespace

const Value& FactRow::operator[](std::size_t field) const
{
    static const Value nothing;
    return field < values.size() ? values[field] : nothing;
}

const Value& Facts::value(FactSection section, const FactRow& row, std::string_view field)
{
    return row[place_of(section, field)];
}

bool Facts::empty() const
{
    return std::all_of(rows_.begin(), rows_.end(), [](const auto& rows) { return rows.empty(); });
}

namespace {

Facts understood(const FactScope& scope, Understanding::What what)
{
    Understanding understanding{scope, what};
    for (const Rule* rule : scope.profile.rules)
        understanding.apply(*rule);
    return std::move(understanding.facts);
}

} // namespace

Facts understand(
    const CompleteProfile& profile, const RawFacts& raw, std::span<const Interface> interfaces
)
{
    Facts facts = understood(
        {.profile = profile, .raw = raw, .interfaces = interfaces}, Understanding::What::all
    );
    find_poe_ports(facts.rows(FactSection::poe_ports), interfaces);
    return facts;
}

Facts understand_moving(const CompleteProfile& profile, const RawFacts& raw)
{
    return understood(
        {.profile = profile, .raw = raw, .interfaces = {}}, Understanding::What::moving
    );
}

} // namespace hallmonitor::agent
