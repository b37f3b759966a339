#pragma once
// /metrics: the fleet of one snapshot in the Prometheus text format 0.0.4, made piece by piece
// (D7). A page holds the labels of its objects, made once, and nothing of its text.

#include "collector/expose/fact_rules.hpp"
#include "collector/expose/fleet_rules.hpp"
#include "collector/expose/lines.hpp"
#include "collector/health/snapshot.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::collector {

struct PageOptions {
    std::optional<std::string> site{}; // only this one
    double minimum_coverage{0.5};      // below it no availability is shown
    bool readings{true};               // false: only what the collector concludes of them (is_read)
};

class MetricsPage {
public:
    MetricsPage(std::shared_ptr<const Snapshot> snapshot, const PageOptions& options);

    /// A PageSource.
    bool operator()(std::string& into);

private:
    struct DevicePlace {
        const DeviceView* view{nullptr};
        std::size_t labels{0}; // of the device: number in label_ends_
        bool fresh{false};     // its own readings
        std::size_t facts{0};  // of its first fact
        bool facts_fresh{false};
    };

    std::size_t add_labels(const std::string& labels);
    [[nodiscard]] std::string_view labels(std::size_t number) const;
    void add_device(const DeviceView& device);
    void add_facts(const FactTable& facts, std::string& labels);
    void begin_family(FamilyId id);
    [[nodiscard]] bool is_passed_over() const;
    void write_piece(const FleetRule& rule);
    void write_piece(const FactRule& rule);
    void write_device(const FleetRule& rule, const DevicePlace& place);
    void write_agents(const FleetRule& rule);
    void write_facts(const FactRule& rule, const DevicePlace& place);

    std::shared_ptr<const Snapshot> snapshot_;
    PageContext context_;
    std::optional<std::string> site_;
    bool readings_;
    std::string label_text_; // all labels, one behind the other
    std::vector<std::size_t> label_ends_;
    std::vector<DevicePlace> devices_;
    std::vector<const AgentView*> agents_;
    std::vector<std::size_t> agent_labels_;
    Lines lines_;
    std::size_t rule_{0}; // of fleet_rules(), then of fact_rules()
    const FieldInfo* field_{nullptr};
    std::size_t device_{0};
    bool is_family_over_{false};
};

} // namespace hallmonitor::collector
