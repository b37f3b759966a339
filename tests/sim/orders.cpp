// The commands that change devices.

#include "tests/sim/call.hpp"

#include <array>

namespace hallmonitor::sim {
namespace {

void reboot(Call& call, JsonObject&)
{
    const auto away = call.number(0, 0);
    if (call.is_good()) call.model().reboot(call.now(), std::chrono::milliseconds{away});
}

void renumber(Call& call, JsonObject&)
{
    if (!call.fleet().renumber(call.member(), call.now())) call.fail("it has no ports to renumber");
}

void set_link(Call& call, JsonObject&)
{
    const auto port = call.port(0);
    const bool is_up = call.either(1, "up", "down");
    if (call.is_good()) call.fleet().set_link(call.member(), port, is_up, call.now());
}

void set_admin(Call& call, JsonObject&)
{
    const auto port = call.port(0);
    const bool is_up = call.either(1, "up", "down");
    if (call.is_good()) call.fleet().set_admin(call.member(), port, is_up, call.now());
}

void add_octets(Call& call, JsonObject&)
{
    const auto port = call.port(0);
    const auto in = static_cast<std::uint64_t>(call.number(1, 0));
    const auto out = static_cast<std::uint64_t>(call.number(2, 0));
    if (call.is_good()) call.model().add_octets(port, in, out);
}

void set_uptime(Call& call, JsonObject&)
{
    const auto ticks = static_cast<std::uint64_t>(call.number(0, 0));
    if (call.is_good()) call.model().set_uptime(ticks, call.now());
}

void set_signal(Call& call, JsonObject&)
{
    const auto signal = call.signal(0);
    if (!call.is_good()) return;
    auto& signals = call.model().signals();
    if (call.word(1) == "auto") return signals.release(signal, call.now());
    if (call.word(1) == "failed" && !signals.spec(signal).failed) {
        return call.fail("it cannot fail; give a number");
    }
    const auto value =
        call.word(1) == "failed" ? *signals.spec(signal).failed : call.signed_number(1);
    if (call.is_good()) signals.set(signal, value, call.now());
}

void set_engine(Call& call, JsonObject&)
{
    const EngineTime time{
        .boots = static_cast<std::uint32_t>(call.number(0, 0)),
        .seconds = static_cast<std::uint32_t>(call.number(1, 0))};
    if (call.is_good()) call.device().set_engine_time(time, call.now());
}

void set_fault(Call& call, JsonObject&)
{
    const auto* fault = find_fault(call.word(0));
    if (fault == nullptr) return call.fail("no such fault; ask 'faults'");
    const bool is_on = call.either(1, "on", "off");
    const auto argument = call.number(2, fault->argument);
    if (call.is_good()) call.device().set_fault(*fault, is_on, argument, call.now());
}

void silence(Call& call, JsonObject&)
{
    const bool is_on = call.either(0, "on", "off");
    if (call.is_good())
        call.device().set_fault(*find_fault("silence"), is_on, std::nullopt, call.now());
}

void delay(Call& call, JsonObject&)
{
    const auto delay = call.number(0, 0);
    if (call.is_good()) call.device().set_fault(*find_fault("delay"), delay > 0, delay, call.now());
}

void loss(Call& call, JsonObject&)
{
    const auto percent = call.number(0, 0);
    if (call.is_good())
        call.device().set_fault(*find_fault("loss"), percent > 0, percent, call.now());
}

constexpr std::array table{
    Command{"reboot", "DEV [AWAY_MS]", 0, reboot},
    Command{"renumber", "DEV", 0, renumber},
    Command{"link", "DEV IFINDEX|IFNAME up|down", 2, set_link},
    Command{"admin", "DEV IFINDEX|IFNAME up|down", 2, set_admin},
    Command{"add-octets", "DEV IFINDEX|IFNAME IN OUT", 3, add_octets},
    Command{"set-uptime", "DEV CENTISECONDS", 1, set_uptime},
    Command{"set", "DEV SIGNAL VALUE|failed|auto", 2, set_signal},
    Command{"engine", "DEV BOOTS SECONDS", 2, set_engine},
    Command{"fault", "DEV NAME on|off [ARGUMENT]", 2, set_fault},
    Command{"silence", "DEV on|off", 1, silence},
    Command{"delay", "DEV MS", 1, delay},
    Command{"loss", "DEV PERCENT", 1, loss}};

} // namespace

std::span<const Command> orders()
{
    return table;
}

} // namespace hallmonitor::sim
