// Which profile a device gets, and what it takes in of others.

#include "tests/agent/facts/acme.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

namespace catalogue_test {

using namespace hallmonitor::agent;
using hallmonitor::FactSection;

namespace {

std::shared_ptr<const Catalogue> some_profiles()
{
    const std::vector<ProfileText> texts{
        {"standard",
         "standard.yaml",
         "title: Any\n"
         "tables: {t: {entry: 1.3.6.1.2.1.47.1, columns: {a: 1}}}\n"
         "facts: {processors: [{each: t, load_ratio: a}], sensors: [{each: t, kind: {text: fan}, "
         "value: a}]}\n"},
        {"acme",
         "acme.yaml",
         "title: Acme\nextends: [standard]\nmatch: {sys_object_id: [1.3.6.1.4.1.9999]}\n"},
        {"acme/router",
         "acme/router.yaml",
         "title: Router\nextends: [acme, standard]\nreplace: [sensors]\n"
         "tables: {t: {entry: 1.3.6.1.2.1.47.2, columns: {a: 9}}}\n"
         "match: {sys_object_id: [1.3.6.1.4.1.9999.5]}\n"},
        {"nas",
         "nas.yaml",
         "title: NAS\nmatch: {sys_object_id: [1.3.6.1.4.1.8072.3.2.10], answers: "
         "[1.3.6.1.4.1.6574]}\n"},
        {"linux",
         "linux.yaml",
         "title: Linux\nmatch: {sys_object_id: [1.3.6.1.4.1.8072.3.2.10]}\n"},
        {"wrt",
         "wrt.yaml",
         "title: WRT\nmatch: {sys_object_id: [1.3.6.1.4.1.8072.3.2.10], sys_descr: [OpenWrt]}\n"},
    };
    auto loaded = Catalogue::read(texts);
    for (const auto& error : loaded.errors)
        FAIL(to_string(error));
    return *loaded.config;
}

std::string choice(
    const Oid& oid, const std::string& descr, const std::set<std::string>& answered = {}
)
{
    const auto all = some_profiles();
    return all->choose({.sys_object_id = oid, .sys_descr = descr}, [&](const Oid& asked) {
        return answered.contains(asked.to_string());
    });
}

} // namespace

TEST_CASE("the longest matching sysObjectID wins, then the most conditions", "[facts]")
{
    CHECK(choice({1, 3, 6, 1, 4, 1, 1, 1}, "") == "standard");
    CHECK(choice({1, 3, 6, 1, 4, 1, 9999, 1}, "") == "acme");
    CHECK(choice({1, 3, 6, 1, 4, 1, 99991, 1}, "") == "standard");
    CHECK(choice({1, 3, 6, 1, 4, 1, 9999, 5, 2}, "") == "acme/router");
    const Oid net_snmp{1, 3, 6, 1, 4, 1, 8072, 3, 2, 10};
    CHECK(choice(net_snmp, "Linux x") == "linux");
    CHECK(choice(net_snmp, "Linux OPENWRT 22") == "wrt");
    CHECK(choice(net_snmp, "Linux x", {"1.3.6.1.4.1.6574"}) == "nas");
}

TEST_CASE("only what could change the choice is asked of the device", "[facts]")
{
    const auto all = some_profiles();
    CHECK(all->questions({.sys_object_id = {1, 3, 6, 1, 4, 1, 9999, 1}, .sys_descr = ""}).empty());
    const auto asked =
        all->questions({.sys_object_id = {1, 3, 6, 1, 4, 1, 8072, 3, 2, 10}, .sys_descr = ""});
    REQUIRE(asked.size() == 1);
    CHECK(asked.front().to_string() == "1.3.6.1.4.1.6574");
}

TEST_CASE("a profile takes in others once, replaces their tables and drops their rules", "[facts]")
{
    const auto all = some_profiles();
    const CompleteProfile router = *all->complete("acme/router");
    REQUIRE(router.rules.size() == 1);
    CHECK(router.rules.front()->section == FactSection::processors);
    REQUIRE(router.tables.size() == 1);
    CHECK(router.tables.front()->entry.to_string() == "1.3.6.1.2.1.47.2");
}

} // namespace catalogue_test
