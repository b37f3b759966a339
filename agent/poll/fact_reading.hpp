#pragma once
// One reading of what a device's profile names. Of all of it: first which of the profiles is its
// own, then which of the tables it has (both by asking for the first object behind each OID, many
// in one request), then those tables, one after the other. Or only of what moves (moving_objects),
// all tables in one walk, which takes a quarter of the requests. A table that breaks off leaves the
// others as they are: where it is one of several, they are walked again one by one.

#include "agent/facts/catalogue.hpp"
#include "agent/facts/moving.hpp"
#include "agent/poll/walk.hpp"
#include "common/model/attributes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace hallmonitor::agent {

enum class FactDepth : std::uint8_t { all, moving };

/// entLastChangeTime (RFC 6933) and lldpStatsRemTablesLastChangeTime (IEEE 802.1AB), where the
/// device has them: when they move, so may have what seldom does.
using ChangeMarks = std::array<Value, 2>;

class FactReading {
public:
    /// Of all. `known`: the device's sysObjectID and sysDescr; `how`: version and manner.
    FactReading(
        std::shared_ptr<const Catalogue> catalogue, const Attributes& known, Walk::Options how
    );
    /// Of what moves on a device that has these objects of its profile.
    FactReading(
        std::shared_ptr<const CompleteProfile> profile, const Presence& there, Walk::Options how
    );

    [[nodiscard]] bool finished() const { return stage_ == Stage::done; }
    /// Only while not finished().
    [[nodiscard]] Walk& walk() { return *walk_; }
    /// Takes the reply to the last request.
    void feed(const ResponseView& reply, std::size_t bytes);
    /// The last request got no answer, however often it was sent.
    void skip();
    /// Leaves the rest out.
    void give_up();

    [[nodiscard]] FactDepth depth() const { return depth_; }
    [[nodiscard]] bool was_given_up() const { return was_given_up_; }
    /// What the device takes at a time, as far as this reading has shown; begins as `how` has it.
    [[nodiscard]] const WalkPace& pace() const { return how_.pace; }
    /// Varbinds received.
    [[nodiscard]] std::uint64_t varbinds() const { return varbinds_; }

    /// The device's profile; null while that is not known.
    [[nodiscard]] const std::shared_ptr<const CompleteProfile>& profile() const { return profile_; }
    /// Only with a profile.
    [[nodiscard]] const RawFacts& raw() const { return *raw_; }
    [[nodiscard]] const ChangeMarks& marks() const { return marks_; }
    struct TableState {
        std::size_t table{0}; // in the profile
        TableRead state{TableRead::absent};
    };
    /// Of the tables that were read.
    [[nodiscard]] const std::vector<TableState>& states() const { return states_; }

private:
    enum class Stage : std::uint8_t { questions, first_objects, tables, done };

    void choose_profile();
    void ask_first_objects(bool of_tables_too);
    void plan_walks();
    void next_walk();
    [[nodiscard]] bool walks_on_alone();
    void start(std::vector<OidBytes> columns, bool first_only);
    void take_first(const ColumnValue& cell);
    void take_scalar(std::size_t number, std::span<const std::byte> index, Value value);
    void take_cell(const ColumnValue& cell);
    void end_walk();
    void keep_pace();
    void mark_tables(TableRead state);

    std::shared_ptr<const Catalogue> catalogue_;
    FactDepth depth_;
    DeviceIdentity device_;
    Walk::Options how_;
    Stage stage_{Stage::done};
    std::vector<Oid> questions_;
    std::vector<Oid> answered_;
    std::shared_ptr<const CompleteProfile> profile_;
    std::optional<RawFacts> raw_;
    ChangeMarks marks_;
    MovingObjects objects_;                      // all that there are, when all is read
    std::deque<std::vector<std::size_t>> walks_; // places in objects_.tables, walk by walk
    struct Column {
        std::size_t table{0};  // in the profile
        std::size_t column{0}; // place in its list
    };
    std::vector<Column> columns_; // of the walk at hand
    std::vector<TableState> states_;
    unsigned silences_{0}; // walks that were skipped
    bool was_given_up_{false};
    std::optional<Walk> walk_;
    std::uint64_t varbinds_{0};
};

} // namespace hallmonitor::agent
