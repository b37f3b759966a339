#include "collector/config.hpp"

#include <catch2/catch.hpp>

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace std::chrono_literals;

namespace {

const std::string tls = "tls: {ca_file: ca.crt, certificate_file: c.crt, key_file: /keys/c.key}\n";

Config good(const std::string& text)
{
    auto loaded = load_config(text, "/etc/hm/collector.yaml");
    const auto first = loaded.errors.empty() ? "" : to_string(loaded.errors.front());
    INFO(first);
    REQUIRE(loaded.config);
    return *loaded.config;
}

} // namespace

TEST_CASE("certificates alone are a collector's configuration", "[config]")
{
    const auto config = good(tls);

    Config expected;
    expected.tls = {"/etc/hm/ca.crt", "/etc/hm/c.crt", "/keys/c.key"};
    CHECK(config == expected);
}

TEST_CASE("every key of the collector is read and printed again", "[config]")
{
    const auto config = good(tls + R"(
listen: {agents: "[::]:7000", http: 0.0.0.0:80}
state_directory: state
control_socket: /run/control.sock
log_level: warning
retention_days: 10
minimum_coverage_ratio: 0.125
)");

    CHECK(config.agents == ListenAddress{"::", 7000});
    CHECK(config.http == ListenAddress{"0.0.0.0", 80});
    CHECK(config.state_directory == "/etc/hm/state");
    CHECK(config.control_socket == "/run/control.sock");
    CHECK(config.log_level == "warning");
    CHECK(config.retention == 240h);
    CHECK(config.minimum_coverage == 0.125);
    CHECK(good(to_yaml(config)) == config);
}

TEST_CASE("HTTP that other machines reach is warned of", "[config]")
{
    const auto open = load_config(tls + "listen: {http: 0.0.0.0:9848}\n", "c.yaml");
    const auto closed = load_config(tls, "c.yaml");

    REQUIRE(open.warnings.size() == 1);
    CHECK(open.warnings[0].starts_with("'http' listens on 0.0.0.0"));
    CHECK(closed.warnings.empty());
}
