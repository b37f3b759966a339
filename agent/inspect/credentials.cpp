#include "agent/inspect/credentials.hpp"

#include "agent/device_config.hpp"
#include "common/config/strict_yaml.hpp"

#include <utility>
#include <variant>

namespace hallmonitor::agent {
namespace {

constexpr auto rule = "must hold one line of 1 to 255 printable bytes";

Loaded<Secret> fault(const std::string& place, const std::string& message)
{
    Loaded<Secret> loaded;
    loaded.errors.push_back({.file = place, .line = 0, .column = 0, .message = message});
    return loaded;
}

Loaded<Secret> read_file(const std::string& text, const std::string& file)
{
    Loaded<Secret> loaded;
    ConfigErrors errors{file};
    if (const auto root = parse_yaml(text, errors)) {
        Section section{*root, errors};
        std::string community;
        section.require("community", "write 'community: ...'");
        if (section.text("community", community)) {
            if (!is_community(community))
                section.complain(*section.find("community"), std::string{"'community' "} + rule);
            loaded.config =
                Secret{std::move(community), {.kind = SecretOrigin::Kind::file, .name = file}};
        }
        section.finish();
    }
    if (!errors.empty()) loaded.config.reset();
    loaded.errors = std::move(errors).take();
    return loaded;
}

} // namespace

Loaded<Secret> find_community(const std::string& file, const SecretSource& secrets)
{
    if (!file.empty()) {
        const SecretLookup text = secrets.file(file);
        if (const auto* problem = std::get_if<SecretProblem>(&text))
            return fault("--credentials", problem->message);
        return read_file(std::get<std::string>(text), file);
    }
    SecretLookup text = secrets.environment(community_variable);
    Loaded<Secret> loaded;
    if (std::holds_alternative<SecretProblem>(text)) { // not set
        loaded.config = Secret{"public"};
        return loaded;
    }
    Secret secret{
        std::move(std::get<std::string>(text)),
        {.kind = SecretOrigin::Kind::environment, .name = community_variable}};
    if (!is_community(secret.reveal())) return fault(community_variable, rule);
    loaded.config = std::move(secret);
    return loaded;
}

} // namespace hallmonitor::agent
