#pragma once
// From the ledger's state of one device's tables to the immutable view that everyone else reads.

#include "collector/health/snapshot.hpp"
#include "collector/health/table_state.hpp"

#include <memory>

namespace hallmonitor::collector {

/// The tables of a device. Any may be null: it can be known by only some of them so far.
struct DeviceTables {
    TableState* liveness{nullptr};
    TableState* interfaces{nullptr};
    TableState* facts{nullptr};
};

/// The view shares the tables' rows; they change copies from then on. What is made once a
/// definition is taken from the view `before` (may be null) where that still is in force.
[[nodiscard]] std::shared_ptr<const DeviceView> make_device_view(
    const DeviceId& id, const DeviceTables& tables, const DeviceView* before
);

} // namespace hallmonitor::collector
