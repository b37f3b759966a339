// due_timers.so, preloaded before libfaketime: a timer that is due already fires. Asio sets one as
// the absolute time of a nanosecond, which libfaketime takes off its own beginning and so disarms.

#include <dlfcn.h>
#include <sys/timerfd.h>

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): of others' underscores
extern "C" int timerfd_settime(
    int descriptor, int flags, const itimerspec* wanted, itimerspec* former
) noexcept
{
    using Set = int (*)(int, int, const itimerspec*, itimerspec*);
    static const auto next = reinterpret_cast<Set>(::dlsym(RTLD_NEXT, "timerfd_settime"));
    constexpr long soon = 1'000'000; // ns; divided by how fast the clock runs
    itimerspec value = *wanted;
    if (flags == TFD_TIMER_ABSTIME && value.it_value.tv_sec == 0 && value.it_value.tv_nsec > 0) {
        value.it_value.tv_nsec = soon;
        flags = 0;
    }
    return next(descriptor, flags, &value, former);
}
