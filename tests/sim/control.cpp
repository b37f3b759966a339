#include "tests/sim/control.hpp"

#include "tests/sim/json.hpp"
#include "tests/sim/words.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::sim {
namespace {

using Words = std::vector<std::string_view>;

/// One command for one device: its words behind DEV, read with their faults remembered.
class Call {
public:
    Call(Fleet& fleet, Fleet::Member& member, const Words& words, Moment moment)
        : fleet_(fleet), member_(member), words_(words), moment_(moment)
    {}

    [[nodiscard]] Fleet& fleet() const { return fleet_; }
    [[nodiscard]] Fleet::Member& member() const { return member_; }
    [[nodiscard]] Device& device() const { return member_.device; }
    [[nodiscard]] DeviceModel& model() const { return member_.device.model(); }
    [[nodiscard]] Moment moment() const { return moment_; }
    [[nodiscard]] Instant now() const { return moment_.now; }
    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] bool is_good() const { return fault_.empty(); }
    [[nodiscard]] std::string_view word(std::size_t index) const { return words_[index]; }

    void fail(std::string fault) { fault_ = std::move(fault); }

    [[nodiscard]] std::int64_t wall_ms(Instant at) const
    {
        return moment_.wall_ms - (moment_.now - at).count() / 1000;
    }

    /// A number from 0 to 2^40; `otherwise` when there is no such word.
    std::int64_t number(std::size_t index, std::int64_t otherwise)
    {
        if (index >= words_.size()) return otherwise;
        const auto value = number_of(words_[index], std::uint64_t{1} << 40U);
        if (value) return static_cast<std::int64_t>(*value);
        fail("not a number from 0 to 2^40: " + std::string{words_[index]});
        return otherwise;
    }

    bool either(std::size_t index, std::string_view yes, std::string_view no)
    {
        if (words_[index] == yes) return true;
        if (words_[index] != no) fail("expected " + std::string{yes} + " or " + std::string{no});
        return false;
    }

    /// The port whose ifIndex is in a word.
    std::size_t port(std::size_t index)
    {
        const auto wanted = number_of(words_[index], 65'535);
        const auto count = model().ports().size();
        for (std::size_t i = 0; i < count; ++i) {
            if (device().blueprint().if_index[i] == wanted) return i;
        }
        fail("no such ifIndex: " + std::string{words_[index]});
        return 0;
    }

private:
    Fleet& fleet_;
    Fleet::Member& member_;
    const Words& words_;
    Moment moment_;
    std::string fault_;
};

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
    if (call.is_good()) call.model().set_link(port, is_up, call.now());
}

void set_admin(Call& call, JsonObject&)
{
    const auto port = call.port(0);
    const bool is_up = call.either(1, "up", "down");
    if (call.is_good()) call.model().set_admin(port, is_up, call.now());
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

std::string served_of(const Call& call, const Flow& flow, const Served& served)
{
    JsonObject out;
    out.number("rate_octets_per_second", flow.rate());
    out.number("now_octets", flow.octets(call.now()));
    out.number("times", served.times);
    if (served.times == 0) return out.str();
    return out.number("octets", served.value)
        .number("at_ms", call.wall_ms(served.at))
        .number("first_octets", served.first)
        .number("first_at_ms", call.wall_ms(served.first_at))
        .number("counted_octets", served.counted)
        .str();
}

/// The oracle: what each counter said last and when, and what a reader can have counted.
void served(Call& call, JsonObject& answer)
{
    const auto& ports = call.model().ports();
    JsonArray list;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto& port = ports[i];
        list.add(JsonObject{}
                     .number("ifIndex", call.device().blueprint().if_index[i])
                     .text("ifName", port.name)
                     .number("speed_bits_per_second", port.speed)
                     .boolean("up", port.is_up())
                     .boolean("admin_up", port.is_admin_up)
                     .number("changed_at_ms", call.wall_ms(port.changed_at))
                     .raw("in", served_of(call, port.in, port.served_in))
                     .raw("out", served_of(call, port.out, port.served_out))
                     .str());
    }
    answer.number("uptime_centiseconds", call.model().uptime(call.now()))
        .number("boots", call.model().life())
        .raw("interfaces", list.str());
}

void describe(Call& call, JsonObject& answer)
{
    const auto& counts = call.device().counts();
    JsonArray faults;
    for (const auto name : call.device().faults()) {
        faults.add(json_text(name));
    }
    answer.text("sysName", call.model().name())
        .number("ports", call.model().ports().size())
        .number("requests", counts.requests)
        .number("replies", counts.replies)
        .number("varbinds", counts.varbinds)
        .number("ignored", counts.ignored)
        .raw("faults", faults.str());
}

struct Command {
    std::string_view name;
    std::string_view usage;
    std::size_t least; // words behind DEV
    void (*run)(Call&, JsonObject&);
};

constexpr std::array commands{
    Command{"reboot", "DEV [AWAY_MS]", 0, reboot},
    Command{"renumber", "DEV", 0, renumber},
    Command{"link", "DEV IFINDEX up|down", 2, set_link},
    Command{"admin", "DEV IFINDEX up|down", 2, set_admin},
    Command{"add-octets", "DEV IFINDEX IN OUT", 3, add_octets},
    Command{"set-uptime", "DEV CENTISECONDS", 1, set_uptime},
    Command{"fault", "DEV NAME on|off [ARGUMENT]", 2, set_fault},
    Command{"silence", "DEV on|off", 1, silence},
    Command{"delay", "DEV MS", 1, delay},
    Command{"loss", "DEV PERCENT", 1, loss},
    Command{"served", "DEV", 0, served},
    Command{"device", "DEV", 0, describe}};

std::string failure(const std::string& message)
{
    return JsonObject{}.boolean("ok", false).text("error", message).str();
}

std::string help()
{
    JsonArray list;
    for (const auto& command : commands) {
        list.add(json_text(std::string{command.name} + ' ' + std::string{command.usage}));
    }
    for (const auto* other : {"faults", "stats", "help"}) {
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

} // namespace

std::string run_command(Fleet& fleet, std::string_view line, Moment moment)
{
    const auto words = words_of(line);
    if (words.empty()) return failure("an empty line; ask 'help'");
    if (words[0] == "help") return help();
    if (words[0] == "faults") return list_faults();
    if (words[0] == "stats") return stats(fleet, moment);
    const auto* command = std::find_if(commands.begin(), commands.end(), [&](const auto& row) {
        return row.name == words[0];
    });
    if (command == commands.end()) return failure("unknown command; ask 'help'");
    if (words.size() < 2 + command->least) {
        return failure("usage: " + std::string{command->name} + ' ' + std::string{command->usage});
    }
    return run(fleet, *command, words, moment);
}

} // namespace hallmonitor::sim
