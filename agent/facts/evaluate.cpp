#include "agent/facts/evaluate.hpp"

#include "agent/facts/octets.hpp"
#include "common/model/fact_sections.hpp"
#include "common/model/sensor_kinds.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace hallmonitor::agent {
namespace {

using Source = Expression::Source;

bool is_same(const Value& value, const Value& other)
{
    const auto* number = std::get_if<double>(&other);
    if (number == nullptr) return text_of(value) == text_of(other);
    const auto own = number_of(value);
    return own && *own == *number;
}

std::optional<FactIndex> index_of(const std::string& text)
{
    FactIndex index;
    std::uint64_t arc = 0;
    bool has_digit = false;
    for (const char c : text + ".") {
        if (c >= '0' && c <= '9') {
            arc = arc * 10 + static_cast<unsigned>(c - '0');
            has_digit = true;
            if (arc > UINT32_MAX) return std::nullopt;
        } else if (c == '.' && has_digit) {
            index.push_back(static_cast<std::uint32_t>(arc));
            arc = 0;
            has_digit = false;
        } else {
            return std::nullopt;
        }
    }
    return index;
}

// The index that the parts of an `at` make.
std::optional<FactIndex> index_at(const Expression& expression, const FactScope& scope)
{
    FactIndex index;
    for (const Expression& part : expression.at) {
        const Value value = evaluate(part, scope);
        const auto piece = index_of(text_of(value));
        if (!piece) return std::nullopt;
        index.insert(index.end(), piece->begin(), piece->end());
    }
    return index;
}

Value column_value(const Expression& expression, const FactScope& scope)
{
    const std::size_t table =
        expression.table.empty() ? scope.table : scope.profile.table_named(expression.table);
    if (table == CompleteProfile::none) return {};
    const std::size_t column = column_named(*scope.profile.tables[table], expression.name);
    if (column == CompleteProfile::none) return {};
    if (expression.at.empty())
        return scope.index != nullptr ? scope.raw.cell(table, column, *scope.index) : Value{};
    const auto index = index_at(expression, scope);
    return index ? scope.raw.cell(table, column, *index) : Value{};
}

Value scalar_value(const Expression& expression, const FactScope& scope)
{
    const std::size_t scalar = scope.profile.scalar_named(expression.name);
    return scalar != CompleteProfile::none ? scope.raw.scalar(scalar) : Value{};
}

Value word_value(const Expression& expression, const FactScope& scope)
{
    const bool is_column =
        scope.table != CompleteProfile::none &&
        column_named(*scope.profile.tables[scope.table], expression.name) != CompleteProfile::none;
    return is_column ? column_value(expression, scope) : scalar_value(expression, scope);
}

Value index_value(const Expression& expression, const FactScope& scope)
{
    if (scope.index == nullptr) return {};
    const auto size = static_cast<int>(scope.index->size());
    const auto place = [&](int number) { return number < 0 ? size + number : number - 1; };
    const int from = place(expression.from);
    const int to = place(expression.to);
    if (from < 0 || to >= size || from > to) return {};
    const FactIndex part{scope.index->begin() + from, scope.index->begin() + to + 1};
    const bool is_octets =
        std::any_of(expression.steps.begin(), expression.steps.end(), [](const Step& step) {
            return std::holds_alternative<AsStep>(step);
        });
    if (is_octets) {
        std::string octets;
        for (const std::uint32_t arc : part)
            octets += static_cast<char>(arc);
        return octets;
    }
    if (part.size() == 1) return static_cast<double>(part.front());
    return text_of(part);
}

Value sum_value(const Expression& expression, const FactScope& scope)
{
    double sum = 0;
    for (const Expression& part : expression.parts) {
        const auto number = number_of(evaluate(part, scope));
        if (!number) return {};
        sum += *number;
    }
    return sum;
}

Value join_value(const Expression& expression, const FactScope& scope)
{
    std::string text;
    for (const Expression& part : expression.parts) {
        const std::string piece = plain_text(text_of(evaluate(part, scope)));
        if (piece.empty()) continue;
        text += (text.empty() ? "" : expression.name) + piece;
    }
    return text.empty() ? Value{} : Value{text};
}

const std::string& fact_of(const Interface& interface, InterfaceFact fact)
{
    switch (fact) {
    case InterfaceFact::name: return interface.names.name;
    case InterfaceFact::descr: return interface.names.descr;
    case InterfaceFact::alias: return interface.alias;
    case InterfaceFact::mac:
    case InterfaceFact::index: break;
    }
    return interface.names.mac;
}

Value interface_value(const Expression& expression, const FactScope& scope)
{
    const std::string octets = text_of(evaluate(expression.parts.front(), scope));
    for (const InterfaceFact by : expression.by) {
        if (by == InterfaceFact::index) {
            const auto number = number_of(Value{octets});
            const bool is_there = std::any_of(
                scope.interfaces.begin(),
                scope.interfaces.end(),
                [&](const Interface& one) { return number == one.names.if_index; }
            );
            if (is_there) return *number;
            continue;
        }
        const std::string wanted = by == InterfaceFact::mac ? mac_text(octets) : plain_text(octets);
        if (wanted.empty()) continue;
        const auto is_it = [&](const Interface& one) { return fact_of(one, by) == wanted; };
        const auto begin = scope.interfaces.begin();
        const auto end = scope.interfaces.end();
        const auto found = std::find_if(begin, end, is_it);
        // A name that two have says nothing.
        if (found == end || std::find_if(found + 1, end, is_it) != end) continue;
        return static_cast<double>(found->names.if_index);
    }
    return {};
}

// Of the integer alone: a text of these digits is a figure.
bool is_no_reading(const Expression& expression, const Value& value)
{
    const auto* number = std::get_if<double>(&value);
    return expression.is_gauge && number != nullptr && is_sentinel(*number);
}

Value all_value(const Expression& expression, const FactScope& scope)
{
    const std::size_t table = scope.profile.table_named(expression.table);
    if (table == CompleteProfile::none) return {};
    const std::size_t column = column_named(*scope.profile.tables[table], expression.name);
    std::optional<double> taken;
    for (const auto& [index, cells] : scope.raw.rows(table)) {
        const Value& cell = scope.raw.cell(table, column, index);
        const auto number =
            expression.take == Take::count && is_there(cell) ? std::optional{1.0} : number_of(cell);
        if (!number || is_no_reading(expression, cell)) continue;
        const double before = taken.value_or(*number);
        switch (expression.take) {
        case Take::sum:
        case Take::count: taken = taken ? before + *number : *number; break;
        case Take::most: taken = std::max(before, *number); break;
        case Take::least: taken = std::min(before, *number); break;
        }
    }
    return taken ? Value{*taken} : Value{};
}

Value any_source_value(const Expression& expression, const FactScope& scope)
{
    switch (expression.source) {
    case Source::word: return word_value(expression, scope);
    case Source::column: return column_value(expression, scope);
    case Source::scalar: return scalar_value(expression, scope);
    case Source::constant: return expression.constant;
    case Source::index: return index_value(expression, scope);
    case Source::sum: return sum_value(expression, scope);
    case Source::join: return join_value(expression, scope);
    case Source::interface: return interface_value(expression, scope);
    case Source::all: return all_value(expression, scope);
    case Source::first: break;
    }
    for (const Expression& part : expression.parts) {
        Value value = evaluate(part, scope);
        const auto* text = std::get_if<std::string>(&value);
        if (is_there(value) && (text == nullptr || !plain_text(*text).empty())) return value;
    }
    return {};
}

Value source_value(const Expression& expression, const FactScope& scope)
{
    Value value = any_source_value(expression, scope);
    return is_no_reading(expression, value) ? Value{} : value;
}

Value apply(const AbsentStep& step, Value value, const FactScope& /*scope*/)
{
    const bool is_named =
        std::any_of(step.values.begin(), step.values.end(), [&](const Value& sentinel) {
            return is_same(value, sentinel);
        });
    if (is_named) return {};
    const auto number = number_of(value);
    if (number && step.below && *number < *step.below) return {};
    if (number && step.above && *number > *step.above) return {};
    return value;
}

Value apply(const NumberInTextStep& step, const Value& value, const FactScope& /*scope*/)
{
    const auto number = number_in_text(text_of(value), step.number);
    return number ? Value{*number} : Value{};
}

Value apply(const PatternStep& step, const Value& value, const FactScope& /*scope*/)
{
    const std::string text = plain_text(text_of(value));
    std::smatch match;
    if (!std::regex_search(text, match, step.regex)) return {};
    return (match.size() > 1 && match[1].matched ? match[1] : match[0]).str();
}

Value apply(const EnumStep& step, const Value& value, const FactScope& /*scope*/)
{
    for (const auto& [key, word] : step.words)
        if (is_same(value, key)) return word;
    return step.other;
}

Value apply(const BitsStep& step, const Value& value, const FactScope& /*scope*/)
{
    const auto* octets = std::get_if<std::string>(&value);
    if (octets == nullptr) return {};
    for (const auto& [bit, word] : step.words) {
        if (bit / 8 >= octets->size()) continue;
        const unsigned octet = static_cast<unsigned char>((*octets)[bit / 8]);
        if ((octet & (0x80U >> bit % 8)) != 0) return word;
    }
    return octets->find_first_not_of('\0') == std::string::npos ? step.none : Value{};
}

Value apply(const ModuloStep& step, const Value& value, const FactScope& /*scope*/)
{
    const auto number = number_of(value);
    if (!number) return {};
    const double rest = std::fmod(*number, step.divisor);
    return rest < 0 ? rest + step.divisor : rest;
}

Value apply(const LinearStep& step, const Value& value, const FactScope& /*scope*/)
{
    const auto number = number_of(value);
    return number ? Value{*number * step.scale + step.offset} : Value{};
}

Value apply(const ByStep& step, const Value& value, const FactScope& scope)
{
    const auto number = number_of(value);
    const auto by = number_of(evaluate(*step.by, scope));
    if (!number || !by) return {};
    double result = 0;
    switch (step.how) {
    case ByStep::How::times_ten_to: result = *number * std::pow(10, *by); break;
    case ByStep::How::divided_by_ten_to: result = *number / std::pow(10, *by); break;
    case ByStep::How::times: result = *number * *by; break;
    case ByStep::How::divided: result = *number / *by; break;
    }
    return std::isfinite(result) ? Value{result} : Value{};
}

Value apply(const PlausibleStep& step, const Value& value, const FactScope& /*scope*/)
{
    const auto number = number_of(value);
    return number && *number >= step.low && *number <= step.high ? Value{*number} : Value{};
}

Value apply(const KindStep& step, Value value, const FactScope& scope)
{
    const auto number = number_of(value);
    const std::string kind = text_of(evaluate(*step.kind, scope));
    return number && !is_plausible(kind, *number) ? Value{} : value;
}

Value apply(const AsStep& step, const Value& value, const FactScope& scope)
{
    const std::string octets = text_of(value);
    AsStep::What what = step.what;
    if (what == AsStep::What::by_subtype) {
        const std::string subtype = text_of(evaluate(*step.subtype, scope));
        what = subtype == "mac"       ? AsStep::What::mac
               : subtype == "address" ? AsStep::What::address
                                      : AsStep::What::text;
        if (what == AsStep::What::text && !is_clean_text(octets)) what = AsStep::What::mac;
    }
    std::string text;
    if (what == AsStep::What::mac) text = mac_text(octets);
    if (what == AsStep::What::address) text = address_text(octets);
    if (what == AsStep::What::text) text = plain_text(octets);
    return text.empty() ? Value{} : Value{text};
}

} // namespace

Value evaluate(const Expression& expression, const FactScope& scope)
{
    Value value = source_value(expression, scope);
    for (const Step& step : expression.steps) {
        if (!is_there(value)) return {};
        value =
            std::visit([&](const auto& one) { return apply(one, std::move(value), scope); }, step);
    }
    return value;
}

std::string text_of(const FactIndex& index)
{
    std::string text;
    for (const std::uint32_t arc : index)
        text += (text.empty() ? "" : ".") + std::to_string(arc);
    return text;
}

} // namespace hallmonitor::agent
