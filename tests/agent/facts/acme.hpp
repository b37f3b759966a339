#pragma once
// A small device and profiles for it, as texts.

#include "agent/facts/catalogue.hpp"
#include "agent/facts/facts.hpp"
#include "agent/facts/recording.hpp"

#include <memory>
#include <string>

namespace hallmonitor::agent::testing {

inline std::shared_ptr<const Catalogue> catalogue_of(
    const std::string& standard, const std::string& acme = "title: Acme\n"
)
{
    const std::vector<ProfileText> texts{
        {"standard", "standard.yaml", standard}, {"acme", "acme.yaml", acme}};
    auto loaded = Catalogue::read(texts);
    for (const ConfigError& error : loaded.errors)
        FAIL(to_string(error));
    return *loaded.config;
}

/// What the profile `standard` of this text makes of the recording.
inline Facts facts_of(const std::string& yaml, const std::string& recording)
{
    const auto catalogue = catalogue_of("title: Any\n" + yaml);
    const auto complete = catalogue->complete("standard");
    const DeviceRecording recorded = read_recording(recording);
    CHECK(recorded.problems.empty());
    const InterfaceInventory inventory = interfaces_of(recorded);
    return understand(*complete, raw_facts_of(recorded, *complete), inventory.rows());
}

/// The value of `expression` in a rule over the table acmeTable (1.3.6.1.4.1.9999.1.1: a 1, b 2,
/// c 3) whose only row has the index 7, as text; "-" for nothing.
inline std::string evaluated(const std::string& expression, const std::string& recording)
{
    const Facts facts = facts_of(
        "scalars: {acmeScalar: 1.3.6.1.4.1.9999.2}\n"
        "tables:\n"
        "  acmeTable: {entry: 1.3.6.1.4.1.9999.1.1, columns: {a: 1, b: 2, c: 3}}\n"
        "  acmeNames: {entry: 1.3.6.1.4.1.9999.3.1, columns: {name: 1}}\n"
        "facts:\n"
        "  inventory:\n"
        "    - each: acmeTable\n"
        "      descr: {index: all}\n"
        "      name: " +
            expression + "\n",
        recording
    );
    const auto& rows = facts.rows(FactSection::inventory);
    REQUIRE(rows.size() == 1);
    const Value& value = Facts::value(FactSection::inventory, rows.front(), "name");
    return is_there(value) ? text_of(value) : "-";
}

} // namespace hallmonitor::agent::testing
