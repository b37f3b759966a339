#pragma once
// Field numbers of hallmonitor.proto, for protozero. Internal to common/wire.

#include "common/wire/protozero.hpp"

namespace hallmonitor::wire::field {

using Number = protozero::pbf_tag_type;

namespace batch {
inline constexpr Number epoch = 1, seq = 2, segment = 3, boot = 4, sealed_mono_us = 5,
                        sealed_wall_ms = 6, body_size = 7, body = 8;
} // namespace batch

namespace body {
inline constexpr Number definitions = 1, readings = 2, events = 3, roster = 4;
} // namespace body

namespace definition {
inline constexpr Number table = 1, device = 2, kind = 3, interval_ms = 4, columns = 5, rows = 6,
                        carry_over = 7;
} // namespace definition

namespace row {
inline constexpr Number key = 1, attributes = 2, wide_columns = 3;
} // namespace row

namespace attribute {
inline constexpr Number name = 1, value = 2;
} // namespace attribute

namespace carry_over {
inline constexpr Number boot = 1, wall_ms = 2, placed = 3, reading = 4;
} // namespace carry_over

namespace reading {
inline constexpr Number table = 1, taken_at_us = 2, uptime_ticks = 3, changed_columns = 4,
                        differences = 5, presence = 6, covered_ms = 7;
} // namespace reading

namespace event {
inline constexpr Number at_us = 1, device = 2, kind = 3, text = 4;
} // namespace event

namespace envelope {
inline constexpr Number hello = 1, welcome = 2, batch = 3, ack = 4, reject = 5, rewind = 6,
                        keepalive = 7, refusal = 8;
} // namespace envelope

namespace hello {
inline constexpr Number version = 1, oldest_version = 2, epoch = 3, software = 4, wall_ms = 5,
                        older = 6, boot = 7, mono_us = 8;
} // namespace hello

namespace welcome {
inline constexpr Number version = 1, applied = 2, wall_ms = 3;
} // namespace welcome

namespace ack {
inline constexpr Number applied = 1, received = 2;
} // namespace ack

} // namespace hallmonitor::wire::field
