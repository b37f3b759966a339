#pragma once
// What is told of a device's facts: one table with a row a fact row (common/model/fact_sections).
// Its definition is made when names have been read, and only hashes of its rows' keys are kept:
// readings find their rows by them.

#include "agent/facts/facts.hpp"
#include "common/model/table.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

/// What is understood of a device beside its interfaces' counters.
struct DeviceFacts {
    std::string profile;
    Facts facts;
    std::vector<std::pair<std::string, TableRead>> tables; // that the profile names
};

/// Key of the interface with that ifIndex; empty where there is none.
using InterfaceKeyOf = std::function<std::string(std::uint32_t if_index)>;

class FactTable {
public:
    /// The table that these facts make; from now on readings are of it. Containers, ports and such
    /// without a serial number are left out of the inventory, and what is more than
    /// limits::facts_per_device of all. No rows: nothing is to be told.
    [[nodiscard]] TableDefinition define(
        const DeviceFacts& facts,
        const InterfaceKeyOf& interface_key,
        std::chrono::milliseconds interval
    );

    [[nodiscard]] bool empty() const { return rows_.empty(); }

    /// A reading of the table. Rows that `facts` lack have no values.
    [[nodiscard]] TableReading reading(const DeviceFacts& facts, MonoTime at);

    /// Rows of the last reading that the table does not know.
    [[nodiscard]] std::size_t unknown() const { return unknown_; }

private:
    [[nodiscard]] std::uint32_t short_hash(std::string_view key) const;
    void choose_salt(const std::vector<Row>& rows);

    std::vector<std::uint32_t> rows_; // short_hash of keys, no two the same
    std::uint64_t salt_{0};
    std::size_t columns_{0};
    std::size_t unknown_{0};
};

/// Facts of the device itself as attributes of its own table.
[[nodiscard]] Attributes device_attributes(const Facts& facts);

} // namespace hallmonitor::agent
