#include "tests/proxy/options.hpp"

namespace hallmonitor::proxy {
namespace {

template <class From, class To>
bool store(const std::optional<From>& from, To& to)
{
    if (from) to = *from;
    return from.has_value();
}

bool take(Options& options, std::string_view option, std::string_view value)
{
    constexpr std::uint64_t longest_ms = 3'600'000;
    if (option == "--listen") return store(sim::address_of(value), options.listen);
    if (option == "--to") return store(sim::address_of(value), options.to);
    if (option == "--seed") return store(sim::number_of(value, ~std::uint64_t{0}), options.seed);
    if (option == "--schedule")
        return store(sim::number_of(value, longest_ms), options.period_ms) && options.period_ms > 0;
    if (option != "--control" || value.empty()) return false;
    options.control = value;
    return true;
}

} // namespace

std::variant<Options, std::string> parse_options(std::span<const char* const> arguments)
{
    Options options;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const std::string option = arguments[i];
        if (i + 1 == arguments.size()) return option + " lacks its value, or is unknown";
        const std::string value = arguments[i + 1];
        if (!take(options, option, value)) return "cannot use " + (option + ' ').append(value);
    }
    if (options.listen.ip == 0) return "where? give --listen";
    if (options.to.ip == 0 || options.to.port == 0) return "whereto? give --to with a port";
    return options;
}

} // namespace hallmonitor::proxy
