#pragma once
// Where every part of the agent puts what it saw: gathers readings and events into batches and
// hands each to the spool. One batch a second at most, sooner when one grows large.

#include "agent/io/spool.hpp"
#include "common/io/task.hpp"
#include "common/wire/batch.hpp"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace hallmonitor::agent {

class Recorder {
public:
    /// `spool` outlives the recorder.
    Recorder(Spool& spool, BatchEncoder encoder);

    /// What a table is from now on. Call it when that may have changed.
    void define(const TableDefinition& table);
    /// A reading of a table as it was defined last.
    void add(const std::string& device, TableKind kind, const TableReading& reading)
    {
        add(device, kind, reading, {});
    }
    /// The same of some rows only; the others stand as they were.
    void add(
        const std::string& device,
        TableKind kind,
        const TableReading& reading,
        std::span<const std::uint32_t> rows
    );
    void add(const Event& event);

    /// All devices of the agent; before anything is recorded. Others have left its configuration.
    void tell_roster(std::vector<std::string> devices);

    /// The next batch opens a new segment (after a cut, so that the present is current at once).
    void start_segment();

    /// What was recorded so far and is not acknowledged is dropped; what comes does not count from
    /// it. For an agent that is not the one who tells (wire::Refusal::fenced).
    void begin_anew();

    /// Seals what there is and hands it to the spool.
    void flush();

    /// The same, and what it holds is durable and on its way as soon as the disk allows: for news
    /// that somebody waits for.
    void hurry();

    /// Seals once a second, for ever.
    Task<void> run();

private:
    bool encode(
        const std::string& device,
        TableKind kind,
        const TableReading& reading,
        std::span<const std::uint32_t> rows
    );
    void flush_when_full();

    Spool& spool_;
    BatchEncoder encoder_;
    std::set<std::pair<std::string, TableKind>> left_out_; // and an event has said so
};

} // namespace hallmonitor::agent
