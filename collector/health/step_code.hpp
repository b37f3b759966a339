#pragma once
// A plain step as a few octets, for the journal of a checkpoint: what moved since the reading
// before, cell by cell. Read back with that reading, it is the same step again.

#include "collector/health/step_origin.hpp"
#include "collector/store/bytes.hpp"
#include "common/error.hpp"
#include "common/wire/batch.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace hallmonitor::collector {

/// True where the octets tell all: the same cells are there, within one boot of the agent.
[[nodiscard]] bool is_plain(const PlacedReading& earlier, const PlacedReading& later);

/// `step` has an earlier reading and is plain; `origin` is of the live lane and knows the
/// collector's clock. The agent's name is not told.
void put_step(ByteWriter& out, const StepOrigin& origin, const Step& step);

struct PlainStep {
    StepOrigin origin; // without the agent's name
    Step step;
};

/// The step of `table` that went on from `earlier`. Errors: malformed.
[[nodiscard]] Result<PlainStep> take_step(
    std::span<const std::byte> bytes,
    std::shared_ptr<const TableDefinition> table,
    std::shared_ptr<const PlacedReading> earlier
);

} // namespace hallmonitor::collector
