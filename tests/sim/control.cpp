#include "tests/sim/control.hpp"

#include "tests/sim/call.hpp"
#include "tests/sim/json.hpp"
#include "tests/sim/words.hpp"

#include <algorithm>

namespace hallmonitor::sim {
namespace {

std::string failure(const std::string& message)
{
    return JsonObject{}.boolean("ok", false).text("error", message).str();
}

std::string help()
{
    JsonArray list;
    for (const auto table : {orders(), questions()}) {
        for (const auto& command : table) {
            list.add(json_text(std::string{command.name} + ' ' + std::string{command.usage}));
        }
    }
    for (const auto* other : {"faults", "kinds", "stats", "help"}) {
        list.add(json_text(other));
    }
    return JsonObject{}.boolean("ok", true).raw("commands", list.str()).str();
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
    return JsonObject{}.boolean("ok", true).raw("faults", list.str()).str();
}

std::string list_kinds()
{
    JsonArray list;
    for (const auto& kind : kind_table()) {
        list.add(JsonObject{}
                     .text("name", kind.name)
                     .text("meaning", kind.meaning)
                     .number("ports", kind.usual_ports)
                     .str());
    }
    return JsonObject{}.boolean("ok", true).raw("kinds", list.str()).str();
}

std::string stats(const Fleet& fleet, Moment moment)
{
    Device::Counts sum;
    for (const auto& member : fleet.members()) {
        const auto& counts = member->device.counts();
        sum.requests += counts.requests;
        sum.replies += counts.replies;
        sum.varbinds += counts.varbinds;
        sum.ignored += counts.ignored;
    }
    return JsonObject{}
        .boolean("ok", true)
        .number("now_ms", moment.wall_ms)
        .number("devices", fleet.members().size())
        .number("requests", sum.requests)
        .number("replies", sum.replies)
        .number("varbinds", sum.varbinds)
        .number("ignored", sum.ignored)
        .str();
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
std::string run(Fleet& fleet, const Command& command, const Words& words, Moment moment)
{
    const auto members = chosen(fleet, words[1]);
    if (members.empty()) return failure("no such device: " + std::string{words[1]});
    const Words rest{words.begin() + 2, words.end()};
    JsonArray answers;
    std::string answer;
    for (auto* member : members) {
        Call call{fleet, *member, rest, moment};
        JsonObject out;
        out.boolean("ok", true)
            .text("address", to_string(member->address))
            .number("now_ms", moment.wall_ms);
        command.run(call, out);
        if (!call.is_good()) return failure(call.fault());
        answer = out.str();
        answers.add(answer);
    }
    if (words[1] != "all") return answer;
    return JsonObject{}.boolean("ok", true).raw("devices", answers.str()).str();
}

const Command* find_command(std::string_view name)
{
    for (const auto table : {orders(), questions()}) {
        const auto found = std::find_if(table.begin(), table.end(), [&](const Command& command) {
            return command.name == name;
        });
        if (found != table.end()) return &*found;
    }
    return nullptr;
}

} // namespace

std::string run_command(Fleet& fleet, std::string_view line, Moment moment)
{
    const auto words = words_of(line);
    if (words.empty()) return failure("an empty line; ask 'help'");
    if (words[0] == "help") return help();
    if (words[0] == "faults") return list_faults();
    if (words[0] == "kinds") return list_kinds();
    if (words[0] == "stats") return stats(fleet, moment);
    const auto* command = find_command(words[0]);
    if (command == nullptr) return failure("unknown command; ask 'help'");
    if (words.size() < 2 + command->least) {
        return failure("usage: " + std::string{command->name} + ' ' + std::string{command->usage});
    }
    return run(fleet, *command, words, moment);
}

} // namespace hallmonitor::sim
