#include "tests/proxy/control.hpp"

#include "tests/sim/json.hpp"
#include "tests/sim/words.hpp"

#include <array>

namespace hallmonitor::proxy {
namespace {

using sim::json_text;
using sim::JsonArray;
using sim::JsonObject;
using sim::number_of;

constexpr std::uint64_t most_argument = std::uint64_t{1} << 40U;
constexpr std::uint64_t most_period_ms = 3'600'000;
constexpr std::array<std::string_view, 3> side_names{"up", "down", "both"};

using Words = std::vector<std::string_view>;

std::string failure(std::string_view message)
{
    return JsonObject{}.boolean("ok", false).text("error", message).str();
}

JsonObject good()
{
    return std::move(JsonObject{}.boolean("ok", true));
}

std::optional<Side> side_of(std::string_view word)
{
    for (std::size_t i = 0; i < side_names.size(); ++i) {
        if (side_names.at(i) == word) return static_cast<Side>(i);
    }
    return std::nullopt;
}

std::string set_fault(Proxy& proxy, const Words& words)
{
    if (words.size() < 4) return failure("usage: fault up|down|both NAME on|off [ARGUMENT]");
    const auto side = side_of(words[1]);
    if (!side) return failure("expected up, down or both");
    const auto* const fault = find_fault(words[2]);
    if (fault == nullptr) return failure("no such fault; ask 'faults'");
    if (words[3] == "off") {
        proxy.set_fault(*fault, *side, std::nullopt);
        return good().str();
    }
    if (words[3] != "on") return failure("expected on or off");
    auto argument = fault->argument;
    if (words.size() > 4) {
        const auto given = number_of(words[4], most_argument);
        if (!given) return failure("not a number from 0 to 2^40: " + std::string{words[4]});
        argument = static_cast<std::int64_t>(*given);
    }
    proxy.set_fault(*fault, *side, argument);
    return good().str();
}

std::string set_schedule(Proxy& proxy, const Words& words, Instant now)
{
    const auto period = words.size() > 1 ? number_of(words[1], most_period_ms) : std::nullopt;
    const auto seed =
        words.size() > 2 ? number_of(words[2], ~std::uint64_t{0}) : std::optional{proxy.seed()};
    if (!period || *period == 0 || !seed) return failure("usage: schedule PERIOD_MS [SEED]");
    proxy.begin_schedule(*seed, std::chrono::milliseconds{*period}, now);
    return good().number("seed", *seed).str();
}

std::string list_faults()
{
    JsonArray list;
    for (const auto& fault : fault_table()) {
        list.add(JsonObject{}
                     .text("name", fault.name)
                     .text("meaning", fault.meaning)
                     .number("argument", fault.argument)
                     .str());
    }
    return good().raw("faults", list.str()).str();
}

std::string describe(const Line& line)
{
    JsonObject faults;
    for (const auto& fault : fault_table()) {
        if (const auto argument = line.faults.argument(fault.kind))
            faults.number(fault.name, *argument);
    }
    return JsonObject{}
        .number("taken", line.taken)
        .number("carried", line.carried)
        .number("lost", line.lost)
        .number("flipped", line.flipped)
        .raw("faults", faults.str())
        .str();
}

std::string stats(const Proxy& proxy)
{
    const auto& counts = proxy.counts();
    return good()
        .number("accepted", counts.accepted)
        .number("silent", counts.silent)
        .number("refused", counts.refused)
        .number("open", counts.open)
        .number("reset", counts.reset)
        .number("half_closed", counts.half_closed)
        .raw("up", describe(proxy.up()))
        .raw("down", describe(proxy.down()))
        .str();
}

std::string help()
{
    JsonArray list;
    for (const auto* const usage :
         {"fault up|down|both NAME on|off [ARGUMENT]",
          "schedule PERIOD_MS [SEED]",
          "clear",
          "stats",
          "faults",
          "help"}) {
        list.add(json_text(usage));
    }
    return good().raw("commands", list.str()).str();
}

} // namespace

std::string run_command(Proxy& proxy, std::string_view line, Instant now)
{
    const auto words = sim::words_of(line);
    if (words.empty()) return failure("an empty line; ask 'help'");
    if (words[0] == "help") return help();
    if (words[0] == "faults") return list_faults();
    if (words[0] == "stats") return stats(proxy);
    if (words[0] == "fault") return set_fault(proxy, words);
    if (words[0] == "schedule") return set_schedule(proxy, words, now);
    if (words[0] != "clear") return failure("unknown command; ask 'help'");
    proxy.clear();
    return good().str();
}

std::string describe(const Schedule::Step& step, Instant now)
{
    JsonObject out;
    out.number("at_ms", now.count() / 1000)
        .text("side", side_names.at(static_cast<std::size_t>(step.side)))
        .text("fault", step.fault->name)
        .boolean("on", step.argument.has_value());
    if (step.argument) out.number("argument", *step.argument);
    return out.str();
}

} // namespace hallmonitor::proxy
