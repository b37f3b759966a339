// docs/simulator.md against the code.

#include "tests/sim/call.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/kinds/kind.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace guide_test {

using namespace hallmonitor::sim;

namespace {

std::string guide()
{
    std::ifstream in{HALLMONITOR_SOURCE_DIR "/docs/simulator.md"};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    // As a table shows it.
    for (auto at = text.find("\\|"); at != std::string::npos; at = text.find("\\|"))
        text.erase(at, 1);
    return text;
}

std::string row(std::string_view name, std::string_view number, std::string_view meaning)
{
    return "| `" + std::string{name} + "` | " + std::string{number} + " | " + std::string{meaning} +
           " |\n";
}

} // namespace

TEST_CASE("the simulator's guide has every fault and kind as it is", "[sim]")
{
    const auto text = guide();

    for (const auto& fault : fault_table())
        CHECK(
            text.find(row(fault.name, std::to_string(fault.argument), fault.meaning)) !=
            std::string::npos
        );
    for (const auto& kind : kind_table())
        CHECK(
            text.find(row(kind.name, std::to_string(kind.usual_ports), kind.meaning)) !=
            std::string::npos
        );
}

TEST_CASE("the simulator's guide has every order and question", "[sim]")
{
    const auto text = guide();

    for (const auto table : {orders(), questions()})
        for (const auto& command : table)
            CHECK(
                text.find(
                    '`' + std::string{command.name} + ' ' + std::string{command.usage} + '`'
                ) != std::string::npos
            );
}

} // namespace guide_test
