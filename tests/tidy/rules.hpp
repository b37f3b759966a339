#pragma once
// The rules of the house that no compiler checks. Each takes one file and gives its offences as
// "path:line: what is wrong and what to do".

#include "tests/tidy/tree.hpp"

#include <string>
#include <vector>

namespace hallmonitor::tidy {

using Offences = std::vector<std::string>;

/// main -> io -> logic -> common. Within a daemon a stage includes the stages before it, never
/// those after; agent and collector never meet but in common.
[[nodiscard]] Offences layer_offences(const SourceFile& file);

/// Each third-party library, and the kernel's interfaces, have their homes.
[[nodiscard]] Offences home_offences(const SourceFile& file);

/// Clocks, files, the environment and the terminal are touched in io folders and main.cpp alone.
[[nodiscard]] Offences world_offences(const SourceFile& file);

/// A co_await inside a condition: g++ 12 destroys its temporaries twice (style, section 5).
[[nodiscard]] Offences await_offences(const SourceFile& file);

/// At most 400 lines, headers guarded, no stray white space, unfinished work numbered, no path of
/// somebody's machine.
[[nodiscard]] Offences text_offences(const SourceFile& file);

} // namespace hallmonitor::tidy
