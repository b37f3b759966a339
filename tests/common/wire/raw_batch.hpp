#pragma once
// Batches made by hand, as another program or an attacker would, around any body.

#include "common/model/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::test {

struct RawHead {
    Seq seq{1};
    Seq segment{1};
    std::int64_t mono_us{1'000'000};
    std::int64_t wall_ms{1'700'000'000'000};
};

/// A Batch message with `body` compressed.
std::vector<std::byte> raw_batch(std::string_view body, const RawHead& head = {});

/// A Batch message whose body is `compressed` and declares `body_size`.
std::vector<std::byte> raw_batch(
    std::string_view compressed, std::uint32_t body_size, const RawHead& head = {}
);

std::string zstd(std::string_view text);

/// One field of a message.
std::string field_of(unsigned field, std::string_view bytes);
std::string varint_field(unsigned field, std::uint64_t number);

} // namespace hallmonitor::test
