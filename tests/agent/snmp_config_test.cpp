#include "agent/config.hpp"

#include <catch2/catch.hpp>

namespace snmp_config_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

const std::string collector = R"(collector:
  address: collector.example
  ca_file: ca.crt
  certificate_file: agent.crt
  key_file: agent.key
)";

SecretSource secrets()
{
    return {
        .file = [](const std::string& path) -> SecretLookup { return "from " + path; },
        .environment = [](const std::string& name) -> SecretLookup { return "from $" + name; }};
}

Loaded<Config> load(const std::string& text)
{
    return load_config(collector + text, "/etc/hm/agent.yaml", secrets());
}

Config good(const std::string& text)
{
    auto loaded = load(text);
    const auto first = loaded.errors.empty() ? "" : to_string(loaded.errors.front());
    INFO(first);
    REQUIRE(loaded.config);
    return *loaded.config;
}

const std::string layered = R"(
defaults:
  snmp:
    version: 3
    user: monitor
    auth: sha256
    auth_password_file: auth
    priv: aes128
    priv_password_env: PRIV
devices:
  - sw-1: 10.0.0.1
  - {name: sw-2, address: 10.0.0.2, snmp: {level: authNoPriv}}
  - {name: sw-3, address: 10.0.0.3, snmp: {user: other, auth: sha1, priv: aes256, key_extension: reeder, context: vlan-7}}
  - {name: sw-4, address: 10.0.0.4, snmp: {version: 2c}}
  - {name: sw-5, address: 10.0.0.5, snmp: {level: noAuthNoPriv}}
)";

} // namespace

TEST_CASE("a user of SNMPv3 is folded together from all layers", "[config]")
{
    const auto config = good(layered);
    const UsmSettings& first = config.devices.at(0).snmp->usm;
    const UsmSettings& third = config.devices.at(2).snmp->usm;

    CHECK(config.devices.at(0).snmp->version == SnmpVersion::v3);
    CHECK(first.user == "monitor");
    CHECK(first.level == SecurityLevel::auth_priv);
    CHECK(first.auth == AuthProtocol::sha256);
    CHECK(first.auth_password.reveal() == "from /etc/hm/auth");
    CHECK(first.priv == PrivProtocol::aes128);
    CHECK(first.priv_password.reveal() == "from $PRIV");
    CHECK(config.devices.at(1).snmp->usm.level == SecurityLevel::auth_no_priv);
    CHECK(third.user == "other");
    CHECK(third.auth == AuthProtocol::sha1);
    CHECK(third.auth_password == first.auth_password);
    CHECK(third.key_extension == KeyExtension::reeder);
    CHECK(third.context == "vlan-7");
}

TEST_CASE("what a version or level does not use is not kept", "[config]")
{
    const auto config = good(layered);

    CHECK(config.devices.at(1).snmp->usm.priv_password.empty());
    CHECK(config.devices.at(3).snmp->usm == UsmSettings{});
    CHECK(config.devices.at(4).snmp->usm == UsmSettings{.user = "monitor"});
}

TEST_CASE("SNMPv3 settings print without secrets and load again to the same value", "[config]")
{
    const auto config = good(layered);
    const auto text = to_yaml(config);

    CHECK(text.find("auth_password_file: /etc/hm/auth\n") != std::string::npos);
    CHECK(text.find("priv_password_env: PRIV\n") != std::string::npos);
    CHECK(text.find("from ") == std::string::npos);
    const auto again = load_config(text, "x", secrets());
    CHECK(again.config == config);
}

TEST_CASE("passwords written into the file print as secrets", "[config]")
{
    const auto text = to_yaml(good(R"(
devices:
  - name: sw-1
    address: 10.0.0.1
    snmp: {version: 3, user: monitor, auth: sha1, auth_password: canary-1, priv: aes192, priv_password: canary-2}
)"));

    CHECK(text.find("auth_password: \"<secret>\"\n") != std::string::npos);
    CHECK(text.find("priv_password: \"<secret>\"\n") != std::string::npos);
    CHECK(text.find("canary") == std::string::npos);
}

TEST_CASE("secrets written into the file are known, those kept elsewhere are not in it", "[config]")
{
    CHECK_FALSE(holds_secrets(good(layered)));
    CHECK_FALSE(holds_secrets(good("devices: [{sw-1: 10.0.0.1}]")));
    CHECK(holds_secrets(good("defaults: {snmp: {community: sesame}}\ndevices: [{sw-1: 10.0.0.1}]"))
    );
    CHECK(holds_secrets(good(R"(
devices: [{name: sw-1, address: 10.0.0.1, snmp: {version: 3, user: a, auth: sha1, auth_password: authpass1}}]
)")));
}

TEST_CASE("weak protocols are allowed where it is said, with a warning, and print so", "[config]")
{
    const auto loaded = load(R"(
defaults: {snmp: {version: 3, user: monitor, auth: md5, auth_password: authpass1, allow_weak: true}}
devices:
  - sw-1: 10.0.0.1
  - {name: sw-2, address: 10.0.0.2, snmp: {auth: sha256}}
  - {name: sw-3, address: 10.0.0.3, snmp: {auth: sha256, priv: des, priv_password: privpass1}}
)");

    REQUIRE(loaded.config);
    REQUIRE(loaded.warnings.size() == 1);
    CHECK(
        loaded.warnings[0] ==
        "SNMPv3 with MD5 or DES, which are broken, for 2 devices (sw-1, ...): replace them where a "
        "device knows anything better"
    );
    const auto text = to_yaml(*loaded.config);
    CHECK(text.find("allow_weak: true\n") != std::string::npos);
}

TEST_CASE("defaults may serve devices of all versions side by side", "[config]")
{
    const auto config = good(R"(
defaults: {snmp: {version: 2c, community: secret-c, user: monitor, auth: sha256, auth_password: authpass1}}
devices:
  - sw-1: 10.0.0.1
  - {name: sw-2, address: 10.0.0.2, snmp: {version: 3}}
)");

    CHECK(config.devices.at(0).snmp->community.reveal() == "secret-c");
    CHECK(config.devices.at(1).snmp->usm.user == "monitor");
    CHECK(config.devices.at(1).snmp->community == SnmpSettings{}.community);
}

} // namespace snmp_config_test
