#pragma once
// The conversation of agent and collector (D4, D5): hello, welcome, then batches one way and
// acknowledgements the other, in frames of 4 bytes length (big endian) + one `Envelope` message of
// hallmonitor.proto.

#include "common/error.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace hallmonitor::wire {

inline constexpr std::uint32_t protocol_version = 1;
inline constexpr std::uint32_t oldest_protocol_version = 1;
inline constexpr std::size_t most_older_epochs = 4'096;

enum class Lane : std::uint8_t { live = 1, history = 2 };

/// A life of the agent before this one, of which its spool still holds batches up to `last`.
struct OlderEpoch {
    Epoch epoch;
    Seq last;
    bool operator==(const OlderEpoch&) const = default;
};

/// Agent's first message. Identity is the certificate's, so none is here (D6).
struct Hello {
    std::uint32_t version{protocol_version};
    std::uint32_t oldest_version{oldest_protocol_version};
    Epoch epoch;                   // of the batches to come
    std::vector<OlderEpoch> older; // at most most_older_epochs
    std::string software;          // name and version
    std::uint64_t boot{0};         // of the agent's machine
    ClockAnchor now;               // agent's clocks
    bool operator==(const Hello&) const = default;
};

/// Collector's answer: what of these epochs the ledger already holds, for ever.
struct Welcome {
    std::uint32_t version{protocol_version};
    RangeSet applied;
    WallTime wall; // collector's clock now
    bool operator==(const Welcome&) const = default;
};

/// One batch, as it lies in the spool.
struct BatchMessage {
    Lane lane{Lane::live};
    std::vector<std::byte> batch;
    bool operator==(const BatchMessage&) const = default;
};

/// What became of batches. Those applied the agent may forget; those received are in the ledger as
/// well, but should be kept: what they tell has not gone everywhere yet. Both make room for more.
struct Ack {
    RangeSet applied;
    RangeSet received{}; // since the last one
    bool operator==(const Ack&) const = default;
};

/// This batch can never be applied: set aside, counted, passed over.
struct Reject {
    Seq seq;
    std::string reason;
    bool operator==(const Reject&) const = default;
};

/// Live: the collector cannot decode this lane from here (it has not seen the segment's start):
/// resend the segment from its first batch. History: resend all that is not applied, from the
/// oldest segment on, also what went by the live lane.
struct Rewind {
    Lane lane{Lane::live};
    bool operator==(const Rewind&) const = default;
};

/// A sign of life. The agent answers one that has a token with the same at once: so the collector
/// finds out which of two connections of one identity is alive.
struct Keepalive {
    std::uint64_t token{0}; // 0: no answer is wanted
    bool operator==(const Keepalive&) const = default;
};

/// Goodbye with a reason for people: a version clash, a certificate that was revoked, a second
/// connection with the same identity.
struct Refusal {
    std::string reason;
    /// Another machine with this identity is connected, and the one that tells: what this one has
    /// spooled is of a time that the other has told of, and must not come later.
    bool fenced{false};
    bool operator==(const Refusal&) const = default;
};

using Message = std::variant<Hello, Welcome, BatchMessage, Ack, Reject, Rewind, Keepalive, Refusal>;

/// A whole frame: length and message.
[[nodiscard]] std::string encode_frame(const Message& message);

/// Length of the frame's body as its 4-byte head declares it. Errors: too_large.
[[nodiscard]] Result<std::size_t> frame_body_length(std::span<const std::byte, 4> head);

/// Errors: malformed, too_large.
[[nodiscard]] Result<Message> decode_message(std::span<const std::byte> body);

} // namespace hallmonitor::wire
