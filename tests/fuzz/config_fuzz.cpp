// Any bytes give a whole configuration or errors, and what is printed loads again to the same
// value.

#include "agent/config.hpp"
#include "collector/config.hpp"
#include "common/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace hallmonitor;

namespace {

SecretSource secrets()
{
    const auto answer = [](const std::string& name) -> SecretLookup {
        if (name.size() % 2 == 0) return SecretProblem{"absent"};
        return name;
    };
    return {.file = answer, .environment = answer};
}

bool has_written_community(const agent::Config& config)
{
    return std::any_of(config.devices.begin(), config.devices.end(), [](const auto& device) {
        return device.snmp && device.snmp->community.origin().kind == SecretOrigin::Kind::written &&
               device.snmp->community != agent::SnmpSettings{}.community;
    });
}

void check_agent(std::string_view text)
{
    const auto loaded = agent::load_config(text, "fuzz.yaml", secrets());
    INVARIANT(loaded.config.has_value() == loaded.errors.empty());
    if (!loaded.config || has_written_community(*loaded.config)) return;
    const auto again = agent::load_config(agent::to_yaml(*loaded.config), "fuzz.yaml", secrets());
    INVARIANT(again.config == loaded.config);
}

void check_collector(std::string_view text)
{
    const auto loaded = collector::load_config(text, "fuzz.yaml", {secrets(), {}});
    INVARIANT(loaded.config.has_value() == loaded.errors.empty());
    if (!loaded.config) return;
    const auto again =
        collector::load_config(collector::to_yaml(*loaded.config), "fuzz.yaml", {secrets(), {}});
    INVARIANT(again.config == loaded.config);
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_agent(text);
    check_collector(text);
    return 0;
}
