// hallmonitor-collector: reads the command line and hands over. Exit codes: 0 good, 1 ran and found
// fault, 2 wrong usage.

#include "collector/config.hpp"
#include "collector/expose/catalogue.hpp"
#include "collector/io/backup_commands.hpp"
#include "collector/io/ca.hpp"
#include "collector/io/commands.hpp"
#include "collector/io/daemon.hpp"
#include "common/io/files.hpp"
#include "common/limits.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hallmonitor;

constexpr int found_fault = 1;
constexpr int wrong_usage = 2;
constexpr auto default_config = "/etc/hallmonitor/collector.yaml";
constexpr auto default_ca = "/etc/hallmonitor/ca";

struct Options {
    std::string config{default_config};
    std::string ca_directory{default_ca};
    std::vector<std::string> names;
    AgentId agent;
    std::string out{"."};
    collector::AskOptions ask;
    collector::BackupOptions backup;
};

std::optional<collector::Config> load(const std::string& file)
{
    const auto text = read_text_file(file, limits::config_file_bytes);
    if (!text) {
        std::cerr << file << ": cannot read the configuration: " << text.error().message() << '\n';
        return std::nullopt;
    }
    std::vector<std::string_view> metrics;
    for (const collector::MetricFamily& family : collector::catalogue())
        if (collector::is_read(family.id)) metrics.push_back(family.name);
    auto loaded = collector::load_config(*text, file, {system_secrets(), metrics});
    for (const std::string& warning : loaded.warnings)
        std::cerr << "warning: " << warning << '\n';
    for (const ConfigError& error : loaded.errors)
        std::cerr << to_string(error) << '\n';
    return std::move(loaded.config);
}

int run(const Options& options)
{
    const auto config = load(options.config);
    return config ? collector::run_daemon(*config) : found_fault;
}

int check_config(const Options& options)
{
    const auto config = load(options.config);
    if (!config) return found_fault;
    std::cout << collector::to_yaml(*config);
    return 0;
}

int tell(const Result<collector::WrittenFiles>& written, const std::string& problem)
{
    if (!written) {
        std::cerr << problem << '\n';
        return found_fault;
    }
    for (const std::string& path : written->paths)
        std::cout << "wrote " << path << '\n';
    return 0;
}

int init_ca(const Options& options)
{
    std::string problem;
    return tell(collector::init_ca(options.ca_directory, options.names, problem), problem);
}

int issue(const Options& options)
{
    std::string problem;
    return tell(
        collector::issue(options.ca_directory, options.agent, options.out, problem), problem
    );
}

using AskCommand = int (*)(const collector::AskOptions&);

int ask(const Options& options, AskCommand command)
{
    collector::AskOptions asked = options.ask;
    if (asked.socket.empty()) {
        const auto config = load(options.config);
        if (!config) {
            std::cerr
                << "name the collector's configuration with --config or its socket with --socket\n";
            return found_fault;
        }
        asked.socket = collector::control_socket_of(*config);
    }
    return command(asked);
}

CLI::App* add_ask(CLI::App& app, Options& options, const std::string& name, const std::string& help)
{
    CLI::App* command = app.add_subcommand(name, help);
    command->add_option("--config", options.config, "Configuration of the collector")
        ->capture_default_str();
    command->add_option("--socket", options.ask.socket, "Its control socket, instead of --config");
    command->add_option("--site", options.ask.site, "Only this site");
    command->add_flag("--json", options.ask.json, "JSON for programs");
    return command;
}

CLI::App* add_range(CLI::App* command, Options& options)
{
    command->add_option("--since", options.ask.since, "From: 24h, 7d, 2026-11-24 ...")
        ->capture_default_str();
    command->add_option("--until", options.ask.until, "To; now if left out");
    return command;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app{"Hallmonitor collector: keeps the ledger of a school district's networks."};
    app.set_version_flag("--version", "hallmonitor-collector " HALLMONITOR_VERSION);
    app.require_subcommand(1);
    Options options;
    int result = 0;
    const auto on = [&](CLI::App* command, auto action) {
        command->callback([&options, &result, action] { result = action(options); });
    };

    CLI::App* run_command = app.add_subcommand("run", "Take data from agents and serve it");
    CLI::App* check =
        app.add_subcommand("check-config", "Check a configuration and print what it means");
    for (CLI::App* command : {run_command, check})
        command->add_option("file,--config", options.config, "Configuration file")
            ->capture_default_str();
    on(run_command, run);
    on(check, check_config);

    CLI::App* ca =
        app.add_subcommand("init-ca", "Make the private CA and the collector's certificate");
    ca->add_option("--directory", options.ca_directory, "Folder to make")->capture_default_str();
    ca->add_option("--name", options.names, "Name or address by which agents call the collector");
    on(ca, init_ca);
    CLI::App* issue_command = app.add_subcommand("issue", "Make an agent's certificate");
    issue_command->add_option("--directory", options.ca_directory, "Folder of the CA")
        ->capture_default_str();
    issue_command->add_option("--site", options.agent.site, "School of the agent")->required();
    issue_command->add_option("--agent", options.agent.name, "Name of the agent")->required();
    issue_command->add_option("--out", options.out, "Folder for its files")->capture_default_str();
    on(issue_command, issue);

    CLI::App* backup = app.add_subcommand(
        "backup", "Copy ledger, configuration and keys of a running collector into a new folder"
    );
    backup->add_option("--out", options.backup.folder, "Folder to make")->required();
    CLI::App* restore =
        app.add_subcommand("restore", "Put a backup in place of a collector that is stopped");
    restore->add_option("--from", options.backup.folder, "Folder that `backup` made")->required();
    restore->add_flag("--force", options.backup.force, "Put a ledger that is there aside");
    for (CLI::App* command : {backup, restore})
        command->add_option("--config", options.backup.config, "Configuration file")
            ->default_val(default_config);
    on(backup, [](const Options& o) { return collector::back_up(o.backup); });
    on(restore, [](const Options& o) { return collector::restore(o.backup); });

    CLI::App* status = add_ask(app, options, "status", "Devices and interfaces as they are now");
    status->add_flag("--all", options.ask.all, "Interfaces that are neither up nor watched too");
    status->add_option("--watch", options.ask.watch_seconds, "Again every so many seconds");
    on(status, [](const Options& o) { return ask(o, collector::print_status); });
    on(add_range(
           add_ask(app, options, "report", "Uptime of devices and watched interfaces"), options
       ),
       [](const Options& o) { return ask(o, collector::print_report); });
    on(add_range(
           add_ask(app, options, "outages", "When devices and watched interfaces were down"),
           options
       ),
       [](const Options& o) { return ask(o, collector::print_outages); });
    on(add_ask(app, options, "agents", "Agents and how far behind they are"),
       [](const Options& o) { return ask(o, collector::print_agents); });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_usage;
    }
    return result;
}
