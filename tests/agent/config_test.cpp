#include "agent/config.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace config_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;

namespace {

const std::string collector = R"(collector:
  address: collector.example
  ca_file: ca.crt
  certificate_file: agent.crt
  key_file: /keys/agent.key
)";

/// Two places of secrets: /etc/hm/community and $COMMUNITY.
SecretSource secrets()
{
    return {
        .file = [](const std::string& path) -> SecretLookup {
            if (path == "/etc/hm/community") return "from-file";
            return SecretProblem{path + " cannot be opened: No such file or directory"};
        },
        .environment = [](const std::string& name) -> SecretLookup {
            if (name == "COMMUNITY") return "from-environment";
            return SecretProblem{"the environment variable '" + name + "' is not set"};
        }};
}

Loaded<Config> load(const std::string& text)
{
    return load_config(text, "/etc/hm/agent.yaml", secrets());
}

Config good(const std::string& text)
{
    auto loaded = load(text);
    const auto first = loaded.errors.empty() ? "" : to_string(loaded.errors.front());
    INFO(first);
    REQUIRE(loaded.config);
    CHECK(loaded.errors.empty());
    return *loaded.config;
}

} // namespace

TEST_CASE("a collector alone is a configuration; the rest has defaults", "[config]")
{
    const auto config = good(collector);

    CHECK(config.collector.host == "collector.example");
    CHECK(config.collector.port == 7443);
    CHECK(config.state_directory == "/var/lib/hallmonitor/agent");
    CHECK(config.host.enabled);
    CHECK(config.devices.empty());
}

TEST_CASE("relative file names are relative to the configuration's folder", "[config]")
{
    const auto config = good(collector);

    CHECK(config.collector.ca_file == "/etc/hm/ca.crt");
    CHECK(config.collector.key_file == "/keys/agent.key");
}

TEST_CASE("a device may be one line", "[config]")
{
    const auto config = good(collector + "devices:\n  - sw-lib-1: 10.1.2.3\n");

    DeviceConfig expected;
    expected.name = "sw-lib-1";
    expected.address = "10.1.2.3";
    expected.snmp = SnmpSettings{};
    REQUIRE(config.devices.size() == 1);
    CHECK(config.devices.front() == expected);
}

TEST_CASE("defaults, group and device are folded in this order", "[config]")
{
    const auto config = good(collector + R"(
defaults:
  snmp: {retries: 5, port: 1161}
  poll_interval_seconds: 30
  liveness: {misses: 4}
groups:
  core:
    snmp: {retries: 1}
    liveness: {interval_seconds: 1, timeout_milliseconds: 500}
    devices:
      - core-1: 10.0.0.1
devices:
  - name: core-2
    address: 10.0.0.2
    group: core
    poll_interval_seconds: 5
    liveness: {misses: 2}
)");

    REQUIRE(config.devices.size() == 2);
    const auto& core_2 = config.devices[0];
    const auto& core_1 = config.devices[1];
    CHECK(core_1.snmp->retries == 1);
    CHECK(core_1.snmp->port == 1161);
    CHECK(core_1.poll_interval == 30s);
    CHECK(core_1.liveness.misses == 4);
    CHECK(core_1.liveness.interval == 1s);
    CHECK(core_2.poll_interval == 5s);
    CHECK(core_2.liveness.misses == 2);
    CHECK(core_2.liveness.interval == 1s);
}

TEST_CASE("a device may switch SNMP on again with the settings of its defaults", "[config]")
{
    const auto config = good(collector + R"(
defaults: {snmp: {community_env: COMMUNITY}}
groups: {printers: {snmp: false}}
devices:
  - {name: p1, address: 10.0.0.1, group: printers}
  - {name: p2, address: 10.0.0.2, group: printers, snmp: {version: 1}}
)");

    CHECK_FALSE(config.devices[0].snmp);
    REQUIRE(config.devices[1].snmp);
    CHECK(config.devices[1].snmp->version == SnmpVersion::v1);
    CHECK(config.devices[1].snmp->community.reveal() == "from-environment");
}

TEST_CASE("communities come from files and variables and never go out", "[config]")
{
    const auto config = good(collector + R"(
devices:
  - {name: a, address: 10.0.0.1, snmp: {community_file: community}}
  - {name: b, address: 10.0.0.2, snmp: {community_env: COMMUNITY}}
  - {name: c, address: 10.0.0.3, snmp: {community: canary}}
)");

    const auto text = to_yaml(config);

    CHECK(config.devices[0].snmp->community.reveal() == "from-file");
    CHECK(config.devices[2].snmp->community.reveal() == "canary");
    CHECK(text.find("community_file: /etc/hm/community\n") != std::string::npos);
    CHECK(text.find("community_env: COMMUNITY\n") != std::string::npos);
    CHECK(text.find("community: \"<secret>\"\n") != std::string::npos);
    CHECK(text.find("canary") == std::string::npos);
    CHECK(text.find("from-file") == std::string::npos);
    CHECK(text.find("from-environment") == std::string::npos);
}

TEST_CASE("the printed configuration loads again to the same value", "[config]")
{
    const auto config = good(collector + R"(
state_directory: state
log_level: debug
spool: {max_bytes: 100000000, fsync_period_milliseconds: 250}
host: {device: "server 1", poll_interval_seconds: 2.5, exclude: ["veth*"], watch: {names: [eth0]}}
defaults: {snmp: {community_file: community}}
devices:
  - "sw: 1": 2001:db8::1
  - {name: "no", address: sw.example, ping: false, watch: {aliases: ["uplink *", "\"q\""]}}
  - {name: ü, address: 10.0.0.9, snmp: false, liveness: {interval_seconds: 0.5, timeout_milliseconds: 400}}
)");

    CHECK(good(to_yaml(config)) == config);
    CHECK(to_yaml(good(to_yaml(config))) == to_yaml(config));
}

TEST_CASE("an agent that would measure nothing is warned of", "[config]")
{
    const auto loaded = load(collector + "host: {enabled: false}\n");

    REQUIRE(loaded.warnings.size() == 1);
    CHECK(loaded.warnings[0] == "there are no devices and 'host' is off: nothing will be measured");
}

TEST_CASE("all errors of a file are told at once", "[config]")
{
    const auto loaded = load("colector: {}\ndevices:\n  - a: 10.0.0.300\n  - b: 10.0.0.1:161\n");

    CHECK_FALSE(loaded.config);
    REQUIRE(loaded.errors.size() == 4);
}

} // namespace config_test
