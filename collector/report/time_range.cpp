#include "collector/report/time_range.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace hallmonitor::collector {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::int64_t longest_days = 36'500;

// Takes from the front of a text; the first failure makes all that follows fail.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    /// A number of exactly `digits` digits, at most `most`.
    int number(std::size_t digits, int most)
    {
        int value = 0;
        const char* const end = rest_.data() + std::min(digits, rest_.size());
        const auto [stop, error] = std::from_chars(rest_.data(), end, value);
        if (error != std::errc{} || stop != rest_.data() + digits || value < 0 || value > most)
            return fail();
        rest_.remove_prefix(digits);
        return value;
    }
    bool skip(char c)
    {
        if (!ok_ || !rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void need(char c)
    {
        if (!skip(c)) fail();
    }
    /// Milliseconds of a fraction, its point taken; more digits are cut.
    int fraction()
    {
        int value = 0;
        int digits = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits) {
            if (digits < 3) value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        if (digits == 0) return fail();
        for (; digits < 3; ++digits)
            value *= 10;
        return value;
    }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool ok() const { return ok_; }

private:
    int fail()
    {
        ok_ = false;
        rest_ = {};
        return 0;
    }

    std::string_view rest_;
    bool ok_{true};
};

std::optional<milliseconds> parse_span(std::string_view text)
{
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || text.data() + text.size() - end != 1 || count < 0)
        return std::nullopt;
    milliseconds unit{};
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

std::optional<milliseconds> take_date(Cursor& in)
{
    const int year = in.number(4, 9'999);
    in.need('-');
    const int month = in.number(2, 12);
    in.need('-');
    const int day = in.number(2, 31);
    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (!in.ok() || !date.ok()) return std::nullopt;
    return std::chrono::sys_days{date}.time_since_epoch();
}

milliseconds take_time(Cursor& in)
{
    milliseconds time = std::chrono::hours{in.number(2, 23)};
    in.need(':');
    time += std::chrono::minutes{in.number(2, 59)};
    if (in.skip(':')) time += std::chrono::seconds{in.number(2, 60)};
    if (in.skip('.')) time += milliseconds{in.fraction()};
    return time;
}

// Empty when none is written.
std::optional<milliseconds> take_offset(Cursor& in)
{
    if (in.skip('Z') || in.skip('z')) return 0ms;
    const bool west = in.skip('-');
    if (!west && !in.skip('+')) return std::nullopt;
    milliseconds offset = std::chrono::hours{in.number(2, 23)};
    in.need(':');
    offset += std::chrono::minutes{in.number(2, 59)};
    return west ? -offset : offset;
}

milliseconds offset_at(const ZoneOffset& zone, WallTime at)
{
    return zone ? milliseconds{zone(at)} : 0ms;
}

struct Civil {
    int year;
    unsigned month;
    unsigned day;
    int hour;
    int minute;
    int second;
    int millisecond;
};

Civil civil_of(milliseconds since_epoch)
{
    const auto day = std::chrono::floor<std::chrono::days>(since_epoch);
    const std::chrono::year_month_day date{std::chrono::sys_days{day}};
    const std::chrono::hh_mm_ss time{since_epoch - day};
    return {
        .year = static_cast<int>(date.year()),
        .month = static_cast<unsigned>(date.month()),
        .day = static_cast<unsigned>(date.day()),
        .hour = static_cast<int>(time.hours().count()),
        .minute = static_cast<int>(time.minutes().count()),
        .second = static_cast<int>(time.seconds().count()),
        .millisecond = static_cast<int>(time.subseconds().count()),
    };
}

std::string clock_text(const Civil& civil, char between)
{
    std::array<char, 80> text{};
    std::snprintf(
        text.data(),
        text.size(),
        "%04d-%02u-%02u%c%02d:%02d:%02d",
        civil.year,
        civil.month,
        civil.day,
        between,
        civil.hour,
        civil.minute,
        civil.second
    );
    return text.data();
}

} // namespace

Result<WallTime> parse_moment(std::string_view text, WallTime now, const ZoneOffset& zone)
{
    if (const auto span = parse_span(text)) return now - *span;
    Cursor in{text};
    const auto date = take_date(in);
    if (!date) return Errc::malformed;
    milliseconds local = *date;
    if (in.skip('T') || in.skip('t') || in.skip(' ')) local += take_time(in);
    const auto written = take_offset(in);
    if (!in.ok() || !in.at_end()) return Errc::malformed;
    if (written) return WallTime{local - *written};
    // The offset asked for is that of the moment, which is not known without it: a second look
    // is right but for the hours around a change of the clocks.
    const WallTime near{local - offset_at(zone, {local})};
    return WallTime{local - offset_at(zone, near)};
}

std::string to_rfc3339(WallTime at)
{
    const Civil civil = civil_of(at.since_epoch);
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", civil.millisecond);
    return clock_text(civil, 'T') + fraction.data();
}

std::string to_local(WallTime at, const ZoneOffset& zone)
{
    const milliseconds offset = offset_at(zone, at);
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
    const auto east = static_cast<int>(minutes < 0 ? -minutes : minutes);
    std::array<char, 32> suffix{};
    std::snprintf(
        suffix.data(), suffix.size(), " %c%02d:%02d", minutes < 0 ? '-' : '+', east / 60, east % 60
    );
    return clock_text(civil_of(at.since_epoch + offset), ' ') + suffix.data();
}

} // namespace hallmonitor::collector
