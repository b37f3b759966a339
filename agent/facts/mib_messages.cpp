#include "agent/facts/mib_messages.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

// The text between `before` and `after`; empty where the message is not of that form.
std::string_view between(std::string_view text, std::string_view before, std::string_view after)
{
    const auto begin = text.find(before);
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin + before.size());
    const auto end = text.find(after);
    return end == std::string_view::npos ? std::string_view{} : text.substr(0, end);
}

// "WHAT: At line 3 in FILE" and "WHAT near line 5 of FILE" are how the parser says where.
std::optional<ConfigError> placed(std::string_view message)
{
    using Words = std::pair<std::string_view, std::string_view>;
    for (const auto& [before, after] :
         {Words{": At line ", " in "}, Words{" near line ", " of "}}) {
        const std::string_view line = between(message, before, after);
        if (line.empty()) continue;
        const auto line_at = message.find(before);
        ConfigError error{
            .file =
                std::string{message.substr(line_at + before.size() + line.size() + after.size())}};
        std::from_chars(line.data(), line.data() + line.size(), error.line);
        error.column = 1;
        error.message = std::string{message.substr(0, line_at)};
        return error;
    }
    return std::nullopt;
}

// Empty: it is no matter of something that is not there.
std::string what_is_missing(std::string_view message)
{
    const auto quote = [](std::string_view name) { return "'" + std::string{name} + "'"; };
    if (const auto module = between(message, "Cannot find module (", ")"); !module.empty())
        return "the module " + std::string{module} +
               " is not there: put its file into a folder, and name that by -M";
    constexpr std::string_view undefined = "Undefined identifier: ";
    if (message.starts_with(undefined))
        return quote(message.substr(undefined.size())) +
               " is defined nowhere: what lies below it is left out";
    if (const auto name = between(message, "Did not find '", "'"); !name.empty())
        return quote(name) + " is not in module " +
               std::string{between(message, "in module ", " (")} +
               ", where it is imported from: that file may be of another release";
    for (const std::string_view kind : {"Cannot adopt OID in ", "Unlinked OID in "}) {
        if (!message.starts_with(kind)) continue;
        return std::string{between(message, ": ", " ::= ")} + " is left out: where " +
               quote(between(message, "::= { ", " ")) + " lies is not known";
    }
    return {};
}

// That the module is not there has been said.
bool is_of_unknown_module(std::string_view message)
{
    return message.starts_with("Did not find '") &&
           message.find("in module #-1 ") != std::string_view::npos;
}

void add(std::vector<ConfigError>& errors, ConfigError error)
{
    if (std::find(errors.begin(), errors.end(), error) == errors.end())
        errors.push_back(std::move(error));
}

} // namespace

MibFindings findings_in(const std::vector<std::string>& told, const std::string& file)
{
    MibFindings found;
    std::vector<ConfigError> consequences; // of other faults
    for (std::string message : told) {
        while (!message.empty() && message.back() == '\n')
            message.pop_back();
        auto error = placed(message);
        const bool has_place = error.has_value();
        if (is_of_unknown_module(message)) continue;
        if (!has_place) error = ConfigError{.file = file, .message = message};
        if (auto missing = what_is_missing(error->message); !missing.empty()) {
            error->message = std::move(missing);
            add(found.missing, std::move(*error));
        } else {
            add(has_place ? found.faults : consequences, std::move(*error));
        }
    }
    if (found.faults.empty() && found.missing.empty()) found.faults = std::move(consequences);
    return found;
}

} // namespace hallmonitor::agent
