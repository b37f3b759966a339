#pragma once
// Facts about this machine and this process that no configuration gives.

#include <cstdint>
#include <string>

namespace hallmonitor::agent {

/// The machine's name, without its domain.
[[nodiscard]] std::string host_name();
/// "Linux 6.1.0-13-amd64 x86_64", for sysDescr's place.
[[nodiscard]] std::string system_description();
/// Names this boot of the machine (from the kernel's boot_id).
[[nodiscard]] std::uint64_t boot_number();

struct ProcessUse {
    std::uint64_t resident_bytes{0};
    std::uint64_t cpu_milliseconds{0}; // user and system
};
[[nodiscard]] ProcessUse process_use();

/// From the kernel's random source.
[[nodiscard]] std::uint64_t random_number();

} // namespace hallmonitor::agent
