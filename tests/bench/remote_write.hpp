#pragma once
// The peer on the wire: Prometheus remote write 1.0, protobuf in one snappy block, with the labels
// that an exporter's series have after a scrape (name, instance, job, site, interface). Only what a
// sender puts into a request's body; prometheus.io/docs/concepts/remote_write_spec.

#include "common/model/table.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hallmonitor::bench {

/// The series of one table: their labels, encoded once, as a real sender caches them.
class RemoteWriteTable {
public:
    explicit RemoteWriteTable(const TableDefinition& table);

    /// Appends one TimeSeries with one sample for each cell that is there; stamps are left out.
    /// Gives the number of samples.
    std::size_t write(std::string& request, const TableReading& reading, WallTime at) const;

private:
    std::vector<std::string> labels_; // by cell; empty: a stamp, which is none of its samples
};

/// A request's body as sent.
[[nodiscard]] std::string snappy(const std::string& request);

} // namespace hallmonitor::bench
