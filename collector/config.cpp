#include "collector/config.hpp"

#include "common/config/strict_yaml.hpp"
#include "common/config/yaml_writer.hpp"

#include <array>
#include <cmath>

namespace hallmonitor::collector {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> log_levels{"trace", "debug", "info", "warning", "error"};

void read_listen_address(Section& section, std::string_view key, ListenAddress& into)
{
    Endpoint endpoint{.host = into.address, .port = into.port};
    if (!section.endpoint(key, endpoint)) return;
    if (!is_ip_literal(endpoint.host)) {
        section.complain(
            *section.find(key),
            in_quotes(key) + " must be an IP address of this machine, not " +
                in_quotes(endpoint.host) + "; 0.0.0.0 means all"
        );
        return;
    }
    into = {.address = endpoint.host, .port = endpoint.port};
}

bool is_loopback(const std::string& host)
{
    return host.starts_with("127.") || host == "::1" || host == "localhost";
}

void read_listen(Section& root, Config& config, std::vector<std::string>& warnings)
{
    auto section = root.section("listen");
    if (!section) return;
    read_listen_address(*section, "agents", config.agents);
    read_listen_address(*section, "http", config.http);
    section->finish();
    if (config.agents == config.http && config.agents.port != 0) {
        section->complain("'agents' and 'http' cannot share one port");
    }
    const auto& address = config.http.address;
    if (!is_loopback(address)) {
        warnings.push_back(
            "'http' listens on " + address +
            ": whoever reaches it reads everything, without encryption or password"
        );
    }
}

void read_tls(Section& root, const std::string& file, TlsFiles& into)
{
    root.require("tls", "agents are served over mutual TLS only");
    auto section = root.section("tls");
    if (!section) return;
    for (const auto& [key, target] :
         {std::pair<std::string_view, std::string*>{"ca_file", &into.ca_file},
          {"certificate_file", &into.certificate_file},
          {"key_file", &into.key_file}}) {
        section->require(key);
        if (section->text(key, *target)) *target = beside(file, *target);
    }
    section->finish();
}

void read_remote(
    Section& root,
    const std::string& file,
    const CollectorSurroundings& surroundings,
    Config& config,
    std::vector<std::string>& warnings
)
{
    auto section = root.section("remote_write");
    if (!section) return;
    RemoteWriteConfig& remote = config.remote_write.emplace();
    read_remote_write(*section, file, surroundings, remote);
    const bool has_secret = !remote.password.empty() || !remote.bearer_token.empty();
    const std::string& host = remote.url.endpoint.host;
    if (has_secret && !remote.url.is_tls && !is_loopback(host))
        warnings.push_back(
            "remote_write sends its credentials to " + host +
            " without encryption: use https, or whoever listens has them"
        );
}

Config read_root(
    Section& root,
    const std::string& file,
    const CollectorSurroundings& surroundings,
    std::vector<std::string>& warnings
)
{
    Config config;
    read_listen(root, config, warnings);
    read_tls(root, file, config.tls);
    if (root.text("state_directory", config.state_directory)) {
        config.state_directory = beside(file, config.state_directory);
    }
    if (root.text("control_socket", config.control_socket)) {
        config.control_socket = beside(file, config.control_socket);
    }
    root.choice("log_level", config.log_level, log_levels);
    std::chrono::milliseconds retention = config.retention;
    if (root.duration("retention_days", retention, {24h * 1, 24h * 36'525})) {
        config.retention = std::chrono::floor<std::chrono::hours>(retention);
    }
    root.byte_size("retention_max_bytes", config.retention_bytes, {64ULL << 20, 1ULL << 50});
    root.ratio("minimum_coverage_ratio", config.minimum_coverage);
    read_remote(root, file, surroundings, config, warnings);
    root.finish();
    return config;
}

} // namespace

Loaded<Config> load_config(
    std::string_view text, const std::string& file, const CollectorSurroundings& surroundings
)
{
    Loaded<Config> loaded;
    ConfigErrors errors{file};
    if (const auto root = parse_yaml(text, errors)) {
        Section section{*root, errors};
        loaded.config = read_root(section, file, surroundings, loaded.warnings);
    }
    if (!errors.empty()) loaded.config.reset();
    loaded.errors = std::move(errors).take();
    return loaded;
}

std::string to_yaml(const Config& config)
{
    YamlWriter out;
    out.begin("listen");
    out.text("agents", to_string(Endpoint{config.agents.address, config.agents.port}));
    out.text("http", to_string(Endpoint{config.http.address, config.http.port}));
    out.end();
    out.begin("tls");
    out.text("ca_file", config.tls.ca_file);
    out.text("certificate_file", config.tls.certificate_file);
    out.text("key_file", config.tls.key_file);
    out.end();
    out.text("state_directory", config.state_directory);
    if (!config.control_socket.empty()) out.text("control_socket", config.control_socket);
    out.text("log_level", config.log_level);
    out.word("retention_days", std::to_string(config.retention / 24h));
    if (config.retention_bytes > 0)
        out.word("retention_max_bytes", byte_size_text(config.retention_bytes));
    out.word(
        "minimum_coverage_ratio", thousandths_text(std::llround(config.minimum_coverage * 1000))
    );
    if (config.remote_write) write_remote_write(out, *config.remote_write);
    return std::move(out).take();
}

} // namespace hallmonitor::collector
