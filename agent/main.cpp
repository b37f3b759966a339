// hallmonitor-agent: reads the command line and hands over. Exit codes: 0 good, 1 ran and found
// fault, 2 wrong usage.

#include "agent/config.hpp"
#include "agent/io/daemon.hpp"
#include "common/io/files.hpp"
#include "common/limits.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>
#include <string>

namespace {

using namespace hallmonitor;

constexpr int found_fault = 1;
constexpr int wrong_usage = 2;
constexpr auto default_config = "/etc/hallmonitor/agent.yaml";

std::optional<agent::Config> load(const std::string& file)
{
    const auto text = read_text_file(file, limits::config_file_bytes);
    if (!text) {
        std::cerr << file << ": cannot read the configuration: " << text.error().message() << '\n';
        return std::nullopt;
    }
    auto loaded = agent::load_config(*text, file, system_secrets());
    for (const std::string& warning : loaded.warnings)
        std::cerr << "warning: " << warning << '\n';
    for (const ConfigError& error : loaded.errors)
        std::cerr << to_string(error) << '\n';
    return std::move(loaded.config);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app{"Hallmonitor agent: watches a school's devices and tells the collector."};
    app.set_version_flag("--version", "hallmonitor-agent " HALLMONITOR_VERSION);
    app.require_subcommand(1);
    std::string file = default_config;
    CLI::App* run = app.add_subcommand("run", "Watch the devices of a configuration");
    CLI::App* check =
        app.add_subcommand("check-config", "Check a configuration and print what it means");
    for (CLI::App* command : {run, check}) {
        command->add_option("file,--config", file, "Configuration file")->capture_default_str();
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_usage;
    }
    const auto config = load(file);
    if (!config) return found_fault;
    if (check->parsed()) {
        std::cout << agent::to_yaml(*config);
        return 0;
    }
    return agent::run_daemon(*config);
}
