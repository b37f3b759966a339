// The oracle: what devices are now, and what they have told.

#include "tests/sim/call.hpp"

#include <array>

namespace hallmonitor::sim {
namespace {

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

std::string served_of(const Call& call, std::size_t signal)
{
    const auto& signals = call.model().signals();
    const auto& served = signals.served(signal);
    JsonObject out;
    out.text("name", signals.spec(signal).name);
    out.number("now", signals.value(signal, call.now()));
    if (signals.is_counter(signal)) out.number("an_hour", signals.spec(signal).an_hour);
    out.number("times", served.times);
    if (served.times == 0) return out.str();
    out.number("value", static_cast<std::int64_t>(served.value))
        .number("at_ms", call.wall_ms(served.at))
        .number("first", static_cast<std::int64_t>(served.first))
        .number("first_at_ms", call.wall_ms(served.first_at));
    if (signals.is_counter(signal)) out.number("counted", served.counted);
    return out.str();
}

std::string interfaces(const Call& call)
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
    return list.str();
}

/// What each counter and each signal said last and when, and what a reader can have counted.
void served(Call& call, JsonObject& answer)
{
    JsonArray signals;
    for (std::size_t i = 0; i < call.model().signals().size(); ++i) {
        signals.add(served_of(call, i));
    }
    answer.number("uptime_centiseconds", call.model().uptime(call.now()))
        .number("boots", call.model().life())
        .number("octets_per_packet", octets_per_packet)
        .raw("interfaces", interfaces(call))
        .raw("signals", signals.str());
}

/// How often the first counter was read, and when last: little to write, of a large fleet.
void polls(Call& call, JsonObject& answer)
{
    const auto& ports = call.model().ports();
    if (ports.empty()) return;
    const Served& first = ports.front().served_in;
    answer.number("times", first.times);
    if (first.times > 0) answer.number("at_ms", call.wall_ms(first.at));
}

/// Every signal with its value now.
void signals(Call& call, JsonObject& answer)
{
    JsonObject values;
    const auto& all = call.model().signals();
    for (std::size_t i = 0; i < all.size(); ++i) {
        values.number(all.spec(i).name, all.value(i, call.now()));
    }
    answer.raw("signals", values.str());
}

/// The cables that end at the device.
void neighbours(Call& call, JsonObject& answer)
{
    JsonArray list;
    const auto& ports = call.model().ports();
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto other = call.fleet().other_end(call.member(), i);
        if (!other) continue;
        list.add(JsonObject{}
                     .text("ifName", ports[i].name)
                     .boolean("up", ports[i].is_up())
                     .text("sysName", other->member->device.model().name())
                     .text("port", other->member->device.model().ports()[other->port].name)
                     .str());
    }
    answer.raw("neighbours", list.str());
}

/// What is wrong with the device now, by order.
void trouble(Call& call, JsonObject& answer)
{
    JsonArray faults;
    for (const auto& active : call.device().active_faults()) {
        faults.add(JsonObject{}
                       .text("fault", active.fault->name)
                       .number("argument", active.argument)
                       .number("since_ms", call.wall_ms(active.since))
                       .str());
    }
    JsonArray links;
    const auto& ports = call.model().ports();
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto& usual = call.device().blueprint().ports[i];
        const bool was_up = usual.is_link_up && usual.is_admin_up;
        if (was_up && !ports[i].is_up()) links.add(json_text(ports[i].name));
    }
    JsonArray ordered;
    const auto& signals = call.model().signals();
    for (std::size_t i = 0; i < signals.size(); ++i) {
        if (!signals.is_ordered(i)) continue;
        ordered.add(JsonObject{}
                        .text("signal", signals.spec(i).name)
                        .number("value", signals.value(i, call.now()))
                        .number("since_ms", call.wall_ms(call.now() - signals.since(i, call.now())))
                        .str());
    }
    answer.boolean("away", call.model().is_away(call.now()))
        .raw("faults", faults.str())
        .raw("links_down", links.str())
        .raw("signals", ordered.str());
}

void describe(Call& call, JsonObject& answer)
{
    const auto& counts = call.device().counts();
    JsonArray faults;
    for (const auto name : call.device().faults()) {
        faults.add(json_text(name));
    }
    const auto* kind = call.member().kind;
    answer.text("sysName", call.model().name())
        .text("kind", kind != nullptr ? kind->name : "recording")
        .number("ports", call.model().ports().size())
        .number("requests", counts.requests)
        .number("replies", counts.replies)
        .number("varbinds", counts.varbinds)
        .number("ignored", counts.ignored)
        .raw("faults", faults.str());
    const auto* const usm = call.device().usm();
    if (usm == nullptr) return;
    const auto time = call.device().engine_time(call.now());
    answer.number("engine_boots", time.boots)
        .number("engine_seconds", time.seconds)
        .number("v3_discoveries", usm->counts().discoveries)
        .number("v3_reports", usm->counts().reports)
        .number("v3_answers", usm->counts().answers)
        .number("v3_replayed", usm->counts().replayed);
}

constexpr std::array question_table{
    Command{"served", "DEV", 0, served},
    Command{"polls", "DEV", 0, polls},
    Command{"signals", "DEV", 0, signals},
    Command{"neighbours", "DEV", 0, neighbours},
    Command{"trouble", "DEV", 0, trouble},
    Command{"device", "DEV", 0, describe}};

} // namespace

std::span<const Command> questions()
{
    return question_table;
}

} // namespace hallmonitor::sim
