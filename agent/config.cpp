#include "agent/config.hpp"

#include "agent/device_config.hpp"
#include "agent/snmp_config.hpp"
#include "common/config/yaml_writer.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> log_levels{"trace", "debug", "info", "warning", "error"};

void read_file_name(
    Section& section, std::string_view key, const std::string& file, std::string& into
)
{
    section.require(key);
    if (section.text(key, into)) into = beside(file, into);
}

void read_collector(Section& root, const LoadContext& context, CollectorEndpoint& into)
{
    root.require(
        "collector", "the agent needs 'address', 'ca_file', 'certificate_file', 'key_file'"
    );
    auto section = root.section("collector");
    if (!section) return;
    Endpoint endpoint{.host = into.host, .port = into.port};
    section->require("address");
    if (section->endpoint("address", endpoint)) {
        into.host = endpoint.host;
        into.port = endpoint.port;
        if (into.port == 0) section->complain(*section->find("address"), "port 0 is no port");
    }
    read_file_name(*section, "ca_file", context.file, into.ca_file);
    read_file_name(*section, "certificate_file", context.file, into.certificate_file);
    read_file_name(*section, "key_file", context.file, into.key_file);
    section->finish();
}

void read_spool(Section& root, SpoolConfig& into)
{
    auto section = root.section("spool");
    if (!section) return;
    section->byte_size("max_bytes", into.max_bytes, {16ULL << 20, 1ULL << 40});
    section->duration("fsync_period_milliseconds", into.fsync_period, {10ms, 60s});
    section->finish();
}

void read_host(Section& root, HostConfig& into)
{
    auto section = root.section("host");
    if (!section) return;
    section->boolean("enabled", into.enabled);
    section->text("device", into.device);
    section->duration("poll_interval_seconds", into.poll_interval, {1s, 24h});
    section->text_list("exclude", into.exclude);
    if (auto watch = section->section("watch")) read_watch(*watch, into.watch);
    section->finish();
}

/// What only the whole can show.
void check_whole(Section& root, const Config& config, std::vector<std::string>& warnings)
{
    const auto& host = config.host;
    const bool is_taken =
        std::any_of(config.devices.begin(), config.devices.end(), [&](const auto& device) {
            return host.enabled && !host.device.empty() && device.name == host.device;
        });
    if (is_taken) {
        root.complain(
            *root.find("host"),
            "the device name " + in_quotes(host.device) + " is used by 'devices' too"
        );
    }
    if (!host.enabled && config.devices.empty()) {
        warnings.emplace_back("there are no devices and 'host' is off: nothing will be measured");
    }
}

Config read_root(Section& root, const LoadContext& context)
{
    Config config;
    read_collector(root, context, config.collector);
    if (root.text("state_directory", config.state_directory)) {
        config.state_directory = beside(context.file, config.state_directory);
    }
    if (root.text("profiles_directory", config.profiles_directory)) {
        config.profiles_directory = beside(context.file, config.profiles_directory);
    }
    root.choice("log_level", config.log_level, log_levels);
    read_spool(root, config.spool);
    read_host(root, config.host);
    config.devices = read_devices(root, context);
    root.finish();
    check_whole(root, config, context.warnings);
    return config;
}

void write_watch(YamlWriter& out, const WatchSettings& watch)
{
    out.begin("watch");
    out.text_list("names", watch.names);
    out.text_list("aliases", watch.aliases);
    out.end();
}

void write_device(YamlWriter& out, const DeviceConfig& device)
{
    out.begin_item();
    out.text("name", device.name);
    out.text("address", device.address);
    if (device.snmp) {
        write_snmp(out, *device.snmp);
    } else {
        out.boolean("snmp", false);
    }
    out.boolean("ping", device.liveness.ping);
    out.begin("liveness");
    out.word("interval_seconds", thousandths_text(device.liveness.interval.count()));
    out.number("misses", device.liveness.misses);
    out.word("timeout_milliseconds", std::to_string(device.liveness.timeout.count()));
    out.end();
    out.word("poll_interval_seconds", thousandths_text(device.poll_interval.count()));
    if (const auto interval = device.watched_interval)
        out.word("watched_interval_seconds", thousandths_text(interval->count()));
    if (const auto interval = device.access_interval)
        out.word("access_interval_seconds", thousandths_text(interval->count()));
    out.word("environment_interval_seconds", thousandths_text(device.environment_interval.count()));
    write_watch(out, device.watch);
    out.end();
}

} // namespace

Loaded<Config> load_config(
    std::string_view text, const std::string& file, const SecretSource& secrets
)
{
    Loaded<Config> loaded;
    ConfigErrors errors{file};
    if (const auto root = parse_yaml(text, errors)) {
        Section section{*root, errors};
        loaded.config = read_root(section, {file, secrets, loaded.warnings});
    }
    if (!errors.empty()) loaded.config.reset();
    loaded.errors = std::move(errors).take();
    return loaded;
}

bool holds_secrets(const Config& config)
{
    return std::any_of(
        config.devices.begin(),
        config.devices.end(),
        [](const DeviceConfig& device) { return device.snmp && holds_secrets(*device.snmp); }
    );
}

std::string to_yaml(const Config& config)
{
    YamlWriter out;
    out.begin("collector");
    out.text("address", to_string(Endpoint{config.collector.host, config.collector.port}));
    out.text("ca_file", config.collector.ca_file);
    out.text("certificate_file", config.collector.certificate_file);
    out.text("key_file", config.collector.key_file);
    out.end();
    out.text("state_directory", config.state_directory);
    if (!config.profiles_directory.empty())
        out.text("profiles_directory", config.profiles_directory);
    out.text("log_level", config.log_level);
    out.begin("spool");
    out.word("max_bytes", byte_size_text(config.spool.max_bytes));
    out.word("fsync_period_milliseconds", std::to_string(config.spool.fsync_period.count()));
    out.end();
    out.begin("host");
    out.boolean("enabled", config.host.enabled);
    if (!config.host.device.empty()) out.text("device", config.host.device);
    out.word("poll_interval_seconds", thousandths_text(config.host.poll_interval.count()));
    out.text_list("exclude", config.host.exclude);
    write_watch(out, config.host.watch);
    out.end();
    if (config.devices.empty()) {
        out.word("devices", "[]");
        return std::move(out).take();
    }
    out.begin("devices");
    for (const auto& device : config.devices) {
        write_device(out, device);
    }
    out.end();
    return std::move(out).take();
}

} // namespace hallmonitor::agent
