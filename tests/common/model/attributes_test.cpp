#include "common/model/attributes.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>

namespace attributes_test {

using namespace hallmonitor;

namespace {

std::map<Attribute, std::string> all_of(const Attributes& attributes)
{
    std::map<Attribute, std::string> all;
    for (const auto& [name, value] : attributes)
        all.emplace(name, value);
    return all;
}

} // namespace

TEST_CASE("facts are found by what they are of, whatever the order they came in", "[model]")
{
    const Attributes facts{
        {Attribute::source, "snmp"}, {Attribute::if_name, "Gi1"}, {Attribute::if_alias, ""}};

    CHECK(facts.text(Attribute::if_name) == "Gi1");
    CHECK(facts.find(Attribute::source) == "snmp");
    CHECK(facts.find(Attribute::if_alias) == "");
    CHECK_FALSE(facts.find(Attribute::if_mac).has_value());
    CHECK(facts.text(Attribute::if_mac).empty());
    CHECK(facts.size() == 3);
    CHECK((*facts.begin()).first == Attribute::if_name);
}

TEST_CASE("equal facts are equal in any order", "[model]")
{
    const Attributes one{{Attribute::if_name, "a"}, {Attribute::source, "b"}};
    const Attributes other{{Attribute::source, "b"}, {Attribute::if_name, "a"}};
    const Attributes third{{Attribute::source, "b"}, {Attribute::if_name, "c"}};

    CHECK(one == other);
    CHECK_FALSE(one == third);
}

TEST_CASE("attributes do what a map does", "[model]")
{
    std::mt19937 random{7};
    Attributes facts;
    std::map<Attribute, std::string> model;
    bool agreed = true;
    for (int i = 0; i < 2'000; ++i) {
        const auto name = static_cast<Attribute>(1 + random() % 9);
        if (random() % 4 == 0) {
            facts.erase(name);
            model.erase(name);
        } else {
            const std::string value(random() % 400, static_cast<char>('a' + random() % 26));
            facts.set(name, value);
            model[name] = value;
        }
        agreed = agreed && all_of(facts) == model && facts.size() == model.size() &&
                 facts.contains(name) == model.contains(name);
    }
    CHECK(agreed);
}

TEST_CASE("a value is cut where its size would not fit", "[model]")
{
    Attributes facts;
    facts.set(Attribute::if_alias, std::string(70'000, 'x'));
    facts.set(Attribute::source, "snmp");

    CHECK(facts.text(Attribute::if_alias).size() == 65'535);
    CHECK(facts.text(Attribute::source) == "snmp");
}

} // namespace attributes_test
