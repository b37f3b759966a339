// A bare access switch: what a test of interfaces needs, and as fast as devices get.

#include "tests/sim/kinds/all.hpp"
#include "tests/sim/kinds/common.hpp"

namespace hallmonitor::sim::kinds {

std::vector<PortSpec> switch_ports(std::size_t count)
{
    std::vector<PortSpec> ports;
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_uplink = count >= 4 && i + 2 >= count;
        const auto number = "1/0/" + std::to_string(i + 1);
        const auto room = std::to_string(100 + i);
        ports.push_back(
            {.name = (is_uplink ? "Te" : "Gi") + number,
             .descr = (is_uplink ? "TenGigabitEthernet" : "GigabitEthernet") + number,
             .alias = (is_uplink ? "uplink " : "room ") + room,
             .if_index = static_cast<std::uint32_t>(i + 1),
             .speed = is_uplink ? 10'000'000'000U : 1'000'000'000U,
             .is_link_up = is_uplink || i % 12 != 11}
        );
    }
    return ports;
}

void describe_switch(Tables& tables)
{
    add_system(
        tables,
        {.descr = "Hallmonitor simulated switch, version 1.0",
         .object_id = {1, 3, 6, 1, 4, 1, 99'999, 1}}
    );
    add_interfaces(tables);
}

} // namespace hallmonitor::sim::kinds
