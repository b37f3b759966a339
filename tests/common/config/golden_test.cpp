// Every file of tests/golden/config/ gives exactly the messages beside it, and the shipped examples
// load. UPDATE_GOLDEN=1 in the environment writes the messages anew; read them before committing.

#include "agent/config.hpp"
#include "collector/config.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace golden_test {

using namespace hallmonitor;
namespace fs = std::filesystem;

namespace {

const fs::path root{HALLMONITOR_SOURCE_DIR};
const fs::path golden = root / "tests/golden/config";

std::string text_of(const fs::path& path)
{
    std::ifstream in{path, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Secrets as they would be on a machine with two files.
SecretSource secrets()
{
    return {
        .file = [](const std::string& path) -> SecretLookup {
            if (path == "empty") return "";
            if (path == "open") return SecretProblem{"open is open to group or others (mode 0644)"};
            return SecretProblem{path + " cannot be opened: No such file or directory"};
        },
        .environment = [](const std::string& name) -> SecretLookup {
            return SecretProblem{"the environment variable '" + name + "' is not set"};
        }};
}

std::vector<ConfigError> errors_of(const std::string& daemon, const fs::path& file)
{
    const auto name = file.filename().string();
    if (daemon == "agent") return agent::load_config(text_of(file), name, secrets()).errors;
    constexpr std::array<std::string_view, 1> metrics{"hallmonitor_device_up"};
    return collector::load_config(text_of(file), name, {secrets(), metrics}).errors;
}

std::string messages_of(const std::string& daemon, const fs::path& file)
{
    std::string lines;
    for (const auto& error : errors_of(daemon, file)) {
        lines += to_string(error) + '\n';
    }
    return lines;
}

std::vector<fs::path> files_of(const std::string& daemon)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{golden / daemon}) {
        if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

TEST_CASE("every rule of a configuration has its exact message", "[config]")
{
    const std::string daemon = GENERATE("agent", "collector");
    const auto files = files_of(daemon);
    REQUIRE(files.size() >= 7);

    for (const auto& file : files) {
        const auto expected = fs::path{file}.replace_extension(".expected");
        const auto messages = messages_of(daemon, file);
        if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream{expected} << messages;

        INFO(file.filename());
        CHECK_FALSE(messages.empty());
        CHECK(messages == text_of(expected));
    }
}

TEST_CASE("the agent's example loads and shows the defaults", "[config]")
{
    const auto text = text_of(root / "config/agent.example.yaml");

    const auto loaded = agent::load_config(text, "/etc/hallmonitor/agent.yaml", secrets());

    REQUIRE(loaded.errors.empty());
    CHECK(loaded.warnings.empty());
    agent::DeviceConfig plain;
    plain.name = "sw-lib-1";
    plain.address = "10.20.1.1";
    plain.snmp = agent::SnmpSettings{};
    CHECK(loaded.config->devices.at(0) == plain);
    CHECK(loaded.config->spool == agent::SpoolConfig{});
    CHECK(loaded.config->host == agent::HostConfig{});
    CHECK(loaded.config->state_directory == agent::Config{}.state_directory);
    CHECK(loaded.config->log_level == agent::Config{}.log_level);
    CHECK(agent::load_config(agent::to_yaml(*loaded.config), "x", {}).config == loaded.config);
}

TEST_CASE("the collector's example loads and shows the defaults", "[config]")
{
    const auto text = text_of(root / "config/collector.example.yaml");

    const auto loaded = collector::load_config(text, "/etc/hallmonitor/collector.yaml");

    REQUIRE(loaded.errors.empty());
    CHECK(loaded.warnings.empty());
    collector::Config defaults;
    defaults.tls = loaded.config->tls;
    CHECK(*loaded.config == defaults);
    CHECK(collector::load_config(collector::to_yaml(defaults), "x").config == defaults);
}

} // namespace golden_test
