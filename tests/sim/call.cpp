#include "tests/sim/call.hpp"

#include "tests/sim/words.hpp"

namespace hallmonitor::sim {
namespace {

constexpr std::uint64_t most = std::uint64_t{1} << 40U;

} // namespace

std::int64_t Call::number(std::size_t index, std::int64_t otherwise)
{
    if (index >= words_.size()) return otherwise;
    const auto value = number_of(words_[index], most);
    if (value) return static_cast<std::int64_t>(*value);
    fail("not a number from 0 to 2^40: " + std::string{words_[index]});
    return otherwise;
}

std::int64_t Call::signed_number(std::size_t index)
{
    auto word = words_[index];
    const bool is_negative = word.starts_with('-');
    if (is_negative) word.remove_prefix(1);
    const auto value = number_of(word, is_negative ? std::uint64_t{1} << 31U : most);
    if (!value) {
        fail("not a number from -2^31 to 2^40: " + std::string{words_[index]});
        return 0;
    }
    const auto number = static_cast<std::int64_t>(*value);
    return is_negative ? -number : number;
}

bool Call::either(std::size_t index, std::string_view yes, std::string_view no)
{
    if (words_[index] == yes) return true;
    if (words_[index] != no) fail("expected " + std::string{yes} + " or " + std::string{no});
    return false;
}

std::size_t Call::port(std::size_t index)
{
    const auto& ports = model().ports();
    const auto wanted = number_of(words_[index], ~std::uint32_t{0});
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const bool is_it =
            wanted ? device().blueprint().if_index[i] == *wanted : ports[i].name == words_[index];
        if (is_it) return i;
    }
    fail((wanted ? "no such ifIndex: " : "no such ifName: ") + std::string{words_[index]});
    return 0;
}

std::size_t Call::signal(std::size_t index)
{
    if (const auto found = model().signals().find(words_[index])) return *found;
    fail("no such signal; ask 'signals DEV': " + std::string{words_[index]});
    return 0;
}

} // namespace hallmonitor::sim
