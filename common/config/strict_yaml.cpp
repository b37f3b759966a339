#include "common/config/strict_yaml.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t text_bytes = 4'096;

struct Unit {
    std::string_view suffix;
    milliseconds length;
    bool is_decimal;
};

constexpr std::array<Unit, 3> units{
    {{"_milliseconds", milliseconds{1}, false},
     {"_seconds", std::chrono::seconds{1}, true},
     {"_days", std::chrono::hours{24}, false}}};

const Unit& unit_of(std::string_view key)
{
    const auto* unit = std::find_if(units.begin(), units.end(), [&](const Unit& candidate) {
        return key.ends_with(candidate.suffix);
    });
    INVARIANT(unit != units.end());
    return *unit;
}

std::string amount_text(milliseconds amount, const Unit& unit)
{
    return unit.is_decimal ? thousandths_text(amount.count())
                           : std::to_string(amount / unit.length);
}

std::string list_of(std::span<const std::string_view> words)
{
    std::string text;
    for (const auto word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

std::string shown(const YamlValue& value)
{
    switch (value.kind) {
    case YamlValue::Kind::null: return "nothing";
    case YamlValue::Kind::scalar: return in_quotes(value.text);
    case YamlValue::Kind::sequence: return "a list";
    case YamlValue::Kind::mapping: return "a mapping";
    }
    return {};
}

} // namespace

const YamlValue* Section::find(std::string_view key)
{
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
    for (const auto& entry : mapping_.entries) {
        if (entry.key == key) return &entry.value;
    }
    return nullptr;
}

void Section::require(std::string_view key, std::string_view remedy)
{
    if (find(key) != nullptr) return;
    auto message = "the key " + in_quotes(key) + " is missing";
    if (!remedy.empty()) message += "; " + std::string{remedy};
    complain(std::move(message));
}

void Section::complain(const YamlValue& value, std::string message)
{
    errors_.add(value.line, value.column, std::move(message));
}

bool Section::wrong(const YamlValue& value, std::string_view key, std::string_view expected)
{
    complain(value, in_quotes(key) + " must be " + std::string{expected} + ", not " + shown(value));
    return false;
}

const YamlValue* Section::scalar(std::string_view key, std::string_view expected)
{
    const auto* value = find(key);
    if (value == nullptr || value->kind == YamlValue::Kind::scalar) return value;
    wrong(*value, key, expected);
    return nullptr;
}

bool expect_text(const YamlValue& value, std::string_view what, ConfigErrors& errors)
{
    std::string fault;
    if (value.kind != YamlValue::Kind::scalar) {
        fault = " must be text, not " + shown(value);
    } else if (value.text.empty()) {
        fault = " must not be empty";
    } else if (value.text.size() > text_bytes) {
        fault = " is longer than 4096 bytes";
    } else if (!is_printable(value.text)) {
        fault = " holds a control character";
    }
    if (fault.empty()) return true;
    errors.add(value.line, value.column, in_quotes(what) + fault);
    return false;
}

bool Section::text(std::string_view key, std::string& into)
{
    const auto* value = find(key);
    if (value == nullptr || !expect_text(*value, key, errors_)) return false;
    into = value->text;
    return true;
}

bool Section::choice(
    std::string_view key, std::string& into, std::span<const std::string_view> choices
)
{
    const auto expected = "one of " + list_of(choices);
    const auto* value = scalar(key, expected);
    if (value == nullptr) return false;
    if (std::find(choices.begin(), choices.end(), value->text) == choices.end()) {
        return wrong(*value, key, expected);
    }
    into = value->text;
    return true;
}

bool Section::boolean(std::string_view key, bool& into)
{
    constexpr std::string_view expected = "true or false";
    const auto* value = scalar(key, expected);
    if (value == nullptr) return false;
    const bool is_true = value->text == "true";
    if (value->is_quoted || (!is_true && value->text != "false")) {
        return wrong(*value, key, expected);
    }
    into = is_true;
    return true;
}

bool Section::whole_number(std::string_view key, std::uint64_t& into, Between<std::uint64_t> range)
{
    const auto expected =
        "a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most);
    const auto* value = scalar(key, expected);
    if (value == nullptr) return false;
    const auto number = parse_whole(value->text);
    if (!number || *number < range.least || *number > range.most) {
        return wrong(*value, key, expected);
    }
    into = *number;
    return true;
}

bool Section::duration(std::string_view key, milliseconds& into, Between<milliseconds> range)
{
    const auto& unit = unit_of(key);
    const auto expected = std::string{unit.is_decimal ? "a number" : "a whole number"} + " from " +
                          amount_text(range.least, unit) + " to " + amount_text(range.most, unit);
    const auto* value = scalar(key, expected);
    if (value == nullptr) return false;
    const auto thousandths = parse_thousandths(value->text);
    if (!thousandths || (!unit.is_decimal && !parse_whole(value->text))) {
        return wrong(*value, key, expected);
    }
    // At most 2^32 of the longest unit: no overflow in 64 bits of milliseconds.
    const milliseconds amount{
        unit.is_decimal ? *thousandths : *thousandths / 1000 * unit.length.count()};
    if (amount < range.least || amount > range.most) return wrong(*value, key, expected);
    into = amount;
    return true;
}

bool Section::byte_size(std::string_view key, std::uint64_t& into, Between<std::uint64_t> range)
{
    const auto expected = "octets from " + byte_size_text(range.least) + " to " +
                          byte_size_text(range.most) + ", such as 256MiB";
    const auto* value = scalar(key, expected);
    if (value == nullptr) return false;
    const auto size = parse_byte_size(value->text);
    if (!size || *size < range.least || *size > range.most) return wrong(*value, key, expected);
    into = *size;
    return true;
}

bool Section::ratio(std::string_view key, double& into)
{
    constexpr std::string_view expected = "a number from 0 to 1 with at most three decimals";
    const auto* value = scalar(key, expected);
    if (value == nullptr) return false;
    const auto thousandths = parse_thousandths(value->text);
    if (!thousandths || *thousandths > 1000) return wrong(*value, key, expected);
    into = static_cast<double>(*thousandths) / 1000.0;
    return true;
}

bool Section::text_list(std::string_view key, std::vector<std::string>& into)
{
    const auto* value = find(key);
    if (value == nullptr) return false;
    if (value->kind != YamlValue::Kind::sequence) return wrong(*value, key, "a list");
    std::vector<std::string> texts;
    for (const auto& item : value->items) {
        if (!expect_text(item, key, errors_)) return false;
        texts.push_back(item.text);
    }
    into = std::move(texts);
    return true;
}

bool Section::endpoint(std::string_view key, Endpoint& into)
{
    constexpr std::string_view expected = "a host or host:port (an IPv6 address in brackets)";
    const auto* value = scalar(key, expected);
    if (value == nullptr) return false;
    auto endpoint = parse_endpoint(value->text, into.port);
    if (!endpoint) return wrong(*value, key, expected);
    into = std::move(*endpoint);
    return true;
}

std::optional<Section> Section::section(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->kind != YamlValue::Kind::mapping) {
        wrong(*value, key, "a mapping");
        return std::nullopt;
    }
    return Section{*value, errors_};
}

void Section::finish()
{
    for (const auto& entry : mapping_.entries) {
        if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
        // Past the limit errors are only counted, and their texts are not worth their time.
        if (errors_.full()) {
            errors_.add(entry.line, entry.column, {});
            continue;
        }
        const auto meant = nearest(entry.key, known_);
        auto message = "unknown key " + in_quotes(entry.key);
        message += meant.empty() ? "; known here: " + list_of(known_)
                                 : "; did you mean " + in_quotes(meant) + "?";
        errors_.add(entry.line, entry.column, std::move(message));
    }
}

} // namespace hallmonitor
