#include "tests/sim/fleet.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/sim/recording.hpp"
#include "tests/sim/walker.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace recorder_test {

using namespace hallmonitor::sim;
namespace agent = hallmonitor::agent;

namespace {

constexpr Address address{.ip = 0x7F000001, .port = 161};

Device device_of(const std::string& recording)
{
    Fleet fleet{1, "public", largest_reply};
    fleet.add({.first = address, .recording_name = "r", .recording = recording});
    return *fleet.at(address);
}

/// All that a device says, an object each.
std::vector<std::string> said_by(Device& device)
{
    std::vector<std::string> said;
    const auto append = [](std::string& text, std::span<const std::byte> octets) {
        text.append(reinterpret_cast<const char*>(octets.data()), octets.size());
    };
    const auto problem = walk_to_end(device, {}, [&](const agent::VarBindView& value) {
        auto& object = said.emplace_back();
        append(object, value.oid);
        object += '|' + std::to_string(static_cast<unsigned>(value.tag)) + '|';
        append(object, value.content);
    });
    REQUIRE(problem.empty());
    return said;
}

/// A device of the kind and a core beside it, which may be its neighbour.
void check_kind(const Kind& kind)
{
    INFO(kind.name);
    Fleet fleet{7, "public", largest_reply};
    fleet.add({.first = address, .kind = &kind});
    fleet.add({.first = {.ip = 0x7F000002, .port = 161}, .kind = find_kind("core")});
    fleet.connect();
    auto& device = *fleet.at(address);

    const auto recording = recording_of(device, Instant{0});

    CHECK(parse_recording(recording).bad.empty());
    auto replayed = device_of(recording);
    CHECK(said_by(replayed) == said_by(device));
}

} // namespace

TEST_CASE("a device of each kind, written down, is the same device", "[sim][recordings]")
{
    for (const auto& kind : kind_table())
        check_kind(kind);
}

TEST_CASE("a recording is written as people can read it", "[sim][recordings]")
{
    const std::string recording = "1.3.1|2|-7\n"
                                  "1.3.2|4|two words | and a bar\n"
                                  "1.3.3|4x|206c65616473\n"
                                  "1.3.4|4x|00ff\n"
                                  "1.3.5|4|\n"
                                  "1.3.6|5|\n"
                                  "1.3.7|6|1.3.6.1.4.1\n"
                                  "1.3.8|64|10.0.0.254\n"
                                  "1.3.9|64x|0a00\n"
                                  "1.3.10|65|4294967295\n"
                                  "1.3.11|68x|9f78\n"
                                  "1.3.12|70|18446744073709551615\n";

    CHECK(recording_of(device_of(recording), Instant{0}) == recording);
}

} // namespace recorder_test
