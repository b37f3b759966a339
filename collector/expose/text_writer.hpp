#pragma once
// The fleet's page in the Prometheus text format 0.0.4, streamed in chunks from a snapshot: a million
// series are never held as one text.

#include "collector/health/snapshot.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

struct PageOptions {
    std::optional<std::string> site;   // only this one
    double minimum_coverage{0.5};      // below it no availability is shown
};

/// Receives the page in chunks of some hundred kilobytes.
using ChunkSink = std::function<void(std::string_view)>;

/// Every family of the catalogue that has a sample. Readings older than 2.5 intervals are left out;
/// states, facts and availability of known devices stay.
void write_metrics(const Snapshot& snapshot, const PageOptions& options, const ChunkSink& sink);

/// Raw readings under the names and labels that dashboards made for snmp_exporter expect.
void write_ifmib(const Snapshot& snapshot, const PageOptions& options, const ChunkSink& sink);

/// A label's value: backslash, quote and line end escaped. The one escape of this format.
void append_escaped(std::string& out, std::string_view value);

} // namespace hallmonitor::collector
