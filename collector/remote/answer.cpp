#include "collector/remote/answer.hpp"

#include "common/model/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace hallmonitor::collector::remote {
namespace {

// Of Prometheus, Mimir, Cortex, Thanos and VictoriaMetrics.
constexpr std::array<std::string_view, 8> words_for_late{
    "out of order",
    "out-of-order",
    "out of bounds",
    "too old",
    "too-old",
    "too far in the past",
    "too small timestamp",
    "older than",
};
constexpr std::array<std::string_view, 2> words_for_double{
    "duplicate sample", "duplicate-timestamp"};

bool is_success(unsigned status)
{
    return status >= 200 && status < 300;
}

template <std::size_t Size>
bool says(const Answer& answer, const std::array<std::string_view, Size>& words)
{
    std::string text = answer.text;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return text.find(word) != std::string::npos;
    });
}

std::string quotation(const Answer& answer)
{
    constexpr std::size_t longest = 200;
    std::string text = sanitize(answer.text.substr(0, longest));
    while (text.ends_with(' '))
        text.pop_back();
    return "status " + std::to_string(answer.status) +
           (text.empty() ? std::string{} : ", \"" + text + "\"");
}

std::string explain_refusal(const Answer& answer)
{
    const std::string said = quotation(answer);
    if (says(answer, words_for_late))
        return "the receiver refuses samples that come late (" + said +
               "): give Prometheus a storage.tsdb.out_of_order_time_window (7d, say), Mimir an "
               "out_of_order_time_window, VictoriaMetrics a longer -retentionPeriod";
    if (says(answer, words_for_double))
        return "the receiver has another value for the same series and moment (" + said +
               "): do two collectors write to it, or do two agents tell of one device?";
    return "the receiver refuses samples (" + said + "): its log may say more";
}

} // namespace

Verdict judge(const Answer& answer)
{
    if (is_success(answer.status)) return Verdict::accepted;
    if (answer.status == 0) return Verdict::later;
    if (says(answer, words_for_late) || says(answer, words_for_double)) return Verdict::refused;
    switch (answer.status) {
    case 400:
    case 409:
    case 422: return Verdict::refused;
    case 413: return Verdict::too_large;
    default: return Verdict::later;
    }
}

std::string explain(const Answer& answer)
{
    switch (judge(answer)) {
    case Verdict::accepted: return {};
    case Verdict::refused: return explain_refusal(answer);
    case Verdict::too_large:
        return "a request is too large for the receiver (" + quotation(answer) +
               "): it is sent in pieces; a greater limit there is quicker";
    case Verdict::later: break;
    }
    switch (answer.status) {
    case 0: return answer.text;
    case 401:
    case 403:
        return "the receiver does not know our credentials (" + quotation(answer) +
               "): see basic_auth or bearer_token_file of remote_write";
    case 404:
    case 405:
        return "the receiver takes no remote write at this address (" + quotation(answer) +
               "): see url of remote_write; Prometheus wants --web.enable-remote-write-receiver";
    case 429: return "the receiver asks for patience (" + quotation(answer) + ")";
    default: return "the receiver fails (" + quotation(answer) + ")";
    }
}

} // namespace hallmonitor::collector::remote
