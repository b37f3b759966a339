#pragma once
// The control protocol by which a test moves the proxy: a line in, a JSON object out, as with
// snmp_fleet. `help` lists the commands, `faults` what a line can do wrong.

#include "tests/proxy/proxy.hpp"

#include <string>
#include <string_view>

namespace hallmonitor::proxy {

/// Carries out one line. The answer has "ok": true, or false with "error".
std::string run_command(Proxy& proxy, std::string_view line, Instant now);

/// What a schedule has just done, as a line for a log.
std::string describe(const Schedule::Step& step, Instant now);

} // namespace hallmonitor::proxy
