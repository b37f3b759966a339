#pragma once
// INVARIANT: a statement about our own code that must hold; on in every build, ends the process.
// Never on external input: that is a Result.

#include <cstdio>
#include <cstdlib>

namespace hallmonitor {

[[noreturn]] inline void invariant_failed(const char* condition, const char* file, int line)
{
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
    std::abort();
}

} // namespace hallmonitor

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define INVARIANT(condition)                                                                       \
    ((condition) ? void(0) : ::hallmonitor::invariant_failed(#condition, __FILE__, __LINE__))
