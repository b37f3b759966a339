#pragma once
// What names a table within an agent, as a key of hash maps: looked up for every reading, so
// without a copy of the device's name.

#include "common/model/table.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hallmonitor {

struct TableId {
    std::string device;
    TableKind kind{TableKind::device};
};

struct TableIdView {
    std::string_view device;
    TableKind kind{TableKind::device};
    TableIdView(std::string_view name, TableKind table_kind) : device(name), kind(table_kind) {}
    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): a view of it
    TableIdView(const TableId& id) : device(id.device), kind(id.kind) {}
    bool operator==(const TableIdView&) const = default;
};

struct TableIdHash {
    using is_transparent = void;
    std::size_t operator()(const TableIdView& id) const noexcept
    {
        return std::hash<std::string_view>{}(id.device) * 31 + static_cast<std::size_t>(id.kind);
    }
};

struct TableIdEqual {
    using is_transparent = void;
    bool operator()(const TableIdView& a, const TableIdView& b) const noexcept { return a == b; }
};

/// By table; references to its values stay.
template <class Value>
using TableMap = std::unordered_map<TableId, Value, TableIdHash, TableIdEqual>;

} // namespace hallmonitor
