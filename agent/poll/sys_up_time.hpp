#pragma once
// sysUpTime.0 (RFC 3418), which is asked along with everything that counts, as the octets of a BER
// OID.

#include <cstddef>
#include <span>

namespace hallmonitor::agent {

/// sysUpTime.0, as GET asks for it.
[[nodiscard]] std::span<const std::byte> sys_up_time_instance();
/// sysUpTime, whose next object is sysUpTime.0.
[[nodiscard]] std::span<const std::byte> sys_up_time_object();

} // namespace hallmonitor::agent
