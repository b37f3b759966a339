// What a client writes: addresses, fields and times. All is taken apart without surprise, and a
// time that is understood is written so that it is understood again.

#include "collector/io/http_message.hpp"
#include "collector/report/time_range.hpp"
#include "common/check.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace hallmonitor;
using namespace hallmonitor::collector;

namespace {

void check_target(std::string_view text)
{
    const auto request = parse_target(text);
    if (!request) return;
    INVARIANT(request->path.starts_with('/'));
    INVARIANT(request->path.find('\0') == std::string::npos);
    for (const auto& [name, value] : request->query)
        INVARIANT(name.size() + value.size() <= text.size());
}

void check_fields(std::string_view text)
{
    if (accepts_gzip(text)) INVARIANT(text.size() >= 4);
    if (!is_plain_host(text)) return;
    INVARIANT(text.find_first_of("\"\\\r\n<>& ") == std::string_view::npos);
}

void check_time(std::string_view text)
{
    const auto moment = parse_moment(text, {});
    if (!moment) return;
    const auto again = parse_moment(to_rfc3339(*moment), {});
    constexpr WallTime year_1{std::chrono::milliseconds{-62'135'596'800'000}};
    constexpr WallTime year_9999{std::chrono::milliseconds{253'370'764'800'000}};
    if (*moment > year_1 && *moment < year_9999) INVARIANT(again && *again == *moment);
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_target(text);
    check_fields(text);
    check_time(text);
    return 0;
}
