// What faults do to objects and their values.

#include "tests/sim/fault_hooks.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace hallmonitor::sim::hooks {
namespace {

constexpr std::uint32_t if_table = 2; // the seventh arc
constexpr std::uint32_t if_x_table = 31;

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
    return object.is_row && object.oid[6] == if_x_table;
}

/// In ifTable or ifXTable, the column of this number.
bool is_column(const Object& object, std::uint32_t table, std::uint32_t column)
{
    return object.is_row && object.oid[6] == table && object.oid[object.oid.size() - 2] == column;
}

std::uint64_t number_of(const Value& value)
{
    std::uint64_t number = 0;
    const auto tlv = value.tlv();
    for (std::size_t i = 2; i < tlv.size(); ++i) {
        number = number << 8U | tlv[i];
    }
    return number;
}

} // namespace

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

bool hide_an_eighth(const Object& object, const FaultContext& context)
{
    const std::chrono::seconds step{std::max<std::int64_t>(1, context.argument)};
    return object.is_row && object.port % 8 == context.now / step % 8;
}

Instant last_refresh(const FaultContext& context)
{
    return context.now -
           context.now % std::chrono::seconds{std::max<std::int64_t>(1, context.argument)};
}

Instant now_and_then_earlier(const FaultContext& context)
{
    const bool is_stale = context.chance(20);
    return is_stale ? context.now - std::chrono::seconds{context.argument} : context.now;
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

void freeze_wide(const Object& object, Value& value, const FaultContext&)
{
    if (is_wide(object)) value.set_unsigned(tag::counter64, 0);
}

void wrap_wide(const Object& object, Value& value, const FaultContext&)
{
    if (!is_wide(object)) return;
    value.set_unsigned(tag::counter64, static_cast<std::uint32_t>(number_of(value)));
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
    const std::size_t which = object.is_row ? object.port : object.oid[7];
    context.scratch = make_tlv(tag::octets, poisons.at(which % poisons.size()));
    value.refer(context.scratch);
}

void blank(const Object& object, Value& value, const FaultContext&)
{
    if (object.meaning == Meaning::name) value.set_empty(tag::octets);
}

void repeat_name(const Object& object, Value& value, const FaultContext&)
{
    if (object.meaning == Meaning::name && object.is_row) value.set_octets(0x706F7274, 4); // "port"
}

void garble_speed(const Object& object, Value& value, const FaultContext& context)
{
    static constexpr std::array<std::uint32_t, 6> nonsense{
        1'000'000'000, // bit/s in the place of Mbit/s
        0,
        4'294'967'295,
        1,
        125'000, // kB/s
        10'000'000};
    if (!is_column(object, if_x_table, 15) && !is_column(object, if_table, 5)) return;
    value.set_unsigned(tag::gauge32, nonsense.at(object.port % nonsense.size()));
    if (context.argument > 0) {
        value.set_unsigned(tag::gauge32, static_cast<std::uint32_t>(context.argument));
    }
}

void garble_status(const Object& object, Value& value, const FaultContext& context)
{
    const bool is_status =
        object.live == Live::if_oper_status || object.live == Live::if_admin_status;
    if (is_status) value.set_integer(context.argument - object.port);
}

void freeze_boots(const Object& object, Value& value, const FaultContext& context)
{
    if (object.live == Live::engine_boots) value.set_integer(context.argument);
}

void tear_holes(const Object&, Value& value, const FaultContext& context)
{
    if (context.chance(context.argument)) value.set_empty(tag::no_such_instance);
}

void nullify(const Object&, Value& value, const FaultContext&)
{
    value.set_empty(tag::null);
}

void begin_before_wrap_32(DeviceModel& model, Instant now, std::int64_t seconds)
{
    model.restart_before_wrap(32, std::chrono::seconds{seconds}, now);
}

void begin_before_wrap_64(DeviceModel& model, Instant now, std::int64_t seconds)
{
    model.restart_before_wrap(64, std::chrono::seconds{seconds}, now);
}

void begin_before_uptime_wrap(DeviceModel& model, Instant now, std::int64_t seconds)
{
    model.set_uptime((std::uint64_t{1} << 32U) - static_cast<std::uint64_t>(seconds) * 100, now);
}

void clear_counters(DeviceModel& model, Instant now, std::int64_t)
{
    model.clear_counters(now);
}

} // namespace hallmonitor::sim::hooks
