#pragma once
// From the ledger's state of one device's tables to the immutable view that everyone else reads.

#include "collector/health/snapshot.hpp"
#include "collector/health/table_state.hpp"

#include <memory>
#include <vector>

namespace hallmonitor::collector {

using InterfaceViews = std::shared_ptr<const std::vector<InterfaceView>>;

/// Views of the interfaces that the table's newest definition has, in its order.
[[nodiscard]] InterfaceViews make_interface_views(const TableState& table);

/// Either table may be null: a device can be known by only one of them so far. `interface_views`
/// are those of `interfaces`, so that they can be shared while only liveness changes.
[[nodiscard]] std::shared_ptr<const DeviceView> make_device_view(
    const DeviceId& id,
    const TableState* device,
    const TableState* interfaces,
    InterfaceViews interface_views
);

} // namespace hallmonitor::collector
