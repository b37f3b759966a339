#include "common/io/clock.hpp"

#include <ctime>

namespace hallmonitor {
namespace {

std::chrono::nanoseconds read_clock(clockid_t id)
{
    timespec now{};
    clock_gettime(id, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

} // namespace

MonoTime mono_now()
{
    return {std::chrono::floor<std::chrono::microseconds>(read_clock(CLOCK_BOOTTIME))};
}

WallTime wall_now()
{
    return {std::chrono::floor<std::chrono::milliseconds>(read_clock(CLOCK_REALTIME))};
}

} // namespace hallmonitor
