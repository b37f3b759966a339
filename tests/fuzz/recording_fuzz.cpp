// Any text taken for a recording: each line is taken or told as bad, the device that comes of it is
// walked in order to its end, and what it says, written down, is read as the same.

#include "common/check.hpp"
#include "tests/sim/fleet.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/sim/recording.hpp"
#include "tests/sim/walker.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace hallmonitor;

namespace {

constexpr sim::Address address{.ip = 0x7F000001, .port = 161};

void check_lines(std::string_view text, const sim::Recording& recording)
{
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    INVARIANT(recording.objects.size() + recording.bad.size() <= lines);
    std::size_t before = 0;
    for (const sim::BadLine& bad : recording.bad) {
        INVARIANT(bad.number > before && bad.number <= lines);
        INVARIANT(!bad.reason.empty());
        before = bad.number;
    }
}

void check_walk(sim::Device& device, const sim::WalkManner& manner)
{
    std::size_t seen = 0;
    const auto problem =
        sim::walk_to_end(device, manner, [&](const agent::VarBindView&) { ++seen; });
    INVARIANT(problem.empty());
    const sim::Mib& mib = device.blueprint().mib;
    // The walk begins behind 0.0.
    const bool has_first = mib.size() > 0 && mib[0].oid == sim::Oid{0, 0};
    INVARIANT(seen + (has_first ? 1 : 0) == mib.size());
}

void check_written(const sim::Device& device)
{
    const auto again = sim::parse_recording(sim::recording_of(device, sim::Instant{0}));
    const sim::Mib& mib = device.blueprint().mib;
    INVARIANT(again.bad.empty());
    INVARIANT(again.objects.size() == mib.size());
    for (std::size_t i = 0; i < mib.size(); ++i) {
        INVARIANT(again.objects[i].oid == mib[i].oid);
        INVARIANT(again.objects[i].value == mib[i].value);
    }
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    check_lines(text, sim::parse_recording(text));

    sim::Fleet fleet{1, "public", sim::largest_reply};
    fleet.add({.first = address, .recording_name = "input", .recording = text});
    sim::Device& device = *fleet.at(address);
    check_walk(device, {.type = agent::PduType::get_next});
    check_walk(device, {.type = agent::PduType::get_bulk, .repetitions = 20});
    check_written(device);
    return 0;
}
