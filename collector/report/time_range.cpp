#include "collector/report/time_range.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

namespace hallmonitor::collector {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t longest_days = 36'500;

std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

std::optional<std::chrono::milliseconds> parse_span(std::string_view text)
{
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || text.data() + text.size() - end != 1 || count < 0)
        return std::nullopt;
    std::chrono::milliseconds unit{};
    switch (*end) {
    case 's': unit = 1s; break;
    case 'm': unit = 1min; break;
    case 'h': unit = 1h; break;
    case 'd': unit = 24h; break;
    default: return std::nullopt;
    }
    if (count > longest_days * (24h / unit)) return std::nullopt;
    return count * unit;
}

// Fixed places: 2026-11-24 and, behind it, T08:00:00Z (or a blank for the T, the Z optional).
std::optional<WallTime> parse_date(std::string_view text)
{
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number(text.substr(0, 4));
    const auto month = number(text.substr(5, 2));
    const auto day = number(text.substr(8, 2));
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    WallTime moment{std::chrono::sys_days{date}.time_since_epoch()};
    if (text.size() == 10) return moment;
    if (text.back() == 'Z') text.remove_suffix(1);
    if (text.size() != 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
    const auto hours = number(text.substr(11, 2));
    const auto minutes = number(text.substr(14, 2));
    const auto seconds = number(text.substr(17, 2));
    const bool sane = hours && minutes && seconds && *hours < 24 && *minutes < 60 && *seconds < 61 &&
                      text[13] == ':' && text[16] == ':';
    if (!sane) return std::nullopt;
    return moment + std::chrono::hours{*hours} + std::chrono::minutes{*minutes} +
           std::chrono::seconds{*seconds};
}

} // namespace

Result<WallTime> parse_moment(std::string_view text, WallTime now)
{
    if (const auto span = parse_span(text)) return now - *span;
    if (const auto date = parse_date(text)) return *date;
    return Errc::malformed;
}

} // namespace hallmonitor::collector
