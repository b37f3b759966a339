#include "tests/agent/poll/hostile_expectations.hpp"

namespace hallmonitor::agent::testing {
namespace {

using namespace std::chrono_literals;
using enum Anomaly;

constexpr auto no_answer = "no answer to SNMP";

std::vector<Expectation> of_silence()
{
    return {
        {.fault = "silence", .polls = Polls::never, .failure = no_answer, .is_down = true},
        {.fault = "loss", .polls = Polls::partly},
        {.fault = "only-v1", .polls = Polls::never, .failure = no_answer, .is_down = true},
        {.fault = "reply-loss", .polls = Polls::partly},
        {.fault = "drops-large"},
        {.fault = "delay"},
        // The first replies come after a minute of silence.
        {.fault = "late",
         .polls = Polls::never,
         .findings = {stray_replies},
         .failure = no_answer,
         .is_down = true},
        {.fault = "reorder"},
        {.fault = "duplicate", .findings = {stray_replies}},
    };
}

std::vector<Expectation> of_datagrams()
{
    const auto disbelieved = [](std::string_view fault, Anomaly what) {
        return Expectation{
            .fault = fault, .polls = Polls::never, .findings = {what}, .is_down = true};
    };
    return {
        disbelieved("cut", garbled_replies),
        // Three bits in every datagram: now and then one is well formed, and untrue.
        {.fault = "corrupt",
         .polls = Polls::never,
         .findings = {garbled_replies},
         .chance =
             {other_community,
              stray_replies,
              other_objects,
              garbled_varbinds,
              error_status,
              not_increasing,
              steps_back,
              exception_in_table},
         .is_quarantined = true,
         .leeway = {.everything = true}},
        disbelieved("lying-length", garbled_replies),
        {.fault = "forgeries", .findings = {other_source, stray_replies}},
        disbelieved("wrong-address", other_source),
        disbelieved("wrong-port", other_source),
        disbelieved("wrong-id", stray_replies),
        disbelieved("wrong-community", other_community),
    };
}

std::vector<Expectation> of_protocol()
{
    const auto broken = [](std::string_view fault, Anomaly what) {
        return Expectation{
            .fault = fault, .polls = Polls::never, .findings = {what}, .is_quarantined = true};
    };
    std::vector<Expectation> list{
        {.fault = "wrong-object",
         .polls = Polls::never,
         .findings = {other_objects},
         .is_down = true,
         .is_quarantined = true},
        {.fault = "too-big"},
        {.fault = "gen-err", .polls = Polls::never, .findings = {error_status}},
        {.fault = "no-bulk"},
        {.fault = "loop", .findings = {steps_back}},
        broken("stuck", other_objects),
        broken("steps-back", not_increasing),
        broken("endless", endless_table),
        {.fault = "truncated-table", .findings = {rows_missing}},
        {.fault = "churn", .findings = {rows_missing}},
        {.fault = "holes",
         .findings = {exception_in_table},
         .chance = {uptime_missing, rows_missing, names_ambiguous}},
    };
    // The table's end is known as long as nothing says that rows have moved.
    list[7].is_seen_late = false;
    return list;
}

std::vector<Expectation> of_values()
{
    return {
        {.fault = "nulls", .polls = Polls::never, .findings = {uptime_missing, wrong_type}},
        {.fault = "no-hc"},
        {.fault = "no-ifx"},
        {.fault = "hc-frozen", .findings = {counters_frozen}, .leeway = {.octets = true}},
        {.fault = "hc-wraps", .findings = {counters_back}, .leeway = {.octets = true}},
        {.fault = "wrap32"},
        {.fault = "wrap64"},
        {.fault = "counters-cleared", .chance = {counters_back}},
        {.fault = "counters-step-back", .findings = {counters_back}, .leeway = {.stale = 60s}},
        {.fault = "cached", .findings = {counters_cached}, .leeway = {.stale = 30s}},
        {.fault = "random-octets",
         .findings = {counters_back, counters_too_fast},
         .leeway = {.octets = true}},
        {.fault = "wrong-types", .findings = {wrong_type}},
        {.fault = "wrong-status", .findings = {unknown_state}, .leeway = {.states = true}},
        {.fault = "speed-garbage",
         .findings = {speed_implausible},
         .chance = {counters_too_fast},
         .leeway = {.speeds = true}},
        {.fault = "frozen-uptime", .findings = {uptime_frozen}, .leeway = {.uptime = true}},
        {.fault = "uptime-wraps"},
        {.fault = "frozen-boots"},
        {.fault = "huge-strings", .findings = {wild_text, names_ambiguous}},
        {.fault = "hostile-names", .findings = {wild_text, names_ambiguous}},
        {.fault = "no-names", .findings = {names_ambiguous}},
        {.fault = "same-names", .findings = {names_ambiguous}},
    };
}

std::vector<Expectation> of_v3()
{
    const auto unproven = [](std::string_view fault) {
        return Expectation{
            .fault = fault, .polls = Polls::never, .findings = {unproven_replies}, .is_v3 = true};
    };
    const auto named = [](std::string_view fault, std::string_view words) {
        return Expectation{.fault = fault, .polls = Polls::never, .failure = words, .is_v3 = true};
    };
    return {
        {.fault = "v3-replays", .polls = Polls::partly, .chance = {stray_replies}, .is_v3 = true},
        unproven("v3-wrong-digest"),
        unproven("v3-unsigned"),
        {.fault = "v3-size-lie", .is_v3 = true},
        named("v3-denies-engine", "does not know the engine id"),
        // Also under the user's key, when a request was accepted before.
        {.fault = "v3-new-engines",
         .polls = Polls::never,
         .chance = {unproven_replies},
         .failure = "does not know the engine id",
         .is_v3 = true},
        named("v3-denies-time", "outside its time window"),
        named("v3-jumps", "outside its time window"),
    };
}

} // namespace

std::span<const Expectation> expectations()
{
    static const std::vector<Expectation> all = [] {
        std::vector<Expectation> list;
        for (const auto& part : {of_silence(), of_datagrams(), of_protocol(), of_values(), of_v3()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return all;
}

} // namespace hallmonitor::agent::testing
