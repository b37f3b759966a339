#pragma once
// The project's own source files as text, for the rules of the house that no compiler checks.

#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::tidy {

struct SourceFile {
    std::string path; // relative to the root, with slashes
    std::vector<std::string> lines;
};

/// "agent/poll/plan.cpp" is in "agent/poll".
[[nodiscard]] std::string_view folder_of(std::string_view path);

/// True for the folder itself and all below it.
[[nodiscard]] bool is_below(std::string_view path, std::string_view folder);

/// True for files that may touch the world: those of a folder named io, and main.cpp.
[[nodiscard]] bool may_touch_the_world(std::string_view path);

[[nodiscard]] SourceFile file_of(std::string path, std::string_view text);

/// Every file with one of the endings in `folders` of the tree at `root`, sorted by path.
[[nodiscard]] std::vector<SourceFile> read_tree(
    const std::string& root,
    const std::vector<std::string>& folders,
    const std::vector<std::string>& endings
);

} // namespace hallmonitor::tidy
