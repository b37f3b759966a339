#include "tests/sim/options.hpp"

#include "tests/sim/words.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace hallmonitor::sim {
namespace {

/// Empty for what is not 1 to 32 octets in hexadecimal.
std::optional<Bytes> bytes_of_hex(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    if (text.empty() || text.size() % 2 != 0 || text.size() > 64) return std::nullopt;
    Bytes bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = digits.find(text[i]);
        const auto low = digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(high << 4U | low));
    }
    return bytes;
}

class Parser {
public:
    /// Takes one option; false when it or its value is wrong.
    bool take(std::string_view option, std::string_view value)
    {
        if (option == "--seed") return store(number_of(value, ~std::uint64_t{0}), options_.seed);
        if (option == "--community")
            return store(std::optional{std::string{value}}, options_.community);
        if (option == "--control")
            return store(std::optional{std::string{value}}, options_.control);
        if (option == "--record") return store(std::optional{std::string{value}}, options_.record);
        if (option == "--schedule")
            return store(std::optional{std::string{value}}, options_.schedule);
        if (option == "--chaos") return store(number_of(value, ~std::uint64_t{0}), options_.chaos);
        if (option == "--user") {
            auto user = user_of(value);
            if (user) options_.users.push_back(std::move(*user));
            return user.has_value();
        }
        if (option == "--recording") {
            open_group();
            return store(std::optional{std::string{value}}, options_.groups.back().recording_name);
        }
        if (option == "--listen") {
            if (options_.groups.empty() || has_address_) open_group();
            has_address_ = true;
            return store(address_of(value), options_.groups.back().first);
        }
        if (options_.groups.empty()) return false;
        auto& group = options_.groups.back();
        if (option == "--base") return store(ip_of(value), group.first.ip);
        if (option == "--devices") return store(number_of(value, 100'000), group.devices);
        if (option == "--ports")
            return store(number_of(value, 65'535), group.ports) && group.ports > 0;
        if (option == "--engine") return store(bytes_of_hex(value), group.engine_id);
        if (option == "--kind") {
            group.kind = find_kind(value);
            return group.kind != nullptr;
        }
        return false;
    }

    void set_large() { options_.reply_limit = largest_reply; }

    [[nodiscard]] std::string fault() const
    {
        if (options_.groups.empty()) return "no group of devices: give --listen";
        for (const auto& group : options_.groups) {
            if (group.first.ip == 0) return "a recording without --listen behind it";
            if (const auto shared = shared_address(group)) {
                return "two devices at one address: " + to_string(*shared);
            }
        }
        return {};
    }

    Options take_options() && { return std::move(options_); }

private:
    /// The first address of a group that lies within one before it.
    [[nodiscard]] std::optional<Address> shared_address(const GroupSetup& group) const
    {
        for (const auto& other : options_.groups) {
            if (&other == &group) break;
            const bool is_apart = other.first.port != group.first.port ||
                                  std::uint64_t{other.first.ip} + other.devices <= group.first.ip ||
                                  std::uint64_t{group.first.ip} + group.devices <= other.first.ip;
            if (!is_apart) return std::max(group.first, other.first);
        }
        return std::nullopt;
    }

    void open_group()
    {
        options_.groups.emplace_back();
        has_address_ = false;
    }

    template <class From, class To>
    static bool store(const std::optional<From>& from, To& to)
    {
        if (!from) return false;
        to = static_cast<To>(*from);
        return true;
    }

    Options options_;
    bool has_address_{false};
};

} // namespace

std::variant<Options, std::string> parse_options(std::span<const char* const> arguments)
{
    Parser parser;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string option = arguments[i];
        if (option == "--large") {
            parser.set_large();
            continue;
        }
        if (i + 1 == arguments.size()) return option + " lacks its value, or is unknown";
        const std::string value = arguments[++i];
        if (!parser.take(option, value)) return "cannot use " + (option + ' ').append(value);
    }
    if (auto fault = parser.fault(); !fault.empty()) return fault;
    return std::move(parser).take_options();
}

} // namespace hallmonitor::sim
