#pragma once
// The command line's end of the control socket: asks the running collector and gives its JSON back.

#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace hallmonitor::collector {

/// GET `target` over the Unix socket `path`, within 10 s. Empty on failure, with one sentence in
/// `problem` that says what to do.
[[nodiscard]] std::optional<boost::json::value> ask_collector(
    const std::string& path, const std::string& target, std::string& problem
);

/// Puts what is at `target` into `file`: true. False: it is not there yet, ask again. Empty: with a
/// sentence in `problem`.
[[nodiscard]] std::optional<bool> download(
    const std::string& path,
    const std::string& target,
    const std::string& file,
    std::string& problem
);

/// Percent-encodes a query's value.
[[nodiscard]] std::string escape_query(const std::string& value);

} // namespace hallmonitor::collector
