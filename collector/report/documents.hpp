#pragma once
// What the API and the command line answer, as JSON values: the one form that both texts for people
// and programs are made of. Times are RFC 3339 in UTC, durations seconds, ratios 0..1, rates bit/s;
// what is not known is null.

#include "collector/expose/page.hpp"
#include "collector/health/snapshot.hpp"
#include "collector/report/time_range.hpp"

#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

/// Every device with its interfaces and present rates, the agents that are silent, and troubles_of
/// the collector.
[[nodiscard]] boost::json::value devices_document(
    const Snapshot& snapshot,
    const std::optional<std::string>& site,
    const std::vector<std::string>& troubles = {}
);

/// The same as text, made device by device: a district's ports are too many to hold as one value.
[[nodiscard]] PageSource devices_page(
    std::shared_ptr<const Snapshot> snapshot,
    std::optional<std::string> site,
    const std::vector<std::string>& troubles = {}
);

struct ReportOptions {
    WallTime from;
    WallTime to;
    double minimum_coverage{0.5};
    std::optional<std::string> site{};
};

/// Time up, down and unknown of every device and watched interface.
[[nodiscard]] boost::json::value report_document(
    const Snapshot& snapshot, const ReportOptions& options
);

/// Every stretch in which one of them was down, whole even where it began before the range: with
/// `state` "ended", "ongoing" (`to` is null) or "unknown_after" (evidence ended first).
[[nodiscard]] boost::json::value outages_document(
    const Snapshot& snapshot, const ReportOptions& options
);

/// Agents, their connection and progress.
[[nodiscard]] boost::json::value agents_document(
    const Snapshot& snapshot, const std::optional<std::string>& site
);

/// The newest events, oldest first.
[[nodiscard]] boost::json::value events_document(
    const Snapshot& snapshot, const std::optional<std::string>& site
);

/// Prometheus HTTP service discovery: one target a site and one for the collector's own metrics,
/// all on `target`.
[[nodiscard]] boost::json::value discovery_document(
    const Snapshot& snapshot, const std::string& target
);

} // namespace hallmonitor::collector
