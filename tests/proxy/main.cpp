// tcp_proxy: stands between an agent and its collector and does to the line what lines do.

#include "tests/proxy/io/server.hpp"
#include "tests/proxy/options.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>

using namespace hallmonitor;

namespace {

std::atomic<bool> is_ended{false};

void end(int)
{
    is_ended = true;
}

int fail(int code, const std::string& message)
{
    std::cerr << "tcp_proxy: " << message << '\n';
    return code;
}

} // namespace

int main(int argc, char** argv)
{
    std::signal(SIGTERM, end);
    std::signal(SIGINT, end);
    const std::span<const char* const> arguments{argv + 1, static_cast<std::size_t>(argc - 1)};
    const auto parsed = proxy::parse_options(arguments);
    if (const auto* fault = std::get_if<std::string>(&parsed)) {
        std::cerr << proxy::usage_text;
        return fail(2, *fault);
    }
    const auto& options = std::get<proxy::Options>(parsed);
    proxy::Server server{options.seed, options.to};
    if (const auto fault = server.listen(options.listen); !fault.empty()) return fail(1, fault);
    if (!options.control.empty()) {
        if (const auto fault = server.listen_control(options.control); !fault.empty())
            return fail(1, fault);
    }
    std::cout << R"({"ready":true,"port":)" << server.port() << '}' << std::endl;
    if (options.period_ms > 0) server.begin_schedule(std::chrono::milliseconds{options.period_ms});
    server.run(is_ended, [](const std::string& line) { std::cout << line << std::endl; });
    if (!options.control.empty()) std::remove(options.control.c_str());
    return 0;
}
