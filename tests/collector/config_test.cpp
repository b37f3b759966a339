#include "collector/config.hpp"

#include <catch2/catch.hpp>

namespace config_test {

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
retention_max_bytes: 20GiB
minimum_coverage_ratio: 0.125
)");

    CHECK(config.agents == ListenAddress{"::", 7000});
    CHECK(config.http == ListenAddress{"0.0.0.0", 80});
    CHECK(config.state_directory == "/etc/hm/state");
    CHECK(config.control_socket == "/run/control.sock");
    CHECK(config.log_level == "warning");
    CHECK(config.retention == 240h);
    CHECK(config.retention_bytes == 20ULL << 30);
    CHECK(config.minimum_coverage == 0.125);
    CHECK(good(to_yaml(config)) == config);
}

TEST_CASE("every key of remote write is read and printed again", "[config]")
{
    const CollectorSurroundings machine{
        .secrets =
            {.file = [](const std::string& path) -> SecretLookup { return "word of " + path; },
             .environment = {}},
        .metrics = {},
    };
    const std::string text = tls + R"(
remote_write:
  url: https://metrics.example.org:8443/api/v1/push?tenant=1
  ca_file: ca.pem
  basic_auth: {username: anna, password_file: password}
  timeout_seconds: 2.5
  queue_bytes: 8MiB
  ack_after: ledger+remote
  leave_out: ["hallmonitor_sensor_*"]
)";

    const auto loaded = load_config(text, "/etc/hm/collector.yaml", machine);

    REQUIRE(loaded.errors.empty());
    REQUIRE(loaded.config->remote_write);
    const RemoteWriteConfig& remote = *loaded.config->remote_write;
    CHECK(remote.url.is_tls);
    CHECK(remote.url.endpoint == Endpoint{"metrics.example.org", 8443});
    CHECK(remote.url.target == "/api/v1/push?tenant=1");
    CHECK(remote.ca_file == "/etc/hm/ca.pem");
    CHECK(remote.username == "anna");
    CHECK(remote.password.reveal() == "word of /etc/hm/password");
    CHECK(remote.timeout == 2'500ms);
    CHECK(remote.queue_bytes == 8U << 20);
    CHECK(remote.keeps());
    CHECK(remote.leave_out == std::vector<std::string>{"hallmonitor_sensor_*"});
    const std::string printed = to_yaml(*loaded.config);
    CHECK(printed.find("word of") == std::string::npos);
    CHECK(load_config(printed, "x", machine).config == loaded.config);
}

TEST_CASE("credentials that travel in the open are warned of", "[config]")
{
    const CollectorSurroundings machine{
        .secrets =
            {.file = [](const std::string&) -> SecretLookup { return "token"; }, .environment = {}},
        .metrics = {},
    };
    const auto warnings = [&](const std::string& url) {
        const std::string text =
            tls + "remote_write: {url: \"" + url + "\", bearer_token_file: token}\n";
        return load_config(text, "c.yaml", machine).warnings.size();
    };

    CHECK(warnings("http://metrics.example.org/write") == 1);
    CHECK(warnings("https://metrics.example.org/write") == 0);
    CHECK(warnings("http://127.0.0.1:9090/write") == 0);
}

TEST_CASE("HTTP that other machines reach is warned of", "[config]")
{
    const auto open = load_config(tls + "listen: {http: 0.0.0.0:9848}\n", "c.yaml");
    const auto closed = load_config(tls, "c.yaml");

    REQUIRE(open.warnings.size() == 1);
    CHECK(open.warnings[0].starts_with("'http' listens on 0.0.0.0"));
    CHECK(closed.warnings.empty());
}

} // namespace config_test
