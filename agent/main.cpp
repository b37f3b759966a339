// hallmonitor-agent: reads the command line and hands over. Exit codes: 0 good, 1 ran and found
// fault, 2 wrong usage.

#include "agent/config.hpp"
#include "agent/inspect/credentials.hpp"
#include "agent/io/daemon.hpp"
#include "agent/io/inspect_run.hpp"
#include "agent/io/memory.hpp"
#include "agent/io/profile_files.hpp"
#include "agent/io/profile_run.hpp"
#include "common/config/values.hpp"
#include "common/io/files.hpp"
#include "common/limits.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace hallmonitor;

constexpr int found_fault = 1;
constexpr int wrong_usage = 2;
constexpr auto default_config = "/etc/hallmonitor/agent.yaml";

template <class T>
void tell(const Loaded<T>& loaded)
{
    for (const std::string& warning : loaded.warnings)
        std::cerr << "warning: " << warning << '\n';
    for (const ConfigError& error : loaded.errors)
        std::cerr << to_string(error) << '\n';
}

std::optional<agent::Config> load(const std::string& file)
{
    const auto text = read_text_file(file, limits::config_file_bytes);
    if (!text) {
        std::cerr << file << ": cannot read the configuration: " << text.error().message() << '\n';
        return std::nullopt;
    }
    auto loaded = agent::load_config(*text, file, system_secrets());
    if (loaded.config && agent::holds_secrets(*loaded.config)) {
        if (const auto exposure = exposure_of(file))
            loaded.warnings.push_back("secrets stand in the configuration, and " + *exposure);
    }
    tell(loaded);
    return std::move(loaded.config);
}

struct InspectArguments {
    std::string target;
    std::string version{"2c"};
    std::string credentials;
    std::string profiles;
    bool json{false};
};

CLI::App* add_inspect(CLI::App& app, InspectArguments& arguments)
{
    CLI::App* inspect =
        app.add_subcommand("inspect", "Poll one device once and say what is understood of it");
    inspect->add_option("target", arguments.target, "HOST or HOST:PORT; IPv6 as [ADDRESS]:PORT")
        ->required();
    inspect->add_flag("--json", arguments.json, "JSON for programs");
    inspect->add_option("--snmp", arguments.version, "Version of SNMP")
        ->check(CLI::IsMember{{"1", "2c", "3"}})
        ->capture_default_str();
    inspect->add_option(
        "--credentials",
        arguments.credentials,
        "File with 'community: ...' or a user of SNMPv3, closed to others; else "
        "$HALLMONITOR_COMMUNITY, else 'public'"
    );
    inspect->add_option("--profiles", arguments.profiles, "Folder of further profiles");
    return inspect;
}

struct ProfileCommands {
    const CLI::App* test{nullptr};
    const CLI::App* list{nullptr};
    const CLI::App* compile{nullptr};
    agent::ProfileTest arguments;
    agent::ProfileCompile compiled;
};

void add_profile(CLI::App& app, ProfileCommands& commands)
{
    CLI::App* profile = app.add_subcommand("profile", "What is read of which kind of device");
    profile->require_subcommand(1);
    profile->add_option("--profiles", commands.arguments.folder, "Folder of further profiles");
    CLI::App* test = profile->add_subcommand("test", "Say what a profile makes of a recording");
    test->add_option(
            "profile", commands.arguments.profile, "A file, a name, or 'auto': as the device asks"
    )
        ->required();
    test->add_option(
            "recording",
            commands.arguments.recording,
            "A file of snmpsim (.snmprec), or what snmpbulkwalk -m '' -OnetUx printed"
    )
        ->required();
    test->add_flag("--json", commands.arguments.json, "JSON for programs");
    commands.test = test;
    commands.list = profile->add_subcommand("list", "Show all profiles");
    CLI::App* compile = profile->add_subcommand("compile", "Draft a profile out of MIB files");
    compile->add_option("mib", commands.compiled.files, "Files with MIB modules")->required();
    compile
        ->add_option(
            "-M,--mib-folder",
            commands.compiled.folders,
            "Folder with the modules that these import"
        )
        ->allow_extra_args(false);
    commands.compile = compile;
}

int inspect(const InspectArguments& arguments)
{
    agent::InspectRequest request{
        .target = {}, .snmp = {}, .json = arguments.json, .catalogue = {}};
    const auto target = parse_endpoint(arguments.target, request.snmp.port);
    if (!target || target->port == 0) {
        std::cerr << in_quotes(arguments.target)
                  << " is no device: give HOST, HOST:PORT, or an IPv6 address as "
                     "[ADDRESS]:PORT\n";
        return wrong_usage;
    }
    const auto version = arguments.version == "1"    ? agent::SnmpVersion::v1
                         : arguments.version == "2c" ? agent::SnmpVersion::v2c
                                                     : agent::SnmpVersion::v3;
    auto found = agent::find_credentials(arguments.credentials, version, system_secrets());
    tell(found);
    if (!found.config) return found_fault;
    const auto profiles = agent::load_catalogue(arguments.profiles);
    tell(profiles);
    if (!profiles.config) return found_fault;
    request.catalogue = *profiles.config;
    request.target = *target;
    request.snmp = std::move(*found.config);
    request.snmp.port = target->port;
    return agent::run_inspect(request);
}

} // namespace

int main(int argc, char** argv)
{
    agent::keep_heap_small();
    CLI::App app{"Hallmonitor agent: watches a school's devices and tells the collector."};
    app.set_version_flag("--version", "hallmonitor-agent " HALLMONITOR_VERSION);
    app.require_subcommand(1);
    std::string file = default_config;
    CLI::App* run = app.add_subcommand("run", "Watch the devices of a configuration");
    CLI::App* check =
        app.add_subcommand("check-config", "Check a configuration and print what it means");
    InspectArguments inspected;
    const CLI::App* inspect_command = add_inspect(app, inspected);
    ProfileCommands profile;
    add_profile(app, profile);
    for (CLI::App* command : {run, check}) {
        command->add_option("file,--config", file, "Configuration file")->capture_default_str();
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_usage;
    }
    if (inspect_command->parsed()) return inspect(inspected);
    if (profile.test->parsed()) return agent::run_profile_test(profile.arguments);
    if (profile.compile->parsed()) return agent::run_profile_compile(profile.compiled);
    if (profile.list->parsed()) return agent::run_profile_list(profile.arguments.folder);
    const auto config = load(file);
    if (!config) return found_fault;
    const auto profiles = agent::load_catalogue(config->profiles_directory);
    tell(profiles);
    if (!profiles.config) return found_fault;
    if (check->parsed()) {
        std::cout << agent::to_yaml(*config);
        return 0;
    }
    agent::give_back_memory(); // what reading all this took
    return agent::run_daemon(*config, *profiles.config);
}
