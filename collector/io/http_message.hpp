#pragma once
// Requests and answers of the HTTP server, and the rules of HTTP/1.1 (RFC 9110, 9112) that need no
// socket.

#include "collector/expose/page.hpp"
#include "common/error.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

struct HttpRequest {
    std::string path;                         // decoded, without the query
    std::map<std::string, std::string> query; // decoded
    std::string host{};                       // Host field of a request over TCP: name[:port]
    bool is_control{false};                   // came over the control socket
};

struct HttpResponse {
    unsigned status{200};
    std::string content_type{"text/plain; charset=utf-8"};
    std::string body;
    PageSource pieces{};          // the rest of the body, made while it is sent
    std::function<void()> sent{}; // called when all of it is handed to the system
};

/// Splits a request's target. Errors: malformed (bad escapes, NUL, no leading slash, a parameter
/// twice).
[[nodiscard]] Result<HttpRequest> parse_target(std::string_view target);

/// An answer for people: one sentence.
[[nodiscard]] HttpResponse problem_response(unsigned status, std::string_view sentence);

/// True when the Accept-Encoding field asks for gzip (RFC 9110 section 12.5.3).
[[nodiscard]] bool accepts_gzip(std::string_view field);

/// Letters, digits, dots, dashes, and a port or brackets around an IPv6 address: what a Host field
/// may be before it is repeated to anyone.
[[nodiscard]] bool is_plain_host(std::string_view host);

/// How the octets of an answer are delimited on the connection.
enum class Framing : std::uint8_t { length, chunked, until_close };

struct HeadOptions {
    Framing framing{Framing::length};
    bool gzip{false};
    bool keep_alive{true};
};

/// Status line and fields with the empty line, the same security fields on every answer.
[[nodiscard]] std::string response_head(const HttpResponse& response, const HeadOptions& options);

} // namespace hallmonitor::collector
