#include "common/io/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace hallmonitor::log {
namespace {

spdlog::logger& logger()
{
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "hallmonitor", std::make_shared<spdlog::sinks::stderr_sink_mt>()
        );
        // journald stamps lines itself.
        const bool under_journal = std::getenv("JOURNAL_STREAM") != nullptr;
        made->set_pattern(under_journal ? "%l %v" : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
        made->flush_on(spdlog::level::debug);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum to_spdlog(Level level)
{
    switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

bool is_plain(char c)
{
    return c > ' ' && c != '"' && c != '=' && c != '\\' && static_cast<unsigned char>(c) != 0x7f;
}

void append_value(std::string& line, std::string_view value)
{
    if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
        line += value;
        return;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    line += '"';
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (octet < 0x20 || octet == 0x7f) {
            line += "\\x";
            line += digits[octet >> 4];
            line += digits[octet & 15];
        } else {
            line += c;
        }
    }
    line += '"';
}

} // namespace

bool set_level(std::string_view level)
{
    const auto parsed = spdlog::level::from_str(std::string{level});
    const bool known = level == "trace" || level == "debug" || level == "info" ||
                       level == "warning" || level == "error";
    if (known) logger().set_level(parsed);
    return known;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields)
{
    if (!logger().should_log(to_spdlog(level))) return;
    std::string line{event};
    for (const Field& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        append_value(line, field.value);
    }
    logger().log(to_spdlog(level), "{}", line);
}

} // namespace hallmonitor::log
