#pragma once
// Batches: tables, readings and events <-> bytes (D5). The bytes are the `Batch` message of
// hallmonitor.proto, its body compressed with zstd. They are written once, into the spool, and sent
// as they are.
//
// Delta coding works within a *segment* (a spool file). The first time that a table is used in a
// segment, its definition goes along with the reading before it (the carry-over: full values and
// stamps); every later reading is a delta to the one before. So a segment can be decoded from its
// start alone, the step from the last reading of one segment to the first of the next belongs to
// the next one, and segments may be applied in any order: that is what lets the live lane run ahead
// of history with neither counting twice nor missing a step (D4).

#include "common/error.hpp"
#include "common/model/ids.hpp"
#include "common/model/table.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor {

struct BatchId {
    Epoch epoch;
    Seq seq;
    Seq segment; // seq of the first batch of its segment; equal to seq: this batch opens one
    bool operator==(const BatchId&) const = default;
};

struct SealedBatch {
    BatchId id;
    std::vector<std::byte> bytes; // a whole Batch message
};

/// A reading with its moment on every clock, so that it can be compared across reboots of the
/// agent.
struct PlacedReading {
    std::uint64_t boot{0}; // mono is of this boot of the agent's machine
    WallTime wall;         // when it was taken, by the agent's clock as known when sealed
    TableReading reading;
    bool operator==(const PlacedReading&) const = default;
};

/// One table moving from one reading to the next. `earlier` is null for the first ever.
struct Step {
    std::shared_ptr<const TableDefinition> table;
    std::shared_ptr<const PlacedReading> earlier; // cells laid out as `table` says
    std::shared_ptr<const PlacedReading> later;
};

struct PlacedEvent {
    WallTime wall;
    Event event;
};

struct DecodedBatch {
    BatchId id;
    std::uint64_t boot{0};
    ClockAnchor sealed_at;
    std::vector<Step> steps; // in the order in which they were taken
    std::vector<PlacedEvent> events;
    std::optional<std::vector<std::string>> roster; // all devices in the agent's configuration
};

/// The agent's end. Remembers the last reading of every table for ever (carry-over) and which
/// tables the open segment has defined.
class BatchEncoder {
public:
    /// The next batch sealed will be `next` and open a segment.
    BatchEncoder(Epoch epoch, Seq next, std::uint64_t boot);
    ~BatchEncoder();
    BatchEncoder(BatchEncoder&&) noexcept;
    BatchEncoder& operator=(BatchEncoder&&) noexcept;

    /// Says what the table (device, kind) is from now on. Rows are matched by key with the previous
    /// definition for the carry-over; columns by metric. Calling it with an equal definition
    /// changes nothing. False: it is over limits.hpp (a device may claim anything); the table is
    /// then as if forgotten.
    bool define(const TableDefinition& table);

    /// Forgets (device, kind): it left the configuration.
    void forget(const std::string& device, TableKind kind);

    /// A reading of a defined table: rows * columns cells. False, and nothing changed: the table is
    /// not defined, or does not fit. What does not fit an empty batch never will.
    bool add(const std::string& device, TableKind kind, const TableReading& reading)
    {
        return add(device, kind, reading, {});
    }
    /// The same of some rows only, in their order; the others keep what they had, and the moment at
    /// which they had it (row_delay). No `rows`: all of them.
    bool add(
        const std::string& device,
        TableKind kind,
        const TableReading& reading,
        std::span<const std::uint32_t> rows
    );
    /// Texts pass the sanitizer, at most limits::event_text_bytes. False: it does not fit.
    bool add(const Event& event);

    [[nodiscard]] bool empty() const; // nothing since the last seal
    /// Uncompressed; seal when it reaches limits::batch_bytes. Many cheap readings reach it too.
    [[nodiscard]] std::size_t estimated_bytes() const;

    /// The batch of all that was added since the last seal; clears it.
    [[nodiscard]] SealedBatch seal(ClockAnchor now);

    /// True once the open segment has repaid its beginning (definitions and carry-overs, which only
    /// serve to decode it alone): its cells were read a dozen times each. To end it before makes
    /// every sample dearer: with a thousand switches by a third.
    [[nodiscard]] bool segment_is_worthwhile() const;

    /// The next batch opens a new segment. Only right after seal().
    void start_segment();

    /// The next readings begin anew, as if there were none before. Only right after seal(); opens a
    /// new segment.
    void forget_readings();

    /// These are all devices of the agent. Tables of others are forgotten; every segment from the
    /// next one on says so.
    void tell_roster(std::vector<std::string> devices);

    /// After a restart: takes last readings from a decoder that has read the newest segment, so
    /// that the first reading of the new life steps from the last of the old one.
    void restore(const class BatchDecoder& decoder);
    /// The same of one table: the next reading of it steps from `before`.
    void carry_over(const TableDefinition& table, const PlacedReading& before);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The collector's end, one a lane and connection, and the agent's at start. Bounded: checks every
/// declared size and count against limits.hpp before it allocates.
class BatchDecoder {
public:
    BatchDecoder();
    ~BatchDecoder();
    BatchDecoder(BatchDecoder&&) noexcept;
    BatchDecoder& operator=(BatchDecoder&&) noexcept;

    /// By what the readings and events of a batch get their wall times: given the boot of the
    /// agent's machine and its clocks when it sealed the batch. Without it: by those clocks.
    using Placing = std::function<ClockAnchor(std::uint64_t boot, ClockAnchor sealed_at)>;
    void place_by(Placing placing);

    /// Errors: malformed, too_large, out_of_order (neither the first batch of a segment nor the
    /// successor of the last one decoded), unknown_table. After out_of_order the decoder is as
    /// before the call; after any other error it is as new.
    [[nodiscard]] Result<DecodedBatch> decode(std::span<const std::byte> batch);

    /// Last reading of every table decoded, for BatchEncoder::restore.
    struct Last {
        std::shared_ptr<const TableDefinition> table;
        std::shared_ptr<const PlacedReading> reading;
    };
    [[nodiscard]] std::vector<Last> last_readings() const;

private:
    struct State;
    std::unique_ptr<State> state_;
    Placing placing_;
};

/// Reads only a batch's identity, without decompressing. Errors: malformed.
[[nodiscard]] Result<BatchId> peek_batch_id(std::span<const std::byte> batch);

} // namespace hallmonitor
