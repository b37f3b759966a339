#include "collector/expose/text_writer.hpp"

#include "collector/expose/page.hpp"

#include <utility>

namespace hallmonitor::collector {
namespace {

std::string_view type_name(FamilyType type)
{
    switch (type) {
    case FamilyType::gauge: return "gauge";
    case FamilyType::counter: return "counter";
    case FamilyType::histogram: return "histogram";
    }
    return "untyped";
}

} // namespace

MetricsPage::MetricsPage(std::shared_ptr<const Snapshot> snapshot, const PageOptions& options)
    : snapshot_(std::move(snapshot)),
      context_{.now = snapshot_->at, .minimum_coverage = options.minimum_coverage},
      site_(options.site), readings_(options.readings)
{
    for (const auto& device : snapshot_->devices)
        if (!site_ || device->id.site == *site_) add_device(*device);
    std::string labels;
    for (const AgentView& agent : snapshot_->agents) {
        if (site_ && agent.id.site != *site_) continue;
        labels.clear();
        append_label(labels, "site", agent.id.site);
        append_label(labels, "agent", agent.id.name);
        agents_.push_back(&agent);
        agent_labels_.push_back(add_labels(labels));
    }
}

std::size_t MetricsPage::add_labels(const std::string& labels)
{
    label_text_ += labels;
    label_ends_.push_back(label_text_.size());
    return label_ends_.size() - 1;
}

std::string_view MetricsPage::labels(std::size_t number) const
{
    const std::size_t begin = number == 0 ? 0 : label_ends_[number - 1];
    return std::string_view{label_text_}.substr(begin, label_ends_[number] - begin);
}

void MetricsPage::add_device(const DeviceView& device)
{
    std::string labels;
    append_label(labels, "site", device.id.site);
    append_label(labels, "device", device.id.name);
    devices_.push_back({
        .view = &device,
        .labels = add_labels(labels),
        .fresh = is_fresh(device.evidence_at, device.liveness_interval, context_.now),
        .facts_fresh = device.facts.is_fresh(context_.now),
    });
    const std::size_t of_device = labels.size();
    for (const InterfaceView& view : device.interfaces->rows) {
        labels.resize(of_device);
        append_label(labels, "interface", device.interfaces->row(view).key);
        add_labels(labels);
    }
    labels.resize(of_device);
    devices_.back().facts = label_ends_.size();
    add_facts(device.facts, labels);
}

// Section by section, as their rows are numbered.
void MetricsPage::add_facts(const FactTable& facts, std::string& labels)
{
    if (!facts.layout || !readings_) return;
    const std::size_t of_device = labels.size();
    for (std::size_t number = 0; number < fact_sections; ++number) {
        const auto section = static_cast<FactSection>(number);
        for (const std::uint32_t row : facts.rows(section)) {
            labels.resize(of_device);
            append_fact_labels(labels, section, facts.row(row));
            add_labels(labels);
        }
    }
}

void MetricsPage::write_facts(const FactRule& rule, const DevicePlace& place)
{
    const FactTable& facts = place.view->facts;
    if (!place.facts_fresh && !is_shown_for_ever(rule)) return;
    if (!facts.layout) return;
    std::size_t number = place.facts + facts.layout->rows_before(rule.section);
    for (const std::uint32_t row : facts.rows(rule.section)) {
        lines_.set_labels(labels(number++));
        put_fact(lines_, rule, field_, facts, row);
    }
}

void MetricsPage::write_device(const FleetRule& rule, const DevicePlace& place)
{
    if (rule.device != nullptr && (place.fresh || rule.shown == Shown::always)) {
        lines_.set_labels(labels(place.labels));
        rule.device(lines_, context_, *place.view);
    }
    if (rule.interface == nullptr) return;
    std::size_t number = place.labels;
    for (const InterfaceView& view : place.view->interfaces->rows) {
        ++number;
        const bool is_stale = !is_fresh(*place.view, view, context_.now);
        if (is_stale && rule.shown == Shown::while_fresh) continue;
        lines_.set_labels(labels(number));
        rule.interface(lines_, context_, *place.view, view);
    }
}

void MetricsPage::write_agents(const FleetRule& rule)
{
    for (std::size_t i = 0; i < agents_.size(); ++i) {
        lines_.set_labels(labels(agent_labels_[i]));
        rule.agent(lines_, context_, *agents_[i]);
    }
}

void MetricsPage::begin_family(FamilyId id)
{
    const MetricFamily& named = family(id);
    lines_.begin(named.name, named.help, type_name(named.type));
}

// All agents or one device.
void MetricsPage::write_piece(const FleetRule& rule)
{
    if (device_ == 0) {
        begin_family(rule.id);
        if (rule.agent != nullptr) write_agents(rule);
    }
    const bool by_device = rule.agent == nullptr && device_ < devices_.size();
    if (by_device) write_device(rule, devices_[device_++]);
    is_family_over_ = !by_device || device_ == devices_.size();
}

void MetricsPage::write_piece(const FactRule& rule)
{
    if (device_ == 0) {
        begin_family(rule.id);
        field_ = field_of(rule);
    }
    if (device_ < devices_.size()) write_facts(rule, devices_[device_++]);
    is_family_over_ = device_ == devices_.size();
}

bool MetricsPage::is_passed_over() const
{
    if (readings_) return false;
    const auto fleet = fleet_rules();
    return rule_ >= fleet.size() || is_read(fleet[rule_].id);
}

bool MetricsPage::operator()(std::string& into)
{
    const std::size_t before = into.size();
    lines_.write_to(into);
    const auto fleet = fleet_rules();
    const auto facts = fact_rules();
    while (rule_ < fleet.size() + facts.size() && into.size() - before < page_piece_bytes) {
        if (is_passed_over()) {
            is_family_over_ = true;
        } else if (rule_ < fleet.size()) {
            write_piece(fleet[rule_]);
        } else {
            write_piece(facts[rule_ - fleet.size()]);
        }
        if (!is_family_over_) continue;
        device_ = 0;
        ++rule_;
    }
    return into.size() > before;
}

} // namespace hallmonitor::collector
