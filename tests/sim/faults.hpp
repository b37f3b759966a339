#pragma once
// What simulated devices can do wrong, as one table. A fault is a row: a name, what it does, and
// the hooks through which it does it; a device asks the hooks of the faults that are on, in the
// order in which they were switched on.

#include "tests/sim/mib.hpp"
#include "tests/sim/model.hpp"
#include "tests/sim/usm_engine.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace hallmonitor::sim {

/// From where a datagram goes out.
enum class Source : std::uint8_t { as_asked, other_address, other_port };

struct Datagram {
    std::span<std::uint8_t> bytes;
    Instant delay{0};
    unsigned copies{1};
    /// So many copies go out before it with another request id, and from elsewhere.
    unsigned forgeries{0};
    std::size_t id_end{0}; // where in `bytes` the request id ends
    Source source{Source::as_asked};
};

/// The head of a reply before it is encoded.
struct ReplyHead {
    std::int32_t id{0};
    ByteView community;
    std::int32_t error_status{0};
    std::int32_t error_index{0};
    bool has_varbinds{true};
};

/// What a hook may look at and use.
struct FaultContext {
    std::int64_t argument;
    Instant now;
    const Mib& mib;
    std::uint64_t& random; // state of the device's generator
    Bytes& scratch;        // for a value that must last until it is encoded

    /// From 0 to below `limit`.
    [[nodiscard]] std::uint64_t below(std::uint64_t limit) const;
    [[nodiscard]] bool chance(std::int64_t percent) const
    {
        return below(100) < static_cast<std::uint64_t>(percent);
    }
};

struct Fault {
    std::string_view name;
    std::int64_t argument; // when the command gives none
    std::string_view meaning;
    /// The request is not even looked at.
    bool (*drops)(const Request&, const FaultContext&){nullptr};
    /// The object does not exist.
    bool (*hides)(const Object&, const FaultContext&){nullptr};
    /// The moment whose counters are served.
    Instant (*counted_at)(const FaultContext&){nullptr};
    /// Which object is served in the place of `index`.
    std::size_t (*picks)(std::size_t index, bool is_next, const FaultContext&){nullptr};
    void (*value)(const Object&, Value&, const FaultContext&){nullptr};
    void (*head)(ReplyHead&, const Request&, const FaultContext&){nullptr};
    void (*datagram)(Datagram&, const FaultContext&){nullptr};
    void (*usm)(UsmMisdeeds&, const FaultContext&){nullptr};
    /// What happens to the device when the fault is switched on.
    void (*begins)(DeviceModel&, Instant now, std::int64_t argument){nullptr};
    /// Replies may be as large as UDP carries.
    bool is_large{false};
    /// Behind the last row of a table there is always one more.
    bool is_endless{false};
};

/// All faults there are.
std::span<const Fault> fault_table();
/// Null for an unknown name.
const Fault* find_fault(std::string_view name);

} // namespace hallmonitor::sim
