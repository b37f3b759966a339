#include "agent/profile/interface_identity.hpp"

#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace hallmonitor::agent {
namespace {

using Candidate = std::string InterfaceNames::*;
constexpr std::array<Candidate, 3> candidates{
    &InterfaceNames::name,
    &InterfaceNames::descr,
    &InterfaceNames::mac,
};

} // namespace

std::vector<InterfaceKey> identify(std::span<const InterfaceNames> rows)
{
    std::vector<InterfaceKey> keys(rows.size());
    std::unordered_set<std::string_view> taken;
    for (const Candidate candidate : candidates) {
        std::unordered_map<std::string_view, unsigned> uses;
        for (const InterfaceNames& row : rows)
            ++uses[row.*candidate];
        for (std::size_t r = 0; r < rows.size(); ++r) {
            const std::string& text = rows[r].*candidate;
            if (!keys[r].key.empty() || text.empty() || uses[text] > 1) continue;
            if (taken.insert(text).second) keys[r].key = text;
        }
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (!keys[r].key.empty()) continue;
        keys[r] = {.key = "ifIndex:" + std::to_string(rows[r].if_index), .unstable = true};
    }
    return keys;
}

} // namespace hallmonitor::agent
