#pragma once
// Reads remote-write requests back, by a decoder of its own.

#include "collector/remote/write_request.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::collector::remote::test {

struct ReadSample {
    std::string series; // name{label="value",...}
    std::int64_t at_ms{0};
    double value{0};
    auto operator<=>(const ReadSample&) const = default;
};

std::ostream& operator<<(std::ostream& out, const ReadSample& sample);

/// Samples of a protobuf WriteRequest. Fails the test when it is malformed, or when labels are not
/// in the order of their names.
std::vector<ReadSample> read_message(std::string_view message);
std::vector<ReadSample> read_body(const RequestBody& body);
std::vector<ReadSample> read_all(RequestWriter& writer);

} // namespace hallmonitor::collector::remote::test
