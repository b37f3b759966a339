#pragma once
// One line an event: `event key=value key="value with blanks"`, to stderr, where journald or a
// terminal reads it. Values are escaped here, so that no string from outside can break or forge a
// line.

#include <initializer_list>
#include <string>
#include <string_view>

namespace hallmonitor::log {

enum class Level { debug, info, warning, error };

/// A key and its value. Secrets have no conversion to text, so they cannot come here.
struct Field {
    Field(std::string_view field_key, std::string_view field_value)
        : key(field_key), value(field_value)
    {}
    Field(std::string_view field_key, const char* field_value) : key(field_key), value(field_value)
    {}
    template <class Number>
    requires std::is_arithmetic_v<Number> Field(std::string_view field_key, Number field_value)
        : key(field_key), value(std::to_string(field_value))
    {}
    std::string_view key;
    std::string value;
};

/// Sets the lowest level written: "trace", "debug", "info", "warning" or "error". False for another
/// word.
bool set_level(std::string_view level);

void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {})
{
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {})
{
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {})
{
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {})
{
    write(Level::error, event, fields);
}

} // namespace hallmonitor::log
