#pragma once
// A device in memory: a MIB that answers what a Walk or DevicePoll asks, as a well-behaved SNMP
// agent would (RFC 3416 section 4.2), with knobs for the ways in which real ones do not.

#include "agent/poll/device_poll.hpp"
#include "agent/poll/walk.hpp"
#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hallmonitor::agent::testing {

struct FakeValue {
    Tag tag{Tag::integer};
    std::vector<std::byte> content;
};

FakeValue number(Tag tag, std::uint64_t value);
FakeValue text(const std::string& value);

class FakeDevice {
public:
    std::map<Oid, FakeValue> mib;
    std::size_t most_varbinds{1000}; // cuts replies short after so many
    std::size_t too_big_above{1000}; // answers tooBig when more varbinds than that are asked for
    bool v1{false};                  // noSuchName instead of exceptions
    unsigned requests{0};

    /// sysUpTime.0 in hundredths.
    void set_uptime(std::uint32_t centiseconds);

    /// One row of ifTable and ifXTable with 64-bit counters.
    void add_interface(std::uint32_t index, const std::string& name, std::uint64_t octets);

    struct Reply {
        std::vector<std::byte> varbinds;
        std::int32_t error_status{0};
        std::int32_t error_index{0};
        [[nodiscard]] ResponseView view() const;
        [[nodiscard]] std::size_t bytes() const { return varbinds.size() + 40; }
    };
    [[nodiscard]] Reply answer(const Ask& ask);

private:
    Reply get(const Ask& ask);
    Reply get_next(const Ask& ask);
    Reply get_bulk(const Ask& ask);
};

/// One whole cycle of `poll` at `device`.
PollOutcome cycle(DevicePoll& poll, FakeDevice& device, MonoTime now);

/// The cell of a metric in the row of that key.
Cell cell_of(const PollOutcome& outcome, Metric metric, const std::string& key);

} // namespace hallmonitor::agent::testing
