#pragma once
// Which lines each family of the fleet's page has: one rule a family, in the catalogue's order.
// Those of facts are fact_rules.hpp's.

#include "collector/expose/catalogue.hpp"
#include "collector/expose/value_sink.hpp"
#include "collector/health/snapshot.hpp"

#include <cstdint>
#include <span>

namespace hallmonitor::collector {

/// What a rule may ask besides the object itself.
struct PageContext {
    WallTime now;
    double minimum_coverage{0.5}; // below it there is no availability
};

/// What a reading must be to be shown: values disappear when they are too old, so that nobody takes
/// yesterday's for today's; states and identities stay.
enum class Shown : std::uint8_t { always, while_fresh };

/// Exactly the functions that are not null are called, for every object of their kind.
struct FleetRule {
    FamilyId id{};
    Shown shown{Shown::always};
    void (*device)(ValueSink&, const PageContext&, const DeviceView&){nullptr};
    void (*interface)(ValueSink&, const PageContext&, const DeviceView&, const InterfaceView&){
        nullptr};
    void (*agent)(ValueSink&, const PageContext&, const AgentView&){nullptr};
};

[[nodiscard]] std::span<const FleetRule> fleet_rules();

} // namespace hallmonitor::collector
