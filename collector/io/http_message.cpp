#include "collector/io/http_message.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace hallmonitor::collector {
namespace {

// Fields of every answer: nothing is guessed, framed, stored, or loaded from elsewhere.
constexpr std::string_view constant_fields =
    "Server: hallmonitor\r\n"
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'\r\n";

// A plus is a blank in a query and itself in a path.
std::optional<std::string> unescape(std::string_view text, bool is_query)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = is_query && text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            unsigned value = 0;
            if (i + 2 >= text.size()) return std::nullopt;
            const char* const end = text.data() + i + 3;
            const auto [stop, error] = std::from_chars(text.data() + i + 1, end, value, 16);
            if (error != std::errc{} || stop != end) return std::nullopt;
            c = static_cast<char>(value);
            i += 2;
        }
        if (c == '\0') return std::nullopt;
        out += c;
    }
    return out;
}

std::string_view take_until(std::string_view& rest, char separator)
{
    const auto end = std::min(rest.find(separator), rest.size());
    const auto taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool is_zero_weight(std::string_view parameter)
{
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return false;
    parameter.remove_prefix(2);
    return !parameter.empty() && parameter.find_first_not_of("0.") == std::string_view::npos;
}

bool is_same_word(std::string_view a, std::string_view lower_case)
{
    return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == y;
    });
}

} // namespace

Result<HttpRequest> parse_target(std::string_view target)
{
    const auto path = unescape(take_until(target, '?'), false);
    if (!path || !path->starts_with('/')) return Errc::malformed;
    HttpRequest request{.path = *path, .query = {}};
    while (!target.empty()) {
        std::string_view pair = take_until(target, '&');
        const auto key = unescape(take_until(pair, '='), true);
        const auto value = unescape(pair, true);
        if (!key || !value || !request.query.emplace(*key, *value).second) return Errc::malformed;
    }
    return request;
}

HttpResponse problem_response(unsigned status, std::string_view sentence)
{
    return {.status = status, .body = std::string{sentence} + "\n"};
}

bool accepts_gzip(std::string_view field)
{
    while (!field.empty()) {
        std::string_view coding = take_until(field, ',');
        if (!is_same_word(trimmed(take_until(coding, ';')), "gzip")) continue;
        return !is_zero_weight(trimmed(coding));
    }
    return false;
}

bool is_plain_host(std::string_view host)
{
    constexpr std::size_t longest = 255;
    if (host.empty() || host.size() > longest) return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        const bool is_word = std::isalnum(static_cast<unsigned char>(c)) != 0;
        return is_word || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

std::string response_head(const HttpResponse& response, const HeadOptions& options)
{
    const auto reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head.append(reason.data(), reason.size()).append("\r\n").append(constant_fields);
    head += "Content-Type: " + response.content_type + "\r\n";
    if (response.status == 405) head += "Allow: GET, HEAD\r\n";
    if (response.status == 503) head += "Retry-After: 5\r\n";
    if (options.gzip) head += "Content-Encoding: gzip\r\n";
    head += "Vary: Accept-Encoding\r\n";
    if (options.framing == Framing::length)
        head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    if (options.framing == Framing::chunked) head += "Transfer-Encoding: chunked\r\n";
    head += options.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

} // namespace hallmonitor::collector
