#pragma once
// The objects of one kind of device in the order of their OIDs, names encoded beforehand. Shared by
// all devices of the kind; what differs between them is computed when it is asked for.

#include "tests/sim/ber.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hallmonitor::sim {

/// What a device computes for an object; `fixed` objects carry their value.
enum class Live : std::uint8_t {
    fixed,
    sys_uptime,
    sys_name,
    engine_boots,
    engine_time,
    host_uptime,
    table_changed,
    if_phys_address,
    if_admin_status,
    if_oper_status,
    if_last_change,
    in_octets,
    out_octets,
    in_packets,
    out_packets,
    in_multicast,
    out_multicast,
    in_broadcast,
    out_broadcast,
    in_errors,
    out_discards,
    alignment_errors,
    fcs_errors,
    collisions,
    chassis_mac,
    stp_changes,
    stp_since,
    stp_port_state,
    stp_root,
    stp_root_port,
    neighbours_changed,
    neighbour_chassis,
    neighbour_name,
    neighbour_port,
    neighbour_port_descr,
    neighbour_descr,
    neighbour_address,
    own_text, // `number` of the blueprint's texts
    signal,   // `number` of the blueprint's signals, as `tag`
};

/// When an object exists.
enum class Shown : std::uint8_t {
    always,
    with_neighbour, // the port has one and is up
    with_signal,    // the signal `condition` is not 0
};

/// What an object says, as faults need to know it.
enum class Meaning : std::uint8_t { other, name, counter32, counter64 };

/// How an object begins in every reply: the head of its varbind and its name; behind them its value
/// when that is fixed. Copied whole, since a copy of a size known beforehand is the fastest.
struct Image {
    static constexpr std::size_t most = 40;

    std::array<std::uint8_t, most> bytes{};
    std::uint8_t name_end{0}; // 0: the name is too long
    std::uint8_t size{0};     // 0: the value is not fixed, or too long
};

struct Object {
    Oid oid;
    Bytes value; // TLV of a fixed object
    Live live{Live::fixed};
    Meaning meaning{Meaning::other};
    std::uint16_t port{0};  // the port, not its ifIndex
    bool is_row{false};     // of a port
    std::uint8_t column{0}; // arcs of its column's OID; 0: unknown
    Shown shown{Shown::always};
    std::uint8_t tag{0}; // of a live number, else 0
    std::uint16_t number{0};
    std::uint16_t condition{0};
    Image image{}; // this and what follows is filled by Mib
    Bytes name{};  // TLV
};

class Mib {
public:
    Mib() = default;
    /// Sorts the objects; of several with one OID the last stands.
    explicit Mib(std::vector<Object> objects);

    [[nodiscard]] std::size_t size() const { return objects_.size(); }
    [[nodiscard]] const Object& operator[](std::size_t index) const { return objects_[index]; }

    /// The object of exactly this name (OID contents); size() when there is none.
    [[nodiscard]] std::size_t find(ByteView name) const;
    /// The first object behind this name; size() at the end, nothing for a malformed name.
    [[nodiscard]] std::optional<std::size_t> after(ByteView name) const;

private:
    /// A name that pollers ask for: that of an object, or of a column of objects.
    struct Known {
        std::uint32_t hash{0};
        std::uint32_t next{0}; // the first object behind it
        std::uint32_t length{0};
        bool is_object{false};
        bool is_used{false};
    };

    [[nodiscard]] ByteView name_of(const Known& known) const;
    /// Its place among `known_`, or the free one where it would stand.
    [[nodiscard]] std::size_t place_of(ByteView name, std::uint32_t hash) const;
    void know(ByteView name, std::size_t next, bool is_object);

    std::vector<Object> objects_;
    std::vector<Known> known_; // by hash; a power of two, at most two thirds of them used
};

} // namespace hallmonitor::sim
