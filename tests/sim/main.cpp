// snmp_fleet: many simulated SNMP devices on loopback addresses, with faults on command.

#include "tests/sim/io/server.hpp"
#include "tests/sim/json.hpp"
#include "tests/sim/options.hpp"
#include "tests/sim/recorder.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

using namespace hallmonitor::sim;

namespace {

std::atomic<bool> is_ended{false};

void end(int)
{
    is_ended = true;
}

std::optional<std::string> read_file(const std::string& name)
{
    std::ifstream in{name, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return std::nullopt;
    return text.str();
}

/// Fills the texts of the recordings; the name of the first that cannot be read.
std::string read_recordings(std::vector<GroupSetup>& groups)
{
    for (auto& group : groups) {
        if (group.recording_name.empty()) continue;
        auto text = read_file(group.recording_name);
        if (!text) return group.recording_name;
        group.recording = std::move(*text);
    }
    return {};
}

/// Takes over what is to happen; what is wrong, or an empty text.
std::string read_schedule(const Options& options, Fleet& fleet)
{
    if (options.chaos) fleet.begin_chaos({.seed = *options.chaos}, Instant{0});
    if (options.schedule.empty()) return {};
    const auto text = read_file(options.schedule);
    if (!text) return "cannot read " + options.schedule;
    const auto faults = fleet.schedule().add_lines(*text);
    return faults.empty() ? std::string{} : options.schedule + ":" + faults.front();
}

int fail(int code, const std::string& message)
{
    std::cerr << "snmp_fleet: " << message << '\n';
    return code;
}

int run(Options options)
{
    if (const auto name = read_recordings(options.groups); !name.empty()) {
        return fail(1, "cannot read " + name);
    }
    Fleet fleet{options.seed, options.community, options.reply_limit};
    for (auto& user : options.users) {
        fleet.add_user(std::move(user));
    }
    std::size_t bad_lines = 0;
    for (const auto& group : options.groups) {
        for (const auto& fault : fleet.add(group)) {
            std::cerr << fault << '\n';
            ++bad_lines;
        }
    }
    fleet.connect();
    if (const auto fault = read_schedule(options, fleet); !fault.empty()) return fail(1, fault);
    if (!options.record.empty()) {
        const auto* const member = fleet.find(options.record);
        if (member == nullptr) return fail(1, "there is no device " + options.record);
        std::cout << recording_of(member->device, Instant{0});
        return 0;
    }
    Server server{fleet};
    if (const auto fault = server.listen(); !fault.empty()) return fail(1, fault);
    if (!options.control.empty()) {
        if (const auto fault = server.listen_control(options.control); !fault.empty()) {
            return fail(1, fault);
        }
    }
    JsonArray ports;
    for (const auto port : server.ports()) {
        ports.add(std::to_string(port));
    }
    std::cout << JsonObject{}
                     .boolean("ready", true)
                     .number("devices", fleet.members().size())
                     .number("bad_lines", bad_lines)
                     .raw("ports", ports.str())
                     .str()
              << std::endl;
    server.run(is_ended);
    if (!options.control.empty()) std::remove(options.control.c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    std::signal(SIGTERM, end);
    std::signal(SIGINT, end);
    const std::span<const char* const> arguments{argv + 1, static_cast<std::size_t>(argc - 1)};
    auto options = parse_options(arguments);
    if (const auto* fault = std::get_if<std::string>(&options)) {
        std::cerr << usage_text;
        return fail(2, *fault);
    }
    return run(std::move(std::get<Options>(options)));
}
