#pragma once
// What the agent saw on its way into its spool, as agent/io/recorder does it.

#include "common/wire/batch.hpp"
#include "tests/sim/world/events.hpp"
#include "tests/sim/world/spool.hpp"

#include <functional>
#include <string>

namespace hallmonitor::world {

class Recording {
public:
    using Clock = std::function<ClockAnchor()>;
    /// `life` and `spool` outlive it.
    Recording(const Life& life, Spool& spool, BatchEncoder encoder, Clock clock);

    void define(const TableDefinition& table) { encoder_.define(table); }
    void add(const std::string& device, TableKind kind, const TableReading& reading);
    void add(const Event& event);
    void start_segment();
    void begin_anew();
    void flush();
    void hurry();
    /// Seals once a second from now on.
    void start();

private:
    void flush_when_full();

    const Life& life_;
    Spool& spool_;
    BatchEncoder encoder_;
    Clock clock_;
};

} // namespace hallmonitor::world
