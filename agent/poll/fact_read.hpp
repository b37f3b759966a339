#pragma once
// Reads of a device what its profile names: first which of the profiles is its own, then which of
// the tables it has (both by asking for the first object behind each OID, many in one request),
// then those tables, one after the other. A table that breaks off leaves the others as they are.

#include "agent/facts/catalogue.hpp"
#include "agent/facts/facts.hpp"
#include "agent/poll/walk.hpp"
#include "common/model/attributes.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

/// What is understood of a device beside its interfaces' counters.
struct DeviceFacts {
    std::string profile;
    Facts facts;
    std::vector<std::pair<std::string, TableRead>> tables; // that the profile names
};

class FactRead {
public:
    explicit FactRead(std::shared_ptr<const Catalogue> catalogue);

    /// Whether it is time to read all of it again.
    [[nodiscard]] bool is_due(MonoTime now) const;

    /// Begins anew. `known`: the device's sysObjectID and sysDescr; `how`: version and manner.
    void begin(const Attributes& known, Walk::Options how);
    void drop();
    [[nodiscard]] bool finished() const { return stage_ == Stage::done; }

    /// Only while not finished().
    [[nodiscard]] Walk& walk() { return *walk_; }
    /// Takes the reply to the last request.
    void feed(const ResponseView& reply, std::size_t bytes);
    /// The last request got no answer, however often it was sent.
    void skip();
    /// Leaves the rest out.
    void give_up();

    /// Varbinds received since begin().
    [[nodiscard]] std::uint64_t varbinds() const { return varbinds_; }
    /// Once it finished. Interfaces are those last read of the device.
    [[nodiscard]] DeviceFacts take(std::span<const Interface> interfaces, MonoTime now);
    /// Whether anything was understood the last time.
    [[nodiscard]] bool has_understood() const { return has_understood_; }

private:
    enum class Stage : std::uint8_t { questions, presence, tables, done };

    void start_presence();
    void next_table();
    void start(std::vector<OidBytes> columns, bool first_only);
    void take_presence(std::size_t place, std::span<const std::byte> index, Value value);
    void take_cell(const ColumnValue& cell);
    void end_walk();

    std::shared_ptr<const Catalogue> catalogue_;
    DeviceIdentity device_;
    Walk::Options how_;
    Stage stage_{Stage::done};
    std::vector<Oid> questions_;
    std::vector<Oid> answered_;
    std::optional<CompleteProfile> profile_;
    std::optional<RawFacts> raw_;
    std::vector<std::size_t> present_; // tables that the device has
    std::size_t table_{0};             // place in present_
    unsigned silences_{0};             // walks that were skipped
    std::optional<Walk> walk_;
    std::uint64_t varbinds_{0};
    std::optional<MonoTime> read_at_;
    bool has_understood_{false};
};

} // namespace hallmonitor::agent
