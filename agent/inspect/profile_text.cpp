#include "agent/inspect/profile_text.hpp"

#include "agent/inspect/facts_part.hpp"
#include "agent/inspect/facts_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace hallmonitor::agent {

namespace json = boost::json;

std::string profile_text(
    const Profile& profile, const Facts& facts, std::span<const Interface> interfaces, bool as_json
)
{
    json::object document{{"profile", profile.name}};
    add_facts(facts, interfaces, document);
    if (as_json) return json::serialize(document) + '\n';
    return "profile " + profile.name + ": " + profile.title + '\n' + facts_text(document);
}

} // namespace hallmonitor::agent
