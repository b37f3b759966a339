#include "tests/sim/kinds/kind.hpp"

#include "tests/sim/kinds/all.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::sim {
namespace {

using namespace kinds;

// clang-format off
constexpr std::array table{
    Kind{"switch", "interfaces and nothing else", 48, switch_ports, describe_switch},
    Kind{"access", "access switch: PoE, LLDP, VLANs, inventory, sensors", 48, access_ports, describe_access},
    Kind{"core", "core switch: a chassis of line cards; --ports: of 10 Gbit/s", 96, core_ports, describe_core},
    Kind{"router", "router: tunnels, loopback, IP addresses, CDP", 6, router_ports, describe_router, true},
    Kind{"ups", "uninterruptible power supply", 1, ups_ports, describe_ups},
    Kind{"controller", "wireless controller; --ports: its access points", 40, controller_ports, describe_controller, true},
    Kind{"printer", "printer: pages, supplies, alerts", 1, ups_ports, describe_printer},
};
// clang-format on

} // namespace

std::span<const Kind> kind_table()
{
    return table;
}

const Kind* find_kind(std::string_view name)
{
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Kind& kind) {
        return kind.name == name;
    });
    return found == table.end() ? nullptr : found;
}

Blueprint make_blueprint(
    const Kind& kind, std::size_t ports, std::uint32_t generation, std::uint32_t device
)
{
    Tables tables{kind.ports(ports), ports, generation, device};
    kind.describe(tables);
    return std::move(tables).take();
}

} // namespace hallmonitor::sim
