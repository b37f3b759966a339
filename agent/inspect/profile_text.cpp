#include "agent/inspect/profile_text.hpp"

#include "agent/inspect/facts_part.hpp"
#include "agent/inspect/facts_text.hpp"
#include "common/report/human.hpp"
#include "common/report/text_table.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace hallmonitor::agent {

namespace json = boost::json;

namespace {

// What the facts say of the device as a whole.
std::string device_text(const json::object& document)
{
    const json::value* const device = document.if_contains("device");
    if (device == nullptr || device->as_object().empty()) return {};
    TextTable table{{{""}, {""}}};
    for (const auto& [name, value] : device->as_object())
        table.add({std::string{name}, hallmonitor::text_of(value)});
    const std::string text = table.text(false);
    return text.substr(text.find('\n') + 1) + '\n'; // without titles
}

} // namespace

std::string profile_text(
    const Profile& profile, const Facts& facts, std::span<const Interface> interfaces, bool as_json
)
{
    json::object document{{"profile", profile.name}};
    add_facts(facts, interfaces, document);
    if (as_json) return json::serialize(document) + '\n';
    return "profile " + profile.name + ": " + profile.title + '\n' + device_text(document) +
           facts_text(document);
}

} // namespace hallmonitor::agent
