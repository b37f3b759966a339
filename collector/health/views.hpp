#pragma once
// From the ledger's state of one device's tables to the immutable view that everyone else reads.

#include "collector/health/snapshot.hpp"
#include "collector/health/table_state.hpp"

#include <memory>

namespace hallmonitor::collector {

/// Either table may be null: a device can be known by only one of them so far. The view shares the
/// tables' rows; they change copies from then on.
[[nodiscard]] std::shared_ptr<const DeviceView> make_device_view(
    const DeviceId& id, TableState* device, TableState* interfaces
);

} // namespace hallmonitor::collector
