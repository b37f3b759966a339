#pragma once
// What TLS makes of what is sent: a real TLS 1.3 connection with our own settings, both ends in
// memory, so that the octets of its records can be counted.

#include <cstddef>
#include <memory>
#include <span>

namespace hallmonitor::bench {

class TlsMeter {
public:
    /// Makes a certificate authority in a folder of its own and shakes hands. Throws when it
    /// cannot.
    TlsMeter();
    ~TlsMeter();
    TlsMeter(const TlsMeter&) = delete;
    TlsMeter& operator=(const TlsMeter&) = delete;

    /// Octets that the client puts on the wire for `bytes`, all records and their heads counted.
    [[nodiscard]] std::size_t send(std::span<const std::byte> bytes);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::bench
