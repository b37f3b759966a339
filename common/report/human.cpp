#include "common/report/human.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <initializer_list>

namespace hallmonitor {
namespace {

namespace json = boost::json;

constexpr double minute = 60;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;

std::string fixed(double value, int decimals)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

// In the first of `units`, each a thousand times the one before, that keeps it short.
std::string scaled(double value, std::initializer_list<const char*> units)
{
    // The greatest value that still rounds to less than the next unit.
    constexpr double below_next = 999.95;
    const auto* unit = units.begin();
    for (; value >= below_next && unit + 1 != units.end(); ++unit)
        value /= 1000;
    const bool whole = unit == units.begin() || value == std::floor(value);
    return fixed(value, whole ? 0 : value < 10 ? 2 : 1) + " " + *unit;
}

} // namespace

const json::value& field(const json::value& of, std::string_view name)
{
    static const json::value nothing;
    const auto* object = of.if_object();
    if (object == nullptr) return nothing;
    const auto* found = object->if_contains({name.data(), name.size()});
    return found == nullptr ? nothing : *found;
}

const json::array& rows_of(const json::value& document, std::string_view name)
{
    static const json::array none;
    const auto* rows = field(document, name).if_array();
    return rows == nullptr ? none : *rows;
}

std::string text_of(const json::value& value)
{
    if (const auto* text = value.if_string()) return {text->data(), text->size()};
    return "-";
}

std::optional<double> number_of(const json::value& value)
{
    if (!value.is_number()) return std::nullopt;
    return value.to_number<double>();
}

std::string human_rate(const json::value& bits_per_second)
{
    const auto rate = number_of(bits_per_second);
    return rate ? scaled(*rate, {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"}) : "-";
}

std::string human_bytes(const json::value& octets)
{
    const auto number = number_of(octets);
    return number ? scaled(*number, {"B", "kB", "MB", "GB", "TB", "PB"}) : "-";
}

std::string human_latency(double seconds)
{
    if (seconds >= 1) return fixed(seconds, 2) + " s";
    const double milliseconds = seconds * 1000;
    return fixed(milliseconds, milliseconds < 10 ? 2 : 1) + " ms";
}

std::string human_duration(double seconds)
{
    // Rounded to what is shown before it is split, so that 59.7 s is 1 min and not 60 s.
    if (seconds < 10) return fixed(std::max(seconds, 0.0), 1) + " s";
    const double whole =
        seconds < hour ? std::round(seconds) : std::round(seconds / minute) * minute;
    const auto part = [](double value, const char* unit) {
        return std::to_string(static_cast<long>(value)) + unit;
    };
    if (whole < minute) return part(whole, " s");
    if (whole < hour) return part(whole / minute, " min ") + part(std::fmod(whole, minute), " s");
    if (whole < day)
        return part(whole / hour, " h ") + part(std::fmod(whole, hour) / minute, " min");
    return part(whole / day, " d ") + part(std::fmod(whole, day) / hour, " h");
}

std::string human_duration(const json::value& seconds)
{
    const auto number = number_of(seconds);
    return number ? human_duration(*number) : "-";
}

std::string human_percent(const json::value& ratio, int decimals)
{
    const auto value = number_of(ratio);
    if (!value) return "-";
    const double step = std::pow(10.0, -decimals);
    double percent = *value * 100;
    if (percent > 0 && percent < step) percent = step;
    if (percent < 100 && percent > 100 - step) percent = 100 - step;
    return fixed(percent, decimals) + " %";
}

std::string counted(std::size_t count, std::string_view thing)
{
    std::string text = std::to_string(count) + " ";
    text.append(thing);
    return count == 1 ? text : text + "s";
}

} // namespace hallmonitor
