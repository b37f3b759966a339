#pragma once
// protozero, with its assertions on what it reads turned into exceptions: a field of an unexpected
// wire type is the peer's doing, not a bug of ours. Include only this, never protozero itself.
// For files that write or read messages: of ours in common/wire, of Prometheus in collector/remote.

#include <exception>

namespace hallmonitor::wire {

struct UnexpectedWireType : std::exception {
    [[nodiscard]] const char* what() const noexcept override { return "unexpected wire type"; }
};

} // namespace hallmonitor::wire

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the hook that protozero offers
#define protozero_assert(condition)                                                                \
    ((condition) ? void(0) : throw ::hallmonitor::wire::UnexpectedWireType{})

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

namespace hallmonitor::wire {

/// The next field as a bool. protozero 1.7's own get_bool() reads an octet behind a message that
/// ends there; a varint it reads within bounds.
inline bool is_set(protozero::pbf_reader& message)
{
    return message.get_uint64() != 0;
}

} // namespace hallmonitor::wire
