#include "tests/sim/faults.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace hallmonitor::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t too_big = 1;
constexpr std::int32_t gen_err = 5;

bool is_octets(const Object& object)
{
    return object.live == Live::in_octets || object.live == Live::out_octets;
}

bool is_wide(const Object& object)
{
    return object.meaning == Meaning::counter64;
}

bool is_counter(const Object& object)
{
    return is_wide(object) || object.meaning == Meaning::counter32;
}

/// In ifXTable, 1.3.6.1.2.1.31.1.1.
bool is_if_x(const Object& object)
{
    return object.is_row && object.oid[6] == 31;
}

// --- requests ---------------------------------------------------------------------------------

bool lose(const Request&, const FaultContext& context)
{
    return context.chance(context.argument);
}

bool ignore_all(const Request&, const FaultContext&)
{
    return true;
}

bool ignore_bulk(const Request& request, const FaultContext&)
{
    return request.type == tag::get_bulk;
}

// --- objects ----------------------------------------------------------------------------------

bool hide_wide(const Object& object, const FaultContext&)
{
    return is_wide(object);
}

bool hide_if_x(const Object& object, const FaultContext&)
{
    return is_if_x(object);
}

bool hide_rows(const Object& object, const FaultContext& context)
{
    return object.is_row && object.port >= context.argument;
}

Instant last_refresh(const FaultContext& context)
{
    return context.now -
           context.now % std::chrono::seconds{std::max<std::int64_t>(1, context.argument)};
}

std::size_t loop(std::size_t index, bool is_next, const FaultContext& context)
{
    const auto length = static_cast<std::size_t>(std::max<std::int64_t>(1, context.argument));
    return is_next && index > 0 && index % length == 0 ? index - length : index;
}

std::size_t stay(std::size_t index, bool is_next, const FaultContext&)
{
    return is_next && index > 0 ? index - 1 : index;
}

std::size_t step_back(std::size_t index, bool is_next, const FaultContext& context)
{
    return is_next && index >= 3 && context.chance(context.argument) ? index - 3 : index;
}

std::size_t pick_neighbour(std::size_t index, bool is_next, const FaultContext& context)
{
    return !is_next && index + 1 < context.mib.size() ? index + 1 : index;
}

// --- values -----------------------------------------------------------------------------------

void freeze_wide(const Object& object, Value& value, const FaultContext&)
{
    if (is_wide(object)) value.set_unsigned(tag::counter64, 0);
}

void wrap_wide(const Object& object, Value& value, const FaultContext&)
{
    if (!is_wide(object)) return;
    std::uint64_t number = 0;
    const auto tlv = value.tlv();
    for (std::size_t i = 2; i < tlv.size(); ++i) {
        number = number << 8U | tlv[i];
    }
    value.set_unsigned(tag::counter64, static_cast<std::uint32_t>(number));
}

void make_random(const Object& object, Value& value, const FaultContext& context)
{
    if (!is_octets(object)) return;
    const auto number = context.below(~std::uint64_t{0});
    if (is_wide(object)) {
        value.set_unsigned(tag::counter64, number);
    } else {
        value.set_unsigned(tag::counter32, static_cast<std::uint32_t>(number));
    }
}

void retype(const Object& object, Value& value, const FaultContext& context)
{
    if (!is_counter(object)) return;
    const auto tlv = value.tlv();
    context.scratch = make_tlv(tag::octets, ByteView{tlv}.subspan(2));
    value.refer(context.scratch);
}

void freeze_uptime(const Object& object, Value& value, const FaultContext& context)
{
    if (object.live != Live::sys_uptime) return;
    value.set_unsigned(tag::timeticks, static_cast<std::uint32_t>(context.argument));
}

void enlarge(const Object& object, Value& value, const FaultContext& context)
{
    if (object.meaning != Meaning::name) return;
    const auto size = std::clamp<std::int64_t>(context.argument, 0, 65'000);
    context.scratch = make_tlv(tag::octets, std::string(static_cast<std::size_t>(size), 'x'));
    value.refer(context.scratch);
}

void poison(const Object& object, Value& value, const FaultContext& context)
{
    using namespace std::string_view_literals;
    static constexpr std::array poisons{
        "\xFF\xFE invalid UTF-8"sv,
        "nul\0inside"sv,
        "\x1B[2J\x1B]0;owned\x07"sv,
        "<script>alert(1)</script>"sv,
        "\"} 1\nhallmonitor_device_up{device=\"forged\"} 1"sv,
        "=cmd|' /C calc'!A0"sv,
        // NOLINTNEXTLINE(misc-misleading-bidirectional): misleading on purpose
        "\xE2\x80\xAE\xE2\x81\xA6 right to left"sv,
        "'; DROP TABLE ledger; --"sv,
        "\xC3"sv,
        "\xF0\x9F\x98\x80\xED\xA0\x80"sv,
        "${jndi:ldap://x}%n%s"sv,
        "back\\slash \"quote\" \ttab\r\nline"sv};
    if (object.meaning != Meaning::name) return;
    context.scratch = make_tlv(tag::octets, poisons.at(object.port % poisons.size()));
    value.refer(context.scratch);
}

void blank(const Object& object, Value& value, const FaultContext&)
{
    if (object.meaning == Meaning::name) value.set_empty(tag::octets);
}

void repeat_name(const Object& object, Value& value, const FaultContext&)
{
    if (object.meaning == Meaning::name) value.set_octets(0x706F7274, 4); // "port"
}

// --- replies ----------------------------------------------------------------------------------

void fail(ReplyHead& head, std::int32_t status, std::int32_t index)
{
    head.error_status = status;
    head.error_index = index;
    head.has_varbinds = false;
}

void refuse_large(ReplyHead& head, const Request& request, const FaultContext& context)
{
    const auto asked = static_cast<std::int64_t>(request.count) *
                       (request.type == tag::get_bulk ? std::max(1, request.repetitions) : 1);
    if (asked > context.argument) fail(head, too_big, 0);
}

void refuse_all(ReplyHead& head, const Request&, const FaultContext&)
{
    fail(head, gen_err, 1);
}

void change_id(ReplyHead& head, const Request&, const FaultContext&)
{
    head.id ^= 1;
}

void change_community(ReplyHead& head, const Request&, const FaultContext&)
{
    static constexpr std::array<std::uint8_t, 6> other{'f', 'o', 'r', 'g', 'e', 'd'};
    head.community = other;
}

void cut(Datagram& datagram, const FaultContext& context)
{
    const auto share = static_cast<std::size_t>(std::clamp<std::int64_t>(context.argument, 0, 100));
    datagram.bytes = datagram.bytes.first(datagram.bytes.size() * share / 100);
}

void corrupt(Datagram& datagram, const FaultContext& context)
{
    for (std::int64_t i = 0; i < context.argument && !datagram.bytes.empty(); ++i) {
        const auto bit = context.below(datagram.bytes.size() * 8);
        datagram.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
}

void repeat(Datagram& datagram, const FaultContext& context)
{
    datagram.copies = static_cast<unsigned>(std::clamp<std::int64_t>(context.argument, 1, 100));
}

void hold(Datagram& datagram, const FaultContext& context)
{
    datagram.delay += std::chrono::milliseconds{context.argument};
}

void scatter(Datagram& datagram, const FaultContext& context)
{
    const auto most = static_cast<std::uint64_t>(std::max<std::int64_t>(1, context.argument));
    datagram.delay += std::chrono::milliseconds{static_cast<std::int64_t>(context.below(most))};
}

void lose_reply(Datagram& datagram, const FaultContext& context)
{
    if (context.chance(context.argument)) datagram.copies = 0;
}

void move_address(Datagram& datagram, const FaultContext&)
{
    datagram.source = Source::other_address;
}

void move_port(Datagram& datagram, const FaultContext&)
{
    datagram.source = Source::other_port;
}

// clang-format off
constexpr std::array table{
    Fault{.name = "silence", .argument = 0, .meaning = "answers nothing", .drops = ignore_all},
    Fault{.name = "loss", .argument = 30, .meaning = "percent of requests lost", .drops = lose},
    Fault{.name = "reply-loss", .argument = 30, .meaning = "percent of replies lost", .datagram = lose_reply},
    Fault{.name = "delay", .argument = 100, .meaning = "milliseconds until a reply goes out", .datagram = hold},
    Fault{.name = "reorder", .argument = 50, .meaning = "replies held for up to so many milliseconds", .datagram = scatter},
    Fault{.name = "duplicate", .argument = 2, .meaning = "copies of each reply", .datagram = repeat},
    Fault{.name = "cut", .argument = 50, .meaning = "percent of each datagram that is sent", .datagram = cut},
    Fault{.name = "corrupt", .argument = 3, .meaning = "bits of each datagram flipped", .datagram = corrupt},
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
    Fault{.name = "truncated-table", .argument = 10, .meaning = "rows beyond these ports are gone", .hides = hide_rows},
    Fault{.name = "no-hc", .argument = 0, .meaning = "no 64-bit counters", .hides = hide_wide},
    Fault{.name = "no-ifx", .argument = 0, .meaning = "no ifXTable", .hides = hide_if_x},
    Fault{.name = "hc-frozen", .argument = 0, .meaning = "64-bit counters stand at 0", .value = freeze_wide},
    Fault{.name = "hc-wraps", .argument = 0, .meaning = "64-bit counters wrap at 32 bits", .value = wrap_wide},
    Fault{.name = "cached", .argument = 10, .meaning = "counters change only every so many seconds", .counted_at = last_refresh},
    Fault{.name = "random-octets", .argument = 0, .meaning = "octet counters are noise", .value = make_random},
    Fault{.name = "wrong-types", .argument = 0, .meaning = "counters come as OCTET STRING", .value = retype},
    Fault{.name = "frozen-uptime", .argument = 4711, .meaning = "sysUpTime stands at this", .value = freeze_uptime},
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
