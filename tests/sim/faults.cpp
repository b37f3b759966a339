#include "tests/sim/faults.hpp"

#include "tests/sim/fault_hooks.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::sim {
namespace {

using namespace hooks;

// clang-format off
constexpr std::array table{
    Fault{.name = "silence", .argument = 0, .meaning = "answers nothing", .drops = ignore_all},
    Fault{.name = "loss", .argument = 30, .meaning = "percent of requests lost", .drops = lose},
    Fault{.name = "only-v1", .argument = 0, .meaning = "version 2c is not answered", .drops = ignore_v2c},
    Fault{.name = "reply-loss", .argument = 30, .meaning = "percent of replies lost", .datagram = lose_reply},
    Fault{.name = "drops-large", .argument = 1'400, .meaning = "replies of more octets than this are lost, as fragments are", .datagram = lose_large},
    Fault{.name = "delay", .argument = 100, .meaning = "milliseconds until a reply goes out", .datagram = hold},
    Fault{.name = "late", .argument = 60, .meaning = "seconds until a reply goes out: later than any timeout", .datagram = answer_late},
    Fault{.name = "reorder", .argument = 50, .meaning = "replies held for up to so many milliseconds", .datagram = scatter},
    Fault{.name = "duplicate", .argument = 2, .meaning = "copies of each reply", .datagram = repeat},
    Fault{.name = "cut", .argument = 50, .meaning = "percent of each datagram that is sent", .datagram = cut},
    Fault{.name = "corrupt", .argument = 3, .meaning = "bits of each datagram flipped", .datagram = corrupt},
    Fault{.name = "lying-length", .argument = 0, .meaning = "messages claim to be longer than they are", .datagram = lie_about_length},
    Fault{.name = "forgeries", .argument = 3, .meaning = "so many forged replies go out before each true one", .datagram = forge},
    Fault{.name = "wrong-address", .argument = 0, .meaning = "replies from another device's address", .datagram = move_address},
    Fault{.name = "wrong-port", .argument = 0, .meaning = "replies from another port", .datagram = move_port},
    Fault{.name = "wrong-id", .argument = 0, .meaning = "replies with another request id", .head = change_id},
    Fault{.name = "wrong-community", .argument = 0, .meaning = "replies with another community", .head = change_community},
    Fault{.name = "wrong-object", .argument = 0, .meaning = "GET answered with the next object", .picks = pick_neighbour},
    Fault{.name = "too-big", .argument = 20, .meaning = "tooBig for more varbinds than this", .head = refuse_large},
    Fault{.name = "gen-err", .argument = 0, .meaning = "genErr for everything", .head = refuse_all},
    Fault{.name = "no-bulk", .argument = 0, .meaning = "GETBULK is not answered", .drops = ignore_bulk},
    Fault{.name = "loop", .argument = 40, .meaning = "a walk goes back every so many objects", .picks = loop},
    Fault{.name = "stuck", .argument = 0, .meaning = "the next object is the one asked with", .picks = stay},
    Fault{.name = "steps-back", .argument = 10, .meaning = "percent of objects that are earlier ones", .picks = step_back},
    Fault{.name = "endless", .argument = 0, .meaning = "tables never end: rows are invented for ever", .is_endless = true},
    Fault{.name = "truncated-table", .argument = 10, .meaning = "rows beyond these ports are gone", .hides = hide_rows},
    Fault{.name = "churn", .argument = 60, .meaning = "an eighth of the rows is gone, another one after so many seconds", .hides = hide_an_eighth},
    Fault{.name = "holes", .argument = 10, .meaning = "percent of values that are noSuchInstance", .value = tear_holes},
    Fault{.name = "nulls", .argument = 0, .meaning = "every value is NULL", .value = nullify},
    Fault{.name = "no-hc", .argument = 0, .meaning = "no 64-bit counters", .hides = hide_wide},
    Fault{.name = "no-ifx", .argument = 0, .meaning = "no ifXTable", .hides = hide_if_x},
    Fault{.name = "hc-frozen", .argument = 0, .meaning = "64-bit counters stand at 0", .value = freeze_wide},
    Fault{.name = "hc-wraps", .argument = 0, .meaning = "64-bit counters wrap at 32 bits", .value = wrap_wide},
    Fault{.name = "wrap32", .argument = 60, .meaning = "restarts with counters so many seconds before 2^32", .begins = begin_before_wrap_32},
    Fault{.name = "wrap64", .argument = 60, .meaning = "restarts with counters so many seconds before 2^64", .begins = begin_before_wrap_64},
    Fault{.name = "counters-cleared", .argument = 0, .meaning = "counters begin at 0 without a restart", .begins = clear_counters},
    Fault{.name = "counters-step-back", .argument = 60, .meaning = "a reply in five has counters from so many seconds ago", .counted_at = now_and_then_earlier},
    Fault{.name = "cached", .argument = 30, .meaning = "counters change only every so many seconds", .counted_at = last_refresh},
    Fault{.name = "random-octets", .argument = 0, .meaning = "octet counters are noise", .value = make_random},
    Fault{.name = "wrong-types", .argument = 0, .meaning = "counters come as OCTET STRING", .value = retype},
    Fault{.name = "wrong-status", .argument = 77, .meaning = "states that no MIB knows, from this downwards", .value = garble_status},
    Fault{.name = "speed-garbage", .argument = 0, .meaning = "ifHighSpeed in bit/s and other nonsense, or this for all ports", .value = garble_speed},
    Fault{.name = "frozen-uptime", .argument = 4711, .meaning = "sysUpTime stands at this", .value = freeze_uptime},
    Fault{.name = "uptime-wraps", .argument = 60, .meaning = "sysUpTime wraps in so many seconds", .begins = begin_before_uptime_wrap},
    Fault{.name = "frozen-boots", .argument = 1, .meaning = "snmpEngineBoots stands at this, whatever restarts", .value = freeze_boots, .usm = freeze_engine_boots},
    Fault{.name = "v3-replays", .argument = 20, .meaning = "percent of SNMPv3 replies that are an earlier one", .usm = replay},
    Fault{.name = "v3-wrong-digest", .argument = 100, .meaning = "percent of SNMPv3 messages under a wrong digest", .usm = sign_wrong},
    Fault{.name = "v3-unsigned", .argument = 0, .meaning = "SNMPv3 replies neither authentic nor encrypted", .usm = sign_nothing},
    Fault{.name = "v3-size-lie", .argument = 0, .meaning = "SNMPv3 messages claim this msgMaxSize", .usm = lie_about_size},
    Fault{.name = "v3-denies-engine", .argument = 0, .meaning = "every engine id is unknown", .usm = deny_engine},
    Fault{.name = "v3-new-engines", .argument = 0, .meaning = "another engine id in every SNMPv3 message", .usm = change_engine},
    Fault{.name = "v3-denies-time", .argument = 0, .meaning = "no SNMPv3 request is within the time window", .usm = deny_time},
    Fault{.name = "v3-jumps", .argument = 0, .meaning = "engine boots and time are noise", .usm = jump},
    Fault{.name = "huge-strings", .argument = 60'000, .meaning = "names of so many octets", .value = enlarge, .is_large = true},
    Fault{.name = "hostile-names", .argument = 0, .meaning = "names that attack whoever shows them", .value = poison},
    Fault{.name = "no-names", .argument = 0, .meaning = "empty names", .value = blank},
    Fault{.name = "same-names", .argument = 0, .meaning = "one name for all ports", .value = repeat_name},
};
// clang-format on

} // namespace

std::uint64_t FaultContext::below(std::uint64_t limit) const
{
    // xorshift64*: good enough for faults, the same on every machine.
    random ^= random >> 12U;
    random ^= random << 25U;
    random ^= random >> 27U;
    return random * 0x2545F4914F6CDD1DU % limit;
}

std::span<const Fault> fault_table()
{
    return table;
}

const Fault* find_fault(std::string_view name)
{
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Fault& fault) {
        return fault.name == name;
    });
    return found == table.end() ? nullptr : found;
}

} // namespace hallmonitor::sim
