#pragma once
// Where each third-party library lives: whoever wants it elsewhere wants its wrapper.

#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::tidy {

struct Home {
    std::string headers;            // beginning of the names of its headers
    std::vector<std::string> files; // beginnings of paths; "*/io/": any io folder
    std::string where;              // for people
};

/// Null for headers that may be included anywhere.
[[nodiscard]] const Home* home_of(std::string_view header);

[[nodiscard]] bool is_at_home(const Home& home, std::string_view path);

} // namespace hallmonitor::tidy
