#include "agent/facts/walk_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace hallmonitor::agent {
namespace {

constexpr std::string_view equals = " = ";

struct Type {
    std::string_view label; // before the value
    std::string_view tag;   // of the recording
};
constexpr std::array types{
    Type{"INTEGER: ", "2"},
    Type{"OID: ", "6"},
    Type{"IpAddress: ", "64"},
    Type{"Counter32: ", "65"},
    Type{"Gauge32: ", "66"},
    Type{"Unsigned32: ", "66"},
    Type{"Counter64: ", "70"},
};
constexpr std::array<std::string_view, 2> octet_labels{"Hex-STRING: ", "BITS: "};

bool is_digit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// Pairs of hexadecimal digits with blanks between; nothing for anything else.
std::optional<std::string> digits_of(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (std::isxdigit(static_cast<unsigned char>(c)) != 0) {
            digits += c;
        } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
            return std::nullopt;
        }
    }
    return digits.empty() || digits.size() % 2 != 0 ? std::nullopt : std::optional{digits};
}

std::string unquoted(std::string_view text)
{
    text.remove_prefix(1);
    text.remove_suffix(1);
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        plain += text[at];
    }
    return plain;
}

bool is_quoted(std::string_view text)
{
    return text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
}

// "TAG|VALUE"; nothing for a type that is not known.
std::optional<std::string> value_of(std::string_view value)
{
    for (const std::string_view label : octet_labels)
        if (value.starts_with(label))
            if (const auto digits = digits_of(value.substr(label.size()))) return "4x|" + *digits;
    constexpr std::string_view string = "STRING: ";
    const std::string_view text = value.starts_with(string) ? value.substr(string.size()) : value;
    if (is_quoted(text)) return "4|" + unquoted(text);
    for (const Type& type : types) {
        if (!value.starts_with(type.label)) continue;
        std::string_view rest = value.substr(type.label.size());
        if (type.tag == "6" && rest.starts_with('.')) rest.remove_prefix(1);
        return std::string{type.tag} + '|' + std::string{rest};
    }
    const bool is_ticks = !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
    return is_ticks ? std::optional{"67|" + std::string{value}} : std::nullopt;
}

} // namespace

bool is_walk(std::string_view text)
{
    const std::string_view line = text.substr(0, text.find('\n'));
    return line.starts_with('.') && line.find(equals) != std::string_view::npos;
}

std::string recording_of_walk(std::string_view text)
{
    std::string out;
    std::size_t octets_end = 0; // of the value that the next line may continue
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        while (line.ends_with(' ') || line.ends_with('\r'))
            line.remove_suffix(1);
        const auto at = line.find(equals);
        const bool is_object = line.starts_with('.') && at != std::string_view::npos;
        if (const auto more = digits_of(line); !is_object && more && octets_end > 0) {
            out.insert(octets_end, *more);
            octets_end += more->size();
            out += "#\n";
            continue;
        }
        octets_end = 0;
        const std::string_view value = is_object ? line.substr(at + equals.size()) : "";
        if (value.starts_with("No ")) {
            out += "#\n"; // such object, or more of them
        } else if (const auto told = value_of(value)) {
            out.append(line.substr(1, at - 1)).append("|").append(*told);
            if (told->starts_with("4x")) octets_end = out.size();
            out += '\n';
        } else {
            out.append(line) += '\n';
        }
    }
    return out;
}

} // namespace hallmonitor::agent
