#include "collector/remote/sampler.hpp"

#include "collector/expose/label_text.hpp"
#include "common/model/pattern.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace hallmonitor::collector::remote {
namespace {

// Beyond this many all are forgotten: that costs each port the rate of one reading at most.
constexpr std::size_t most_tables = 200'000;

bool is_rate(FamilyId id)
{
    return id == FamilyId::interface_receive_bytes_per_second ||
           id == FamilyId::interface_transmit_bytes_per_second ||
           id == FamilyId::interface_utilization_ratio;
}

std::string labels_of(const DeviceId& device)
{
    std::string labels;
    append_label(labels, "site", device.site);
    append_label(labels, "device", device.name);
    return labels;
}

std::optional<bool> flag(const RowCells& cells, Metric metric)
{
    const Cell cell = cells[metric];
    return cell ? std::optional{*cell != 0} : std::nullopt;
}

std::optional<std::chrono::microseconds> time(const RowCells& cells, Metric metric)
{
    const Cell cell = cells[metric];
    if (!cell) return std::nullopt;
    return std::chrono::microseconds{static_cast<std::int64_t>(*cell)};
}

} // namespace

Sampler::Sampler(const std::vector<std::string>& left_out)
{
    const auto is_wanted = [&](FamilyId id) {
        const std::string_view name = family(id).name;
        return is_read(id) && std::none_of(left_out.begin(), left_out.end(), [&](const auto& one) {
                   return matches(one, name);
               });
    };
    for (const FleetRule& rule : fleet_rules()) {
        if (!is_wanted(rule.id)) continue;
        if (rule.device != nullptr) device_rules_.push_back(&rule);
        if (rule.agent != nullptr) agent_rules_.push_back(&rule);
        if (rule.interface != nullptr)
            (is_rate(rule.id) ? rate_rules_ : port_rules_).push_back(&rule);
        if (rule.id == FamilyId::device_table_up) table_rule_ = &rule;
    }
    for (const FactRule& rule : fact_rules())
        if (is_wanted(rule.id))
            fact_rules_.at(static_cast<std::size_t>(rule.section))
                .push_back({.rule = &rule, .field = field_of(rule)});
}

ToldTable& Sampler::table_for(const Key& key)
{
    if (tables_.size() >= most_tables && !tables_.contains(key)) tables_.clear();
    return tables_[key];
}

void Sampler::add(
    const AgentId& agent, const StepOrigin& origin, const Step& step, RequestWriter& into
)
{
    if (!step.table || !is_usable(step)) return;
    const TableKind kind = step.table->kind;
    const bool is_single = kind == TableKind::device || kind == TableKind::agent;
    if (is_single && step.table->rows.size() != 1) return;
    // The agent's own table is named by its certificate.
    const DeviceId id{agent.site, kind == TableKind::agent ? agent.name : step.table->device};
    ToldTable& table = table_for({origin.lane, id, kind});
    table.adopt(step.table);
    if (is_placed(origin, step)) {
        into.set_moment(step.later->wall);
        switch (kind) {
        case TableKind::device: add_device(agent, table, step, into); break;
        case TableKind::interface: add_ports(table, step, id, into); break;
        case TableKind::agent: add_vitals(agent, table, step, into); break;
        case TableKind::facts: add_facts(table, step, id, into); break;
        }
    }
    table.told(step);
}

void Sampler::add_ports(ToldTable& table, const Step& step, const DeviceId& id, RequestWriter& into)
{
    auto interfaces = std::make_shared<InterfaceTable>();
    interfaces->definition = step.table;
    DeviceView device;
    device.interfaces = interfaces;
    std::string labels = labels_of(id);
    const std::size_t of_device = labels.size();
    table.begin(step);
    for (std::uint32_t row = 0; row < step.table->rows.size(); ++row) {
        const auto port = table.port(step, row);
        if (!port) continue;
        labels.resize(of_device);
        append_label(labels, "interface", step.table->rows[row].key);
        into.set_labels(labels);
        if (port->idle_at) {
            into.set_moment(*port->idle_at);
            put_rates(device, *port, into);
        }
        into.set_moment(port->at);
        for (const FleetRule* rule : port_rules_) {
            into.begin(family(rule->id).name);
            rule->interface(into, {}, device, port->row);
        }
        if (!port->is_held) put_rates(device, *port, into);
    }
}

void Sampler::put_rates(const DeviceView& device, const ToldPort& port, RequestWriter& into) const
{
    for (const FleetRule* rule : rate_rules_) {
        into.begin(family(rule->id).name);
        rule->interface(into, {}, device, port.row);
    }
}

void Sampler::add_device(
    const AgentId& agent, const ToldTable& table, const Step& step, RequestWriter& into
) const
{
    const WallTime at = step.later->wall;
    const RowCells cells{step.later->reading, table.columns(), 1, 0};
    DeviceView view;
    view.agent = agent.name;
    view.attributes = step.table->rows.front().attributes;
    view.liveness_interval = step.table->interval;
    view.evidence_at = at;
    view.state = observe_device(cells, at).state;
    view.snmp_up = flag(cells, Metric::device_snmp_up);
    view.ping_up = flag(cells, Metric::device_ping_up);
    view.ping_rtt = time(cells, Metric::device_ping_rtt);
    view.poll_duration = time(cells, Metric::device_poll_duration);
    view.interface_table_up = flag(cells, Metric::device_table_up_interface);
    into.set_labels(labels_of({agent.site, step.table->device}));
    for (const FleetRule* rule : device_rules_) {
        into.begin(family(rule->id).name);
        rule->device(into, {.now = at}, view);
    }
}

void Sampler::add_vitals(
    const AgentId& agent, const ToldTable& table, const Step& step, RequestWriter& into
) const
{
    AgentView view;
    view.connected = true; // it was when it took them
    const RowCells cells{step.later->reading, table.columns(), 1, 0};
    for (const Metric metric : step.table->columns)
        if (const Cell cell = cells[metric]) view.vitals[metric] = *cell;
    std::string labels;
    append_label(labels, "site", agent.site);
    append_label(labels, "agent", agent.name);
    into.set_labels(labels);
    for (const FleetRule* rule : agent_rules_) {
        into.begin(family(rule->id).name);
        rule->agent(into, {}, view);
    }
}

void Sampler::add_facts(
    const ToldTable& table, const Step& step, const DeviceId& id, RequestWriter& into
) const
{
    DeviceView view;
    view.facts = {.layout = table.facts(), .reading = step.later, .read_at = step.later->wall};
    std::string labels = labels_of(id);
    const std::size_t of_device = labels.size();
    into.set_labels(labels);
    if (table_rule_ != nullptr) {
        into.begin(family(table_rule_->id).name);
        table_rule_->device(into, {.now = step.later->wall}, view);
    }
    for (std::size_t number = 0; number < fact_sections; ++number) {
        const auto section = static_cast<FactSection>(number);
        for (const std::uint32_t row : view.facts.rows(section)) {
            labels.resize(of_device);
            append_fact_labels(labels, section, view.facts.row(row));
            into.set_labels(labels);
            for (const auto& [rule, field] : fact_rules_.at(number)) {
                into.begin(family(rule->id).name);
                put_fact(into, *rule, field, view.facts, row);
            }
        }
    }
}

} // namespace hallmonitor::collector::remote
