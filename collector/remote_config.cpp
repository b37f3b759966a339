#include "collector/remote_config.hpp"

#include "common/model/pattern.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::collector {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view plain_scheme = "http://";
constexpr std::string_view tls_scheme = "https://";
constexpr std::uint16_t plain_port = 80;
constexpr std::uint16_t tls_port = 443;

std::optional<ReceiverUrl> parse_url(std::string_view text)
{
    ReceiverUrl url{.is_tls = text.starts_with(tls_scheme)};
    if (!url.is_tls && !text.starts_with(plain_scheme)) return std::nullopt;
    text.remove_prefix(url.is_tls ? tls_scheme.size() : plain_scheme.size());
    const auto path = std::min(text.find('/'), text.size());
    const auto endpoint = parse_endpoint(text.substr(0, path), url.is_tls ? tls_port : plain_port);
    if (!endpoint) return std::nullopt;
    url.endpoint = *endpoint;
    url.target = path == text.size() ? "/" : std::string{text.substr(path)};
    const bool is_plain = std::all_of(url.target.begin(), url.target.end(), [](char c) {
        return c > ' ' && c <= '~' && c != '#';
    });
    return is_plain ? std::optional{url} : std::nullopt;
}

void read_url(Section& section, ReceiverUrl& into)
{
    section.require("url", "where samples go, like http://127.0.0.1:9090/api/v1/write");
    std::string text;
    if (!section.text("url", text)) return;
    if (text.find('@') != std::string::npos) {
        section.complain(
            *section.find("url"),
            "'url' must not hold a password: use basic_auth or bearer_token_file"
        );
    } else if (const auto url = parse_url(text)) {
        into = *url;
    } else {
        section.complain(
            *section.find("url"),
            "'url' must be http://host[:port]/path or https://host[:port]/path, not " +
                in_quotes(text)
        );
    }
}

// A line of a header must not end early, nor hold what is no text.
bool is_header_text(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void read_secret_file(
    Section& section,
    std::string_view key,
    const std::string& file,
    const SecretSource& secrets,
    Secret& into
)
{
    std::string path;
    if (!section.text(key, path)) return;
    path = beside(file, path);
    auto found = secrets.file ? secrets.file(path) : SecretProblem{path + " cannot be read here"};
    if (const auto* problem = std::get_if<SecretProblem>(&found)) {
        section.complain(*section.find(key), problem->message);
        return;
    }
    auto& text = std::get<std::string>(found);
    const SecretOrigin origin{.kind = SecretOrigin::Kind::file, .name = path};
    Secret secret{std::move(text), origin};
    if (!is_header_text(secret.reveal())) {
        section.complain(
            *section.find(key), "the file " + path + " must hold one line of printable ASCII"
        );
        return;
    }
    into = std::move(secret);
}

void read_credentials(
    Section& section, const std::string& file, const SecretSource& secrets, RemoteWriteConfig& into
)
{
    if (auto basic = section.section("basic_auth")) {
        basic->require("username");
        basic->require("password_file");
        if (basic->text("username", into.username) && into.username.find(':') != std::string::npos)
            basic->complain(*basic->find("username"), "'username' must not hold a colon");
        read_secret_file(*basic, "password_file", file, secrets, into.password);
        basic->finish();
    }
    read_secret_file(section, "bearer_token_file", file, secrets, into.bearer_token);
    if (section.find("basic_auth") != nullptr && section.find("bearer_token_file") != nullptr)
        section.complain("give one of 'basic_auth' and 'bearer_token_file'");
}

void read_leave_out(
    Section& section, std::span<const std::string_view> metrics, std::vector<std::string>& into
)
{
    if (!section.text_list("leave_out", into)) return;
    for (const std::string& pattern : into) {
        const bool is_known =
            metrics.empty() || std::any_of(metrics.begin(), metrics.end(), [&](auto name) {
                return matches(pattern, name);
            });
        if (is_known) continue;
        const std::string_view meant = nearest(pattern, metrics);
        section.complain(
            *section.find("leave_out"),
            "'leave_out' names no metric with " + in_quotes(pattern) +
                (meant.empty() ? "; docs/metrics.md lists them"
                               : "; did you mean " + in_quotes(meant) + "?")
        );
    }
}

} // namespace

std::string to_string(const ReceiverUrl& url)
{
    std::string text{url.is_tls ? tls_scheme : plain_scheme};
    return text + to_string(url.endpoint) + url.target;
}

void read_remote_write(
    Section& section,
    const std::string& file,
    const CollectorSurroundings& surroundings,
    RemoteWriteConfig& into
)
{
    read_url(section, into.url);
    if (section.text("ca_file", into.ca_file)) {
        into.ca_file = beside(file, into.ca_file);
        if (!into.url.is_tls && !into.url.target.empty())
            section.complain(
                *section.find("ca_file"), "'ca_file' is for https, which 'url' is not"
            );
    }
    read_credentials(section, file, surroundings.secrets, into);
    section.duration("timeout_seconds", into.timeout, {1s, 300s});
    constexpr std::uint64_t mebi = std::uint64_t{1} << 20;
    section.byte_size("queue_bytes", into.queue_bytes, {mebi, 65'536 * mebi});
    constexpr std::array<std::string_view, 2> choices{ack_after_ledger, ack_after_both};
    section.choice("ack_after", into.ack_after, choices);
    read_leave_out(section, surroundings.metrics, into.leave_out);
    section.finish();
}

void write_remote_write(YamlWriter& out, const RemoteWriteConfig& config)
{
    out.begin("remote_write");
    out.text("url", to_string(config.url));
    if (!config.ca_file.empty()) out.text("ca_file", config.ca_file);
    if (!config.username.empty()) {
        out.begin("basic_auth");
        out.text("username", config.username);
        out.text("password_file", config.password.origin().name);
        out.end();
    }
    if (!config.bearer_token.empty())
        out.text("bearer_token_file", config.bearer_token.origin().name);
    out.word("timeout_seconds", thousandths_text(config.timeout.count()));
    out.word("queue_bytes", byte_size_text(config.queue_bytes));
    out.text("ack_after", config.ack_after);
    out.text_list("leave_out", config.leave_out);
    out.end();
}

} // namespace hallmonitor::collector
