#include "agent/facts/expression_reader.hpp"

#include "agent/facts/step_reader.hpp"
#include "common/config/strict_yaml.hpp"
#include "common/config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

using Source = Expression::Source;

constexpr std::array<std::pair<std::string_view, Source>, 10> sources{{
    {"column", Source::column},
    {"scalar", Source::scalar},
    {"text", Source::constant},
    {"number", Source::constant},
    {"index", Source::index},
    {"first", Source::first},
    {"sum", Source::sum},
    {"join", Source::join},
    {"interface", Source::interface},
    {"all", Source::all},
}};

void complain(const YamlValue& at, std::string message, ConfigErrors& errors)
{
    errors.add(at.line, at.column, std::move(message));
}

class Reader {
public:
    Reader(const YamlValue& yaml, const FieldInfo* field, ConfigErrors& errors)
        : yaml_(yaml), field_(field), errors_(errors), section_(yaml, errors)
    {}

    std::optional<Expression> read();

private:
    bool read_source();
    void take_name(const std::string& text, Source source);
    bool read_constant(const YamlValue& at, std::string_view key);
    bool read_parts(const YamlValue& at, std::string_view key);
    bool read_index(const YamlValue& at);
    void read_at();
    void read_take();
    void read_by();

    const YamlValue& yaml_;
    const FieldInfo* field_;
    ConfigErrors& errors_;
    Section section_;
    Expression made_;
};

std::optional<Expression> Reader::read()
{
    made_.line = yaml_.line;
    made_.place = yaml_.column;
    if (yaml_.kind == YamlValue::Kind::scalar) {
        if (!expect_text(yaml_, "expression", errors_)) return std::nullopt;
        if (const auto number = yaml_.is_quoted ? std::nullopt : read_number(yaml_)) {
            made_.constant = *number;
        } else {
            take_name(yaml_.text, Source::word);
        }
        return std::move(made_);
    }
    if (yaml_.kind != YamlValue::Kind::mapping) {
        complain(yaml_, "an expression is a name, a number or a mapping", errors_);
        return std::nullopt;
    }
    if (!read_source()) return std::nullopt;
    made_.steps = read_steps(section_, field_);
    section_.finish();
    return std::move(made_);
}

bool Reader::read_source()
{
    const YamlValue* at = nullptr;
    std::string_view key;
    for (const auto& [name, source] : sources) {
        const YamlValue* const found = section_.find(name);
        if (found == nullptr) continue;
        if (at != nullptr) {
            complain(
                *found, in_quotes(name) + ": there is " + in_quotes(key) + " already", errors_
            );
            return false;
        }
        at = found;
        key = name;
        made_.source = source;
    }
    if (at == nullptr) {
        complain(
            yaml_,
            "an expression needs one of column, scalar, text, number, index, first, sum, join, "
            "interface, all",
            errors_
        );
        return false;
    }
    if (made_.source == Source::constant) return read_constant(*at, key);
    if (made_.source == Source::index) return read_index(*at);
    const bool is_column = made_.source == Source::column || made_.source == Source::all;
    if (!is_column && made_.source != Source::scalar) return read_parts(*at, key);
    if (!expect_text(*at, key, errors_)) return false;
    take_name(at->text, made_.source);
    if (made_.source == Source::column) read_at();
    if (made_.source == Source::all) read_take();
    return true;
}

void Reader::read_take()
{
    constexpr std::array<std::string_view, 4> choices{"sum", "most", "least", "count"};
    section_.require("take", "one of sum, most, least, count");
    std::string take;
    if (!section_.choice("take", take, choices)) return;
    const auto* const found = std::find(choices.begin(), choices.end(), take);
    made_.take = static_cast<Take>(found - choices.begin());
}

// NAME or TABLE.NAME
void Reader::take_name(const std::string& text, Source source)
{
    const std::size_t point = source == Source::scalar ? std::string::npos : text.find('.');
    made_.source = source;
    made_.name = text;
    if (point == std::string::npos) return;
    if (source == Source::word) made_.source = Source::column;
    made_.table = text.substr(0, point);
    made_.name = text.substr(point + 1);
}

bool Reader::read_constant(const YamlValue& at, std::string_view key)
{
    if (!expect_text(at, key, errors_)) return false;
    if (key == "number") {
        const auto number = read_number(at);
        if (!number) complain(at, "'number' must be a number", errors_);
        made_.constant = number.value_or(0);
        return number.has_value();
    }
    made_.constant = at.text;
    if (field_ != nullptr && field_->type == FieldInfo::Type::flag)
        made_.constant = constant_of(at);
    check_word(at, made_.constant, field_, errors_);
    return true;
}

bool Reader::read_parts(const YamlValue& at, std::string_view key)
{
    std::vector<const YamlValue*> parts;
    if (made_.source == Source::interface) {
        parts.push_back(&at);
        read_by();
    } else if (at.kind != YamlValue::Kind::sequence || at.items.empty()) {
        complain(at, in_quotes(key) + " must be a list of expressions", errors_);
        return false;
    } else {
        for (const YamlValue& item : at.items)
            parts.push_back(&item);
    }
    const FieldInfo* const field = made_.source == Source::first ? field_ : nullptr;
    for (const YamlValue* part : parts)
        if (auto read = read_expression(*part, field, errors_))
            made_.parts.push_back(std::move(*read));
    if (made_.source == Source::join) {
        made_.name = " ";
        section_.text("with", made_.name);
    }
    return made_.parts.size() == parts.size();
}

bool Reader::read_index(const YamlValue& at)
{
    const auto whole = [](const YamlValue& one) -> std::optional<int> {
        int number = 0;
        const char* const end = one.text.data() + one.text.size();
        const auto [stop, error] = std::from_chars(one.text.data(), end, number);
        if (error != std::errc{} || stop != end || number == 0) return std::nullopt;
        return number;
    };
    if (at.kind == YamlValue::Kind::scalar && at.text == "all") return true;
    if (at.kind == YamlValue::Kind::scalar) {
        if (const auto number = whole(at)) {
            made_.from = made_.to = *number;
            return true;
        }
    } else if (at.kind == YamlValue::Kind::sequence && at.items.size() == 2) {
        const auto from = whole(at.items.front());
        const auto to = whole(at.items.back());
        if (from && to) {
            made_.from = *from;
            made_.to = *to;
            return true;
        }
    }
    complain(
        at,
        "'index' must be all, a number from 1 (from the end if negative), or two of them in a "
        "list",
        errors_
    );
    return false;
}

void Reader::read_at()
{
    const YamlValue* const at = section_.find("at");
    if (at == nullptr) return;
    std::vector<const YamlValue*> parts{at};
    if (at->kind == YamlValue::Kind::sequence) {
        parts.clear();
        for (const YamlValue& item : at->items)
            parts.push_back(&item);
    }
    for (const YamlValue* part : parts)
        if (auto read = read_expression(*part, nullptr, errors_))
            made_.at.push_back(std::move(*read));
}

void Reader::read_by()
{
    constexpr std::array<std::pair<std::string_view, InterfaceFact>, 5> facts{{
        {"name", InterfaceFact::name},
        {"descr", InterfaceFact::descr},
        {"alias", InterfaceFact::alias},
        {"mac", InterfaceFact::mac},
        {"index", InterfaceFact::index},
    }};
    std::vector<std::string> names{"name", "descr"};
    section_.text_list("by", names);
    for (const std::string& name : names) {
        const auto* const known = std::find_if(facts.begin(), facts.end(), [&](const auto& fact) {
            return fact.first == name;
        });
        if (known == facts.end()) {
            section_.complain(
                "'by' knows name, descr, alias, mac and index, not " + in_quotes(name)
            );
        } else {
            made_.by.push_back(known->second);
        }
    }
}

} // namespace

std::optional<double> read_number(const YamlValue& yaml)
{
    if (yaml.kind != YamlValue::Kind::scalar) return std::nullopt;
    const std::string_view text = yaml.text;
    const char* const end = text.data() + text.size();
    if (text.starts_with("0x")) {
        std::uint64_t whole = 0;
        const auto [stop, error] = std::from_chars(text.data() + 2, end, whole, 16);
        if (error != std::errc{} || stop != end) return std::nullopt;
        return static_cast<double>(whole);
    }
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::vector<Value> read_values(const YamlValue& yaml, std::string_view key, ConfigErrors& errors)
{
    std::vector<Value> values;
    if (yaml.kind != YamlValue::Kind::sequence) {
        complain(yaml, in_quotes(key) + " must be a list of numbers or texts", errors);
        return values;
    }
    for (const YamlValue& item : yaml.items) {
        if (item.kind == YamlValue::Kind::scalar && item.text.empty()) {
            values.emplace_back(std::string{});
        } else if (expect_text(item, key, errors)) {
            values.push_back(constant_of(item));
        }
    }
    return values;
}

std::optional<Expression> read_expression(
    const YamlValue& yaml, const FieldInfo* field, ConfigErrors& errors
)
{
    return Reader{yaml, field, errors}.read();
}

} // namespace hallmonitor::agent
