#include "tests/sim/control.hpp"

#include "tests/sim/call.hpp"
#include "tests/sim/json.hpp"
#include "tests/sim/words.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::sim {
namespace {

/// A command for the whole fleet.
struct Asked {
    Fleet& fleet;
    const Words& words;
    std::string_view line;
    Moment moment;
};

/// `run` fills the answer and gives what is wrong, else an empty text.
struct FleetCommand {
    std::string_view name;
    std::string_view usage;
    bool is_order; // it goes into the history
    std::string (*run)(const Asked&, JsonObject&);
};
std::span<const FleetCommand> fleet_commands();

std::string usage_of(const auto& command)
{
    return std::string{command.name} + (command.usage.empty() ? "" : " ") +
           std::string{command.usage};
}

std::string help(const Asked&, JsonObject& answer)
{
    JsonArray list;
    for (const auto table : {orders(), questions()}) {
        for (const auto& command : table) {
            list.add(json_text(usage_of(command)));
        }
    }
    for (const auto& command : fleet_commands()) {
        list.add(json_text(usage_of(command)));
    }
    answer.raw("commands", list.str());
    return {};
}

std::string list_faults(const Asked&, JsonObject& answer)
{
    JsonArray list;
    for (const auto& fault : fault_table()) {
        list.add(JsonObject{}
                     .text("name", fault.name)
                     .text("meaning", fault.meaning)
                     .number("argument", fault.argument)
                     .str());
    }
    answer.raw("faults", list.str());
    return {};
}

std::string list_kinds(const Asked&, JsonObject& answer)
{
    JsonArray list;
    for (const auto& kind : kind_table()) {
        list.add(JsonObject{}
                     .text("name", kind.name)
                     .text("meaning", kind.meaning)
                     .number("ports", kind.usual_ports)
                     .str());
    }
    answer.raw("kinds", list.str());
    return {};
}

std::string stats(const Asked& asked, JsonObject& answer)
{
    Device::Counts sum;
    for (const auto& member : asked.fleet.members()) {
        const auto& counts = member->device.counts();
        sum.requests += counts.requests;
        sum.replies += counts.replies;
        sum.varbinds += counts.varbinds;
        sum.ignored += counts.ignored;
    }
    answer.number("now_ms", asked.moment.wall_ms)
        .number("devices", asked.fleet.members().size())
        .number("requests", sum.requests)
        .number("replies", sum.replies)
        .number("varbinds", sum.varbinds)
        .number("ignored", sum.ignored);
    return {};
}

std::string put_off(const Asked& asked, JsonObject& answer)
{
    const auto& words = asked.words;
    const auto when = words.size() > 2 ? seconds_of(words[1]) : std::nullopt;
    if (!when) return "usage: " + std::string{words[0]} + " SECONDS COMMAND";
    const auto at = words[0] == "in" ? asked.moment.now + *when : *when;
    asked.fleet.schedule().add(at, std::string{words[2].data(), asked.line.end()});
    answer.number("at_ms", asked.moment.wall_ms_at(at));
    return {};
}

std::string set_chaos(const Asked& asked, JsonObject&)
{
    const auto& words = asked.words;
    if (words.size() == 2 && words[1] == "off") {
        asked.fleet.schedule().end_chaos(asked.moment.now);
        return {};
    }
    ChaosSetup setup;
    const auto take_seconds = [&](std::size_t index, std::chrono::seconds& into) {
        if (words.size() <= index) return true;
        const auto number = number_of(words[index], 86'400).value_or(0);
        into = std::chrono::seconds{static_cast<std::int64_t>(number)};
        return number > 0;
    };
    const auto seed = words.size() > 1 ? number_of(words[1], ~std::uint64_t{0}) : std::nullopt;
    if (!seed || !take_seconds(2, setup.calm) || !take_seconds(3, setup.trouble)) {
        return "usage: chaos SEED [CALM_SECONDS [TROUBLE_SECONDS]], or chaos off";
    }
    setup.seed = *seed;
    asked.fleet.begin_chaos(setup, asked.moment.now);
    return {};
}

std::string list_history(const Asked& asked, JsonObject& answer)
{
    JsonArray list;
    for (const auto& order : asked.fleet.schedule().history()) {
        JsonObject entry;
        entry.number("at_us", order.at.count())
            .number("at_ms", asked.moment.wall_ms_at(order.at))
            .text("origin", order.origin)
            .text("line", order.line);
        if (!order.error.empty()) entry.text("error", order.error);
        list.add(entry.str());
    }
    answer.boolean("chaos", asked.fleet.schedule().is_chaotic()).raw("orders", list.str());
    return {};
}

std::span<const FleetCommand> fleet_commands()
{
    static constexpr std::array table{
        FleetCommand{"at", "SECONDS COMMAND", false, put_off},
        FleetCommand{"in", "SECONDS COMMAND", false, put_off},
        FleetCommand{"chaos", "SEED [CALM_SECONDS [TROUBLE_SECONDS]]|off", true, set_chaos},
        FleetCommand{"history", "", false, list_history},
        FleetCommand{"faults", "", false, list_faults},
        FleetCommand{"kinds", "", false, list_kinds},
        FleetCommand{"stats", "", false, stats},
        FleetCommand{"help", "", false, help}};
    return table;
}

std::vector<Fleet::Member*> chosen(const Fleet& fleet, std::string_view name)
{
    std::vector<Fleet::Member*> members;
    if (name == "all") {
        for (const auto& member : fleet.members()) {
            members.push_back(member.get());
        }
    } else if (auto* member = fleet.find(name)) {
        members.push_back(member);
    }
    return members;
}

/// The command for each chosen device; stops at the first that fails.
std::string run(const Asked& asked, const Command& command, JsonObject& answer)
{
    const auto& words = asked.words;
    const auto members = chosen(asked.fleet, words[1]);
    if (members.empty()) return "no such device: " + std::string{words[1]};
    const Words rest{words.begin() + 2, words.end()};
    JsonArray answers;
    for (auto* member : members) {
        Call call{asked.fleet, *member, rest, asked.moment};
        JsonObject own;
        auto& out = words[1] == "all" ? own.boolean("ok", true) : answer;
        out.text("address", to_string(member->address)).number("now_ms", asked.moment.wall_ms);
        command.run(call, out);
        if (!call.is_good()) return call.fault();
        answers.add(own.str());
    }
    if (words[1] == "all") answer.raw("devices", answers.str());
    return {};
}

const Command* find(std::span<const Command> table, std::string_view name)
{
    const auto found = std::find_if(table.begin(), table.end(), [&](const Command& command) {
        return command.name == name;
    });
    return found == table.end() ? nullptr : &*found;
}

/// Finds the command of a line and carries it out; `is_order` tells whether it was to change
/// anything.
std::string carry_out(const Asked& asked, JsonObject& answer, bool& is_order)
{
    if (asked.words.empty()) return "an empty line; ask 'help'";
    const auto name = asked.words[0];
    for (const auto& command : fleet_commands()) {
        if (command.name != name) continue;
        is_order = command.is_order;
        return command.run(asked, answer);
    }
    const auto* command = find(orders(), name);
    is_order = command != nullptr;
    if (command == nullptr) command = find(questions(), name);
    if (command == nullptr) return "unknown command; ask 'help'";
    if (asked.words.size() < 2 + command->least) return "usage: " + usage_of(*command);
    return run(asked, *command, answer);
}

/// What changes devices goes into the history.
std::string carry_out(Fleet& fleet, Order order, Moment moment)
{
    const Moment then{.now = order.at, .wall_ms = moment.wall_ms_at(order.at)};
    const auto words = words_of(order.line);
    JsonObject answer;
    answer.boolean("ok", true);
    bool is_order = false;
    order.error = carry_out(Asked{fleet, words, order.line, then}, answer, is_order);
    auto text = order.error.empty()
                    ? answer.str()
                    : JsonObject{}.boolean("ok", false).text("error", order.error).str();
    if (is_order || order.origin != "command") fleet.schedule().note(std::move(order));
    return text;
}

} // namespace

void run_due(Fleet& fleet, Moment moment)
{
    while (auto order = fleet.schedule().take(moment.now)) {
        carry_out(fleet, std::move(*order), moment);
    }
}

std::string run_command(Fleet& fleet, std::string_view line, Moment moment)
{
    run_due(fleet, moment);
    auto answer = carry_out(fleet, {moment.now, std::string{line}, "command"}, moment);
    run_due(fleet, moment);
    return answer;
}

} // namespace hallmonitor::sim
