#pragma once
// What of an agent's readings becomes samples: the families of /metrics that a reading tells by
// itself (is_read), under the same names and labels, at the moments of the readings.
//
// Each lane is told of on its own, from reading to reading, so that what comes late says the same
// as if it had come at once: nothing here depends on the other lane or on when a batch arrived.
// Totals are the device's own counters, since a total over restarts would have to know all that
// came before; rates are those of /metrics.

#include "collector/expose/fact_rules.hpp"
#include "collector/expose/fleet_rules.hpp"
#include "collector/health/step_origin.hpp"
#include "collector/remote/told_table.hpp"
#include "collector/remote/write_request.hpp"
#include "common/model/ids.hpp"

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace hallmonitor::collector::remote {

class Sampler {
public:
    /// `left_out`: shell patterns over names of families.
    explicit Sampler(const std::vector<std::string>& left_out);

    /// Puts what one step of `agent` tells. What cannot be dated tells nothing. Steps of a lane
    /// come in their order.
    void add(const AgentId& agent, const StepOrigin& origin, const Step& step, RequestWriter& into);

private:
    using Key = std::tuple<wire::Lane, DeviceId, TableKind>;
    struct ReadyFactRule {
        const FactRule* rule{nullptr};
        const FieldInfo* field{nullptr};
    };

    ToldTable& table_for(const Key& key);
    void add_ports(ToldTable& table, const Step& step, const DeviceId& id, RequestWriter& into);
    void put_rates(const DeviceView& device, const ToldPort& port, RequestWriter& into) const;
    void add_device(
        const AgentId& agent, const ToldTable& table, const Step& step, RequestWriter& into
    ) const;
    void add_vitals(
        const AgentId& agent, const ToldTable& table, const Step& step, RequestWriter& into
    ) const;
    void add_facts(
        const ToldTable& table, const Step& step, const DeviceId& id, RequestWriter& into
    ) const;

    std::vector<const FleetRule*> device_rules_;
    std::vector<const FleetRule*> port_rules_;
    std::vector<const FleetRule*> rate_rules_; // of ports too, but not of every reading
    std::vector<const FleetRule*> agent_rules_;
    const FleetRule* table_rule_{nullptr}; // device_table_up, of which facts tell as well
    std::array<std::vector<ReadyFactRule>, fact_sections> fact_rules_; // by section
    std::map<Key, ToldTable> tables_;
};

} // namespace hallmonitor::collector::remote
