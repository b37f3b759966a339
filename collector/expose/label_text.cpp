#include "collector/expose/label_text.hpp"

#include "common/model/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace hallmonitor::collector {
namespace {

bool is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

template <class Number>
void append_number(std::string& out, Number value)
{
    std::array<char, 32> digits; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

} // namespace

void append_label_value(std::string& out, std::string_view text)
{
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        out += text;
        return;
    }
    for (const char c : sanitize(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
}

void append_label(std::string& out, std::string_view name, std::string_view value)
{
    if (!out.empty()) out += ',';
    out += name;
    out += "=\"";
    append_label_value(out, value);
    out += '"';
}

void append_value(std::string& out, std::uint64_t value)
{
    append_number(out, value);
}

void append_value(std::string& out, double value)
{
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else {
        append_number(out, value);
    }
}

} // namespace hallmonitor::collector
