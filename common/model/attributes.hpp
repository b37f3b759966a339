#pragma once
// Text facts of a table's row. An agent keeps some eight of them for each of its hundred thousand
// ports, and so does the collector: they lie in one string, a fact behind the other, in the order
// of their numbers.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hallmonitor {

/// What a fact is of. Numbers are wire contract. All values have passed the sanitizer.
enum class Attribute : std::uint8_t {
    if_name = 1,
    if_descr = 2,
    if_alias = 3,
    if_type = 4,  // IANAifType, decimal
    if_mac = 5,   // aa:bb:cc:dd:ee:ff
    if_index = 6, // decimal; a row number, not an identity
    watched = 7,  // "1": availability and alerts
    unstable = 8, // "1": key rests on ifIndex and may move after a reboot
    interval =
        9, // milliseconds, decimal: how often the row is read, where not as often as its table
    address = 16, // host[:port] as configured
    sys_descr = 17,
    sys_object_id = 18,
    sys_name = 19,
    sys_location = 20,
    sys_contact = 21,
    source = 22, // "snmp" or "kernel"
    software = 23,
    // device and parts of it
    vendor = 24,
    model = 25,
    serial = 26,
    hardware = 27,
    firmware = 28,
    // facts
    name = 32,
    descr = 33,
    interface = 34, // key of its row in the interface table
    kind = 35,      // of a sensor
    unit = 36,      // of a sensor
    low = 37,       // thresholds of a sensor, decimal, in its unit
    high = 38,
    entity_class = 39, // entPhysicalClass
    ip_address = 40,
    prefix_length = 41,
    poe_class = 42,
    protocol = 43, // "lldp" or "cdp"
    chassis_id = 44,
    port_id = 45,
    port_descr = 46,
    system_name = 47,
    designated_root = 48,
    self_test = 49,
};

class Attributes {
public:
    using Fact = std::pair<Attribute, std::string_view>;

    Attributes() = default;
    Attributes(std::initializer_list<Fact> facts);

    /// Adds the fact, or changes it. A value is cut at 65,535 octets.
    void set(Attribute name, std::string_view value);
    void erase(Attribute name);

    /// Views into this object: they stand until it changes.
    [[nodiscard]] std::optional<std::string_view> find(Attribute name) const;
    [[nodiscard]] bool contains(Attribute name) const { return find(name).has_value(); }
    /// Empty where there is none.
    [[nodiscard]] std::string_view text(Attribute name) const { return find(name).value_or(""); }

    [[nodiscard]] bool empty() const { return packed_.empty(); }
    [[nodiscard]] std::size_t size() const;

    /// Facts in the order of their numbers.
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Fact;
        using difference_type = std::ptrdiff_t;
        using pointer = const Fact*;
        using reference = Fact;

        explicit Iterator(std::string_view rest) : rest_(rest) {}
        Fact operator*() const;
        Iterator& operator++();
        bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

    private:
        std::string_view rest_;
    };
    [[nodiscard]] Iterator begin() const { return Iterator{packed_}; }
    [[nodiscard]] Iterator end() const
    {
        return Iterator{std::string_view{packed_}.substr(packed_.size())};
    }

    bool operator==(const Attributes&) const = default;

private:
    struct Place {
        std::size_t begin{0};
        std::size_t size{0}; // 0: it would begin here
    };
    [[nodiscard]] Place place_of(Attribute name) const;

    std::string packed_; // of each: number (1), size (2, low octet first), value
};

} // namespace hallmonitor
