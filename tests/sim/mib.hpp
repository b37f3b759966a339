#pragma once
// The objects of one kind of device in the order of their OIDs, names encoded beforehand. Shared by
// all devices of the kind; what differs between them is computed when it is asked for.

#include "tests/sim/ber.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
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
    if_discontinuity,
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

/// The TLV of an object's OID. Most are short and lie within, so that a copy of fixed size does.
class Name {
public:
    static constexpr std::size_t most_short = 24;

    Name() = default;
    explicit Name(const Oid& oid);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] ByteView contents() const;
    /// Writes the TLV to `out`, which has room for 24 octets at least; gives what follows it.
    std::uint8_t* put(std::uint8_t* out) const
    {
        if (size_ <= most_short) {
            std::memcpy(out, short_.data(), most_short);
        } else {
            std::memcpy(out, long_.data(), size_);
        }
        return out + size_;
    }

private:
    std::array<std::uint8_t, most_short> short_{};
    std::size_t size_{0};
    Bytes long_;
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
    std::uint8_t tag{0};
    std::uint16_t number{0};
    std::uint16_t condition{0};
    Name name{}; // filled by Mib
};

class Mib {
public:
    Mib() = default;
    /// Sorts the objects; of several with one OID the last stands.
    explicit Mib(std::vector<Object> objects);

    Mib(Mib&&) = default; // no copies: by_name_ looks into objects_
    Mib& operator=(Mib&&) = default;
    ~Mib() = default;
    Mib(const Mib&) = delete;
    Mib& operator=(const Mib&) = delete;

    [[nodiscard]] std::size_t size() const { return objects_.size(); }
    [[nodiscard]] const Object& operator[](std::size_t index) const { return objects_[index]; }

    /// The object of exactly this name (OID contents); size() when there is none.
    [[nodiscard]] std::size_t find(ByteView name) const;
    /// The first object behind this name; size() at the end, nothing for a malformed name.
    [[nodiscard]] std::optional<std::size_t> after(ByteView name) const;

private:
    std::vector<Object> objects_;
    std::unordered_map<std::string_view, std::size_t> by_name_; // views of objects_
};

} // namespace hallmonitor::sim
