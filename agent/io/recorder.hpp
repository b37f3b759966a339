#pragma once
// Where every part of the agent puts what it saw: gathers readings and events into batches and
// hands each to the spool. One batch a second at most, sooner when one grows large.

#include "agent/io/spool.hpp"
#include "common/io/task.hpp"
#include "common/model/table_id.hpp"
#include "common/wire/batch.hpp"

#include <cstdint>
#include <memory>

namespace hallmonitor::agent {

class Recorder {
public:
    /// `spool` outlives the recorder.
    Recorder(Spool& spool, BatchEncoder encoder);

    /// A reading of a table as `table` defines it. The definition is compared by address first, so
    /// pass the same pointer while nothing changed.
    void add(const std::shared_ptr<const TableDefinition>& table, const TableReading& reading);
    void add(const Event& event);

    /// The next batch opens a new segment (after a cut, so that the present is current at once).
    void start_segment();

    /// Seals what there is and hands it to the spool.
    void flush();

    /// The same, and what it holds is durable and on its way as soon as the disk allows: for news
    /// that somebody waits for.
    void hurry();

    /// Seals once a second, for ever.
    Task<void> run();

private:
    struct Known {
        std::shared_ptr<const TableDefinition> table;
        bool is_left_out{false}; // and an event has said so
    };
    bool encode(const TableDefinition& table, const TableReading& reading);
    void flush_when_full();

    Spool& spool_;
    BatchEncoder encoder_;
    TableMap<Known> known_;
};

} // namespace hallmonitor::agent
