#include "tests/sim/kinds/tables.hpp"

namespace hallmonitor::sim {
namespace cell {
namespace {

/// 0 for what is no number.
std::uint8_t tag_of(Live what, Meaning meaning)
{
    switch (what) {
    case Live::sys_uptime:
    case Live::host_uptime:
    case Live::table_changed:
    case Live::if_last_change:
    case Live::stp_since:
    case Live::neighbours_changed: return tag::timeticks;
    case Live::engine_boots:
    case Live::engine_time:
    case Live::if_admin_status:
    case Live::if_oper_status:
    case Live::stp_port_state:
    case Live::stp_root_port: return tag::integer;
    default: break;
    }
    if (meaning == Meaning::counter64) return tag::counter64;
    return meaning == Meaning::counter32 ? tag::counter32 : 0;
}

Cell fixed(Bytes value)
{
    return {.oid = {}, .value = std::move(value)};
}

Cell of_unsigned(std::uint8_t tag, std::uint32_t number)
{
    Value value;
    value.set_unsigned(tag, number);
    return fixed(value.tlv());
}

} // namespace

Cell integer(std::int64_t number)
{
    Value value;
    value.set_integer(number);
    return fixed(value.tlv());
}

Cell gauge(std::uint32_t number)
{
    return of_unsigned(tag::gauge32, number);
}

Cell counter(std::uint32_t number)
{
    return of_unsigned(tag::counter32, number);
}

Cell ticks(std::uint32_t number)
{
    return of_unsigned(tag::timeticks, number);
}

Cell octets(Bytes content)
{
    return fixed(make_tlv(tag::octets, ByteView{content}));
}

Cell text(std::string_view text)
{
    return fixed(make_tlv(tag::octets, text));
}

Cell name(std::string_view text)
{
    auto cell = cell::text(text);
    cell.meaning = Meaning::name;
    return cell;
}

Cell oid(const Oid& oid)
{
    return fixed(make_tlv(tag::oid, ByteView{oid_contents(oid)}));
}

Cell address(std::uint32_t ip)
{
    Bytes octets;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        octets.push_back(static_cast<std::uint8_t>(ip >> (shift - 8)));
    }
    return fixed(make_tlv(tag::ip_address, ByteView{octets}));
}

Cell live(Live what, Meaning meaning)
{
    return {.oid = {}, .value = {}, .live = what, .meaning = meaning, .tag = tag_of(what, meaning)};
}

} // namespace cell

Oid operator+(Oid a, const Oid& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Tables::Tables(
    std::vector<PortSpec> ports, std::size_t size, std::uint32_t generation, std::uint32_t device
)
    : size_(size), device_(device)
{
    const auto count = ports.size();
    const std::size_t step = count % 7 == 0 ? 5 : 7; // to another index, whatever the count
    for (std::size_t port = 0; port < count; ++port) {
        made_.if_index.push_back(ports[(port + generation * step) % count].if_index);
    }
    made_.ports = std::move(ports);
}

void Tables::add(Oid oid, Cell cell, std::size_t column)
{
    cell.oid = std::move(oid);
    cell.column = static_cast<std::uint8_t>(column);
    objects_.push_back(std::move(cell));
}

void Tables::add_row(const Oid& entry, const Oid& index, std::uint32_t column, Cell cell)
{
    add(entry + Oid{column} + index, std::move(cell), entry.size() + 1);
}

void Tables::scalar(Oid oid, Cell cell)
{
    const auto column = oid.size();
    oid.push_back(0);
    add(std::move(oid), std::move(cell), column);
}

void Tables::row(const Oid& entry, const Oid& index, Cells cells)
{
    for (const auto& [column, cell] : cells) {
        add_row(entry, index, column, cell);
    }
}

void Tables::port_row(
    std::size_t port, const Oid& entry, const Oid& index, Cells cells, Shown shown
)
{
    for (auto [column, cell] : cells) {
        cell.shown = shown;
        cell.port = static_cast<std::uint16_t>(port);
        cell.is_row = true;
        add_row(entry, index, column, std::move(cell));
    }
}

void Tables::row_while(std::uint16_t signal, const Oid& entry, const Oid& index, Cells cells)
{
    for (auto [column, cell] : cells) {
        cell.shown = Shown::with_signal;
        cell.condition = signal;
        add_row(entry, index, column, std::move(cell));
    }
}

std::uint16_t Tables::signal(SignalSpec spec)
{
    signals_.push_back(std::move(spec));
    return static_cast<std::uint16_t>(signals_.size() - 1);
}

Cell Tables::cell_of(std::uint16_t signal, std::uint8_t tag)
{
    const auto meaning = tag == tag::counter32   ? Meaning::counter32
                         : tag == tag::counter64 ? Meaning::counter64
                                                 : Meaning::other;
    auto cell = cell::live(Live::signal, meaning);
    cell.tag = tag;
    cell.number = signal;
    return cell;
}

Cell Tables::own_text(std::string text)
{
    auto cell = cell::live(Live::own_text, Meaning::name);
    cell.number = static_cast<std::uint16_t>(made_.texts.size());
    made_.texts.push_back(std::move(text));
    return cell;
}

Blueprint Tables::take() &&
{
    made_.signals = std::make_shared<const std::vector<SignalSpec>>(std::move(signals_));
    made_.mib = Mib{std::move(objects_)};
    return std::move(made_);
}

} // namespace hallmonitor::sim
