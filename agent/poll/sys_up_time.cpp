#include "agent/poll/sys_up_time.hpp"

#include "agent/snmp/oid.hpp"

#include <vector>

namespace hallmonitor::agent {

std::span<const std::byte> sys_up_time_instance()
{
    static const std::vector<std::byte> ber = Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}.ber_content();
    return ber;
}

std::span<const std::byte> sys_up_time_object()
{
    static const std::vector<std::byte> ber = Oid{1, 3, 6, 1, 2, 1, 1, 3}.ber_content();
    return ber;
}

} // namespace hallmonitor::agent
