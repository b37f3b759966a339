// The objects of a simulated access switch: system, ifTable and ifXTable (RFC 2863), engine and
// host uptime.

#include "tests/sim/switch_model.hpp"

namespace hallmonitor::sim {
namespace {

constexpr std::uint32_t vendor = 99'999;

Bytes unsigned_tlv(std::uint8_t tag, std::uint64_t number)
{
    Value value;
    value.set_unsigned(tag, number);
    return value.tlv();
}

Bytes integer_tlv(std::int64_t number)
{
    Value value;
    value.set_integer(number);
    return value.tlv();
}

Bytes text_tlv(std::string_view text)
{
    return make_tlv(tag::octets, text);
}

struct LiveColumn {
    std::uint32_t column;
    Live live;
    Meaning meaning{Meaning::other};
};

constexpr auto narrow = Meaning::counter32;
constexpr auto wide = Meaning::counter64;

constexpr std::array if_live{
    LiveColumn{6, Live::if_phys_address},
    LiveColumn{7, Live::if_admin_status},
    LiveColumn{8, Live::if_oper_status},
    LiveColumn{9, Live::if_last_change},
    LiveColumn{10, Live::in_octets, narrow},
    LiveColumn{11, Live::in_packets, narrow},
    LiveColumn{16, Live::out_octets, narrow},
    LiveColumn{17, Live::out_packets, narrow}};

constexpr std::array if_x_live{
    LiveColumn{2, Live::in_multicast, narrow},
    LiveColumn{3, Live::in_broadcast, narrow},
    LiveColumn{4, Live::out_multicast, narrow},
    LiveColumn{5, Live::out_broadcast, narrow},
    LiveColumn{6, Live::in_octets, wide},
    LiveColumn{7, Live::in_packets, wide},
    LiveColumn{8, Live::in_multicast, wide},
    LiveColumn{9, Live::in_broadcast, wide},
    LiveColumn{10, Live::out_octets, wide},
    LiveColumn{11, Live::out_packets, wide},
    LiveColumn{12, Live::out_multicast, wide},
    LiveColumn{13, Live::out_broadcast, wide},
    LiveColumn{19, Live::if_discontinuity}};

class Builder {
public:
    void fixed(Oid oid, Bytes value, Meaning meaning = Meaning::other)
    {
        objects_.push_back({.oid = std::move(oid), .value = std::move(value), .meaning = meaning});
    }
    void live(Oid oid, Live what, Meaning meaning = Meaning::other)
    {
        objects_.push_back({.oid = std::move(oid), .value = {}, .live = what, .meaning = meaning});
    }
    void row(const Oid& table, std::uint32_t column, Object object)
    {
        object.oid = table;
        object.oid.push_back(column);
        object.oid.push_back(index_);
        object.port = port_;
        object.is_row = true;
        objects_.push_back(std::move(object));
    }
    void cell(const Oid& table, std::uint32_t column, Bytes value, Meaning what = Meaning::other)
    {
        row(table, column, {.oid = {}, .value = std::move(value), .meaning = what});
    }
    void begin_port(std::size_t port, std::uint32_t index)
    {
        port_ = static_cast<std::uint16_t>(port);
        index_ = index;
    }
    std::vector<Object> take() && { return std::move(objects_); }

private:
    std::vector<Object> objects_;
    std::uint16_t port_{0};
    std::uint32_t index_{0};
};

void add_system(Builder& mib, std::size_t ports)
{
    constexpr auto name = Meaning::name;
    const Oid object_id{1, 3, 6, 1, 4, 1, vendor, 1};
    mib.fixed(
        {1, 3, 6, 1, 2, 1, 1, 1, 0}, text_tlv("Hallmonitor simulated switch, version 1.0"), name
    );
    mib.fixed({1, 3, 6, 1, 2, 1, 1, 2, 0}, make_tlv(tag::oid, ByteView{oid_contents(object_id)}));
    mib.live({1, 3, 6, 1, 2, 1, 1, 3, 0}, Live::sys_uptime);
    mib.fixed({1, 3, 6, 1, 2, 1, 1, 4, 0}, text_tlv("noc@example.org"), name);
    mib.live({1, 3, 6, 1, 2, 1, 1, 5, 0}, Live::sys_name, name);
    mib.fixed({1, 3, 6, 1, 2, 1, 1, 6, 0}, text_tlv("rack 1"), name);
    mib.fixed({1, 3, 6, 1, 2, 1, 1, 7, 0}, integer_tlv(2));
    mib.fixed({1, 3, 6, 1, 2, 1, 2, 1, 0}, integer_tlv(static_cast<std::int64_t>(ports)));
    mib.live({1, 3, 6, 1, 2, 1, 25, 1, 1, 0}, Live::host_uptime);
    mib.live({1, 3, 6, 1, 2, 1, 31, 1, 5, 0}, Live::table_changed);
    mib.live({1, 3, 6, 1, 6, 3, 10, 2, 1, 2, 0}, Live::engine_boots);
    mib.live({1, 3, 6, 1, 6, 3, 10, 2, 1, 3, 0}, Live::engine_time);
}

void add_port(Builder& mib, std::size_t port, std::size_t ports, std::uint32_t index)
{
    static const Oid if_entry{1, 3, 6, 1, 2, 1, 2, 2, 1};
    static const Oid if_x_entry{1, 3, 6, 1, 2, 1, 31, 1, 1, 1};
    const bool is_fast = is_uplink(port, ports);
    const auto name = port_name(port, ports);
    const auto room = std::to_string(100 + port);
    mib.begin_port(port, index);
    mib.cell(if_entry, 1, integer_tlv(index));
    mib.cell(
        if_entry,
        2,
        text_tlv((is_fast ? "Ten" : "") + std::string{"GigabitEthernet"} + name.substr(2)),
        Meaning::name
    );
    mib.cell(if_entry, 3, integer_tlv(6));
    mib.cell(if_entry, 4, integer_tlv(1500));
    mib.cell(if_entry, 5, unsigned_tlv(tag::gauge32, is_fast ? 4'294'967'295U : 1'000'000'000U));
    for (const auto column : {13U, 14U, 15U, 19U, 20U}) {
        mib.cell(if_entry, column, unsigned_tlv(tag::counter32, 0));
    }
    for (const auto& [column, live, meaning] : if_live) {
        mib.row(if_entry, column, {.oid = {}, .value = {}, .live = live, .meaning = meaning});
    }
    mib.cell(if_x_entry, 1, text_tlv(name), Meaning::name);
    for (const auto& [column, live, meaning] : if_x_live) {
        mib.row(if_x_entry, column, {.oid = {}, .value = {}, .live = live, .meaning = meaning});
    }
    mib.cell(if_x_entry, 14, integer_tlv(1));
    mib.cell(if_x_entry, 15, unsigned_tlv(tag::gauge32, is_fast ? 10'000 : 1'000));
    mib.cell(if_x_entry, 16, integer_tlv(2));
    mib.cell(if_x_entry, 17, integer_tlv(1));
    mib.cell(if_x_entry, 18, text_tlv(is_fast ? "uplink " + room : "room " + room), Meaning::name);
}

} // namespace

std::uint32_t if_index(std::size_t port, std::size_t ports, std::uint32_t generation)
{
    return 1 + static_cast<std::uint32_t>((port + std::size_t{generation} * 7) % ports);
}

bool is_uplink(std::size_t port, std::size_t ports)
{
    return ports >= 4 && port + 2 >= ports;
}

std::string port_name(std::size_t port, std::size_t ports)
{
    return (is_uplink(port, ports) ? "Te1/0/" : "Gi1/0/") + std::to_string(port + 1);
}

Mib switch_mib(std::size_t ports, std::uint32_t generation)
{
    Builder mib;
    add_system(mib, ports);
    for (std::size_t port = 0; port < ports; ++port) {
        add_port(mib, port, ports, if_index(port, ports, generation));
    }
    return Mib{std::move(mib).take()};
}

} // namespace hallmonitor::sim
