#pragma once
// What a receiver of remote write says, what follows from it, and how it is told to people.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hallmonitor::collector::remote {

/// An HTTP answer; status 0: there was none, and `text` says why.
struct Answer {
    unsigned status{0};
    std::string text; // the beginning of its body
    std::optional<std::chrono::seconds> retry_after{};
};

enum class Verdict : std::uint8_t {
    accepted,
    refused,   // samples of the request can never be taken
    too_large, // the request as a whole: in pieces perhaps
    later,     // try again
};

/// What of a request's samples is to become. The protocol has status codes for it, but receivers
/// differ (Prometheus 2.42 says 500 to a sample that is too old): words decide where they are
/// known.
[[nodiscard]] Verdict judge(const Answer& answer);

/// One sentence: what is wrong at the receiver, and which setting to change. Empty when nothing is.
[[nodiscard]] std::string explain(const Answer& answer);

} // namespace hallmonitor::collector::remote
