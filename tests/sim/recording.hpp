#pragma once
// Recordings of devices as snmpsim writes them: `OID|TAG|VALUE` a line, in any order. The tag is
// the ASN.1 tag in decimal; an x behind it says that the value is in hexadecimal.

#include "tests/sim/mib.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::sim {

struct BadLine {
    std::size_t number; // from 1
    std::string reason;
};

struct Recording {
    std::vector<Object> objects; // as in the file: Mib sorts them and lets the last of equals stand
    std::optional<std::uint64_t> uptime; // sysUpTime, which goes on from there
    std::vector<BadLine> bad;
};

/// Empty lines and lines that begin with # are skipped; bad ones are reported and left out.
Recording parse_recording(std::string_view text);

} // namespace hallmonitor::sim
