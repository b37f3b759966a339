#include "tests/bench/figure.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace hallmonitor::bench {
namespace {

double seconds_of(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

} // namespace

void print(const Figure& figure)
{
    boost::json::object line{
        {"bench", figure.bench},
        {"name", figure.name},
        {"subject", figure.subject},
        {"value", figure.value},
        {"unit", figure.unit},
        {"min", figure.minimum == 0 ? figure.value : figure.minimum},
        {"max", figure.maximum == 0 ? figure.value : figure.maximum},
        {"better", figure.more_is_better ? "more" : "less"},
    };
    if (!figure.peer.empty()) line["peer"] = figure.peer;
    if (figure.peer_value) {
        line["peer_value"] = *figure.peer_value;
        if (*figure.peer_value > 0) line["ratio"] = figure.value / *figure.peer_value;
    }
    if (figure.target) {
        line["target"] = *figure.target;
        line["met"] =
            figure.more_is_better ? figure.value >= *figure.target : figure.value <= *figure.target;
    }
    std::cout << boost::json::serialize(line) << '\n' << std::flush;
}

Spread spread_of(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return {
        .median = values[values.size() / 2],
        .minimum = values.front(),
        .maximum = values.back(),
    };
}

double cpu_seconds()
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

double thread_cpu_seconds()
{
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

std::size_t resident_bytes()
{
    std::ifstream statm{"/proc/self/statm"};
    std::size_t whole = 0;
    std::size_t resident = 0;
    statm >> whole >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

} // namespace hallmonitor::bench
