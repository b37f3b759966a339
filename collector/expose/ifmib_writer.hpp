#pragma once
// /metrics/ifmib: raw IF-MIB readings under the names and labels that the SNMP exporter gives them,
// so that dashboards made for it work unchanged. `instance` is the device's name here. Readings are
// as the device gave them: they wrap and start anew.

#include "collector/expose/lines.hpp"
#include "collector/health/snapshot.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

class IfMibPage {
public:
    IfMibPage(std::shared_ptr<const Snapshot> snapshot, const std::optional<std::string>& site);

    /// A PageSource. Devices whose interfaces were not read lately are left out.
    bool operator()(std::string& into);

private:
    void write_device(std::size_t number);

    std::shared_ptr<const Snapshot> snapshot_;
    std::vector<const DeviceView*> devices_;
    std::vector<std::vector<std::string>> labels_; // by device, by interface
    Lines lines_;
    std::size_t family_{0};
    std::size_t device_{0};
};

} // namespace hallmonitor::collector
