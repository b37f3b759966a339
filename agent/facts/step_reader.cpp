#include "agent/facts/step_reader.hpp"

#include "agent/facts/expression_reader.hpp"
#include "common/config/values.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

void complain(const YamlValue& at, std::string message, ConfigErrors& errors)
{
    errors.add(at.line, at.column, std::move(message));
}

class StepReader {
public:
    StepReader(Section& section, const FieldInfo* field)
        : field_(field), errors_(section.errors()), section_(section)
    {}

    std::vector<Step> read();

private:
    void read_absent();
    void read_enum();
    void read_bits();
    void read_numbers();
    void read_as();
    Value word(const YamlValue& at);
    Value other_word();
    std::optional<double> number(std::string_view key);
    std::shared_ptr<const Expression> operand(std::string_view key);

    const FieldInfo* field_;
    ConfigErrors& errors_;
    Section& section_;
    std::vector<Step> steps_;
};

std::vector<Step> StepReader::read()
{
    read_absent();
    if (const auto number = this->number("number_in_text"))
        steps_.emplace_back(NumberInTextStep{static_cast<int>(*number)});
    if (const YamlValue* const at = section_.find("pattern");
        at != nullptr && expect_text(*at, "pattern", errors_)) {
        try {
            steps_.emplace_back(PatternStep{std::regex{at->text}});
        } catch (const std::regex_error&) {
            complain(*at, "'pattern' is no regular expression: " + in_quotes(at->text), errors_);
        }
    }
    read_enum();
    read_bits();
    read_numbers();
    read_as();
    return std::move(steps_);
}

void StepReader::read_absent()
{
    AbsentStep step;
    const YamlValue* const at = section_.find("absent");
    if (at != nullptr) step.values = read_values(*at, "absent", errors_);
    step.below = number("below");
    step.above = number("above");
    if (at != nullptr || step.below || step.above) steps_.emplace_back(std::move(step));
}

// A ratio or number may be what a state means; a word must be one that the field knows.
Value StepReader::word(const YamlValue& at)
{
    Value value = constant_of(at);
    check_word(at, value, field_, errors_);
    return value;
}

Value StepReader::other_word()
{
    const YamlValue* const at = section_.find("else");
    return at != nullptr && expect_text(*at, "else", errors_) ? word(*at) : Value{};
}

void StepReader::read_enum()
{
    const YamlValue* const at = section_.find("enum");
    if (at == nullptr) return;
    if (at->kind != YamlValue::Kind::mapping)
        return complain(*at, "'enum' must be a mapping of numbers to words", errors_);
    EnumStep step;
    for (const YamlEntry& entry : at->entries) {
        const YamlValue key{
            .kind = YamlValue::Kind::scalar,
            .line = entry.line,
            .column = entry.column,
            .text = entry.key,
            .items = {},
            .entries = {}};
        if (expect_text(entry.value, entry.key, errors_))
            step.words.emplace_back(constant_of(key), word(entry.value));
    }
    step.other = other_word();
    steps_.emplace_back(std::move(step));
}

void StepReader::read_bits()
{
    constexpr std::uint64_t most_bit = 1023;
    const YamlValue* const at = section_.find("bits");
    if (at == nullptr) return;
    if (at->kind != YamlValue::Kind::mapping)
        return complain(*at, "'bits' must be a mapping of bits to words", errors_);
    if (section_.find("enum") != nullptr)
        return complain(*at, "'bits': there is 'enum' already", errors_);
    BitsStep step;
    for (const YamlEntry& entry : at->entries) {
        const auto bit = parse_whole(entry.key);
        if (!bit || *bit > most_bit) {
            errors_.add(
                entry.line, entry.column, in_quotes(entry.key) + " must be a bit's number, from 0"
            );
        } else if (expect_text(entry.value, entry.key, errors_)) {
            step.words.emplace_back(static_cast<std::size_t>(*bit), word(entry.value));
        }
    }
    step.none = other_word();
    steps_.emplace_back(std::move(step));
}

void StepReader::read_numbers()
{
    if (const auto divisor = number("modulo")) {
        if (*divisor > 0) {
            steps_.emplace_back(ModuloStep{*divisor});
        } else {
            section_.complain("'modulo' must be above 0");
        }
    }
    const auto scale = number("scale");
    const auto offset = number("offset");
    if (scale || offset) steps_.emplace_back(LinearStep{scale.value_or(1), offset.value_or(0)});
    if (auto by = operand("ten_to"))
        steps_.emplace_back(ByStep{ByStep::How::times_ten_to, std::move(by)});
    if (auto by = operand("per_ten_to"))
        steps_.emplace_back(ByStep{ByStep::How::divided_by_ten_to, std::move(by)});
    if (auto by = operand("times")) steps_.emplace_back(ByStep{ByStep::How::times, std::move(by)});
    if (auto by = operand("per")) steps_.emplace_back(ByStep{ByStep::How::divided, std::move(by)});
    if (const YamlValue* const at = section_.find("plausible")) {
        constexpr std::size_t ends = 2;
        const bool is_pair = at->kind == YamlValue::Kind::sequence && at->items.size() == ends;
        const auto low = is_pair ? read_number(at->items.front()) : std::nullopt;
        const auto high = is_pair ? read_number(at->items.back()) : std::nullopt;
        if (low && high && *low <= *high) {
            steps_.emplace_back(PlausibleStep{.low = *low, .high = *high});
        } else {
            complain(*at, "'plausible' must be a list of two numbers, the lower first", errors_);
        }
    }
}

void StepReader::read_as()
{
    constexpr std::array<std::string_view, 4> choices{"mac", "address", "text", "id"};
    std::string as;
    if (!section_.choice("as", as, choices)) return;
    AsStep step;
    if (as == "mac") step.what = AsStep::What::mac;
    if (as == "address") step.what = AsStep::What::address;
    if (as == "id") {
        step.what = AsStep::What::by_subtype;
        section_.require("subtype", "an expression that gives mac, address or text");
        step.subtype = operand("subtype");
    }
    steps_.emplace_back(std::move(step));
}

std::optional<double> StepReader::number(std::string_view key)
{
    const YamlValue* const at = section_.find(key);
    if (at == nullptr) return std::nullopt;
    const auto number = read_number(*at);
    if (!number) complain(*at, in_quotes(key) + " must be a number", errors_);
    return number;
}

std::shared_ptr<const Expression> StepReader::operand(std::string_view key)
{
    const YamlValue* const at = section_.find(key);
    if (at == nullptr) return nullptr;
    auto read = read_expression(*at, nullptr, errors_);
    return read ? std::make_shared<const Expression>(std::move(*read)) : nullptr;
}

} // namespace

// A word where the field knows which words there are.
void check_word(
    const YamlValue& at, const Value& value, const FieldInfo* field, ConfigErrors& errors
)
{
    if (field == nullptr) return;
    const std::string text = text_of(value);
    if (field->type == FieldInfo::Type::flag && !std::holds_alternative<bool>(value))
        return complain(
            at, in_quotes(field->name) + " is true or false, not " + in_quotes(text), errors
        );
    if (field->type != FieldInfo::Type::word) return;
    if (std::find(field->words.begin(), field->words.end(), text) != field->words.end()) return;
    std::string known;
    for (const std::string_view word : field->words)
        known += (known.empty() ? "" : ", ") + std::string{word};
    complain(
        at, in_quotes(field->name) + " is one of " + known + ", not " + in_quotes(text), errors
    );
}

Value constant_of(const YamlValue& yaml)
{
    if (!yaml.is_quoted) {
        if (yaml.text == "true" || yaml.text == "false") return yaml.text == "true";
        if (const auto number = read_number(yaml)) return *number;
    }
    return yaml.text;
}

std::vector<Step> read_steps(Section& section, const FieldInfo* field)
{
    return StepReader{section, field}.read();
}

} // namespace hallmonitor::agent
