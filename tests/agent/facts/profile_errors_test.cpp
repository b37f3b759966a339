// A faulty profile says where and what, all faults at once.

#include "agent/facts/catalogue.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace profile_errors_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

std::string errors_of(const std::string& yaml)
{
    const std::vector<ProfileText> texts{
        {"standard", "standard.yaml", "title: Any\n"}, {"p", "p.yaml", yaml}};
    std::string all;
    for (const ConfigError& error : Catalogue::read(texts).errors)
        all += to_string(error) + "\n";
    return all;
}

std::string error_of_expression(const std::string& expression)
{
    return errors_of(
        "title: x\n"
        "tables: {t: {entry: 1.3.6.1.4.1.9, columns: {a: 1}}}\n"
        "facts: {sensors: [{each: t, kind: {text: fan}, value: " +
        expression + "}]}\n"
    );
}

} // namespace

TEST_CASE("faults of a profile's outline", "[facts]")
{
    CHECK(
        errors_of("titel: x\n") ==
        "p.yaml:1:1: the key 'title' is missing; what kind of device it is for\n"
        "p.yaml:1:1: unknown key 'titel'; did you mean 'title'?\n"
    );
    CHECK(
        errors_of("title: x\nextends: [y]\n") == "p.yaml:2:11: extends 'y', which there is not\n"
    );
    CHECK(errors_of("title: x\nextends: [p]\n") == "p.yaml:2:11: extends itself\n");
    CHECK(
        errors_of("title: x\nscalars: {a: sysDescr}\n") ==
        "p.yaml:2:14: 'a' must be an OID in numbers, such as 1.3.6.1.2.1.47.1.1.1.1\n"
    );
    CHECK(
        errors_of("title: x\ntables: {t: {entry: 1.3.6.1, columns: {a: 0}}}\n") ==
        "p.yaml:2:43: 'a' must be a column's number\n"
    );
    CHECK(
        errors_of("title: x\nfacts: {sensor: []}\n") == "p.yaml:2:9: there is no section 'sensor'\n"
    );
    CHECK(errors_of("title: x\nreplace: [fans]\n") == "p.yaml:2:10: there is no section 'fans'\n");
    CHECK(
        errors_of("title: x\nfacts: {sensors: [{each: t, kind: {text: fan}, value: a}]}\n") ==
        "p.yaml:2:19: 'each' names no table, 't'; there are none\n"
    );
}

TEST_CASE("a rule that can never make a row is refused", "[facts]")
{
    const auto error_of_rule = [](const std::string& rule) {
        return errors_of("title: x\nfacts: {" + rule + "}\n");
    };
    CHECK(
        error_of_rule("sensors: [{value: 1}]") == "p.yaml:2:19: a rule of 'sensors' needs 'kind'\n"
    );
    CHECK(
        error_of_rule("sensors: [{kind: {text: fan}, name: {text: x}}]") ==
        "p.yaml:2:19: a rule of 'sensors' needs one of value, status\n"
    );
    CHECK(
        error_of_rule("processors: [{name: {text: x}}]") ==
        "p.yaml:2:22: a rule of 'processors' needs 'load_ratio'\n"
    );
    CHECK(error_of_rule("ups: [{}]") == "p.yaml:2:15: a rule of 'ups' needs at least one field\n");
}

TEST_CASE("a table's index has as many numbers as it says", "[facts]")
{
    const auto errors = [](const std::string& length, const std::string& rule) {
        return errors_of(
            "title: x\ntables: {t: {entry: 1.3.6.1.4.1.9, index_length: " + length +
            ", columns: {a: 1}}}\nfacts: {interfaces: [{each: t, " + rule + "}]}\n"
        );
    };
    const std::string two = "if_index: {index: 2}, duplex: a";
    CHECK(errors("2", two).empty());
    CHECK(errors("[1, 2]", two).empty());
    CHECK(errors("1", two) == "p.yaml:3:42: the index of 't' has at most 1 numbers\n");
    CHECK(
        errors("1", "where: {index 2: [1]}, if_index: {index: 1}") ==
        "p.yaml:3:40: the index of 't' has at most 1 numbers\n"
    );
    for (const char* const bad : {"0", "one", "[1, x]", "{a: 1}"})
        CHECK(errors(bad, two).find("'index_length'") != std::string::npos);
    CHECK(
        errors("2", "instead_of: u, " + two) == "p.yaml:3:22: 'instead_of' names no table, 'u'\n"
    );
}

TEST_CASE("faults of an expression", "[facts]")
{
    CHECK(
        error_of_expression("b") ==
        "p.yaml:3:55: 'b' is no column of the rule's table and no scalar; a constant is written "
        "{text: b}\n"
    );
    CHECK(error_of_expression("{column: b}") == "p.yaml:3:55: table 't' has no column 'b'\n");
    CHECK(
        error_of_expression("{column: u.b}") == "p.yaml:3:55: there is no table 'u'; there are t\n"
    );
    CHECK(error_of_expression("{scalar: s}") == "p.yaml:3:55: there is no scalar 's'\n");
    CHECK(
        error_of_expression("{column: a, scalar: b}") ==
        "p.yaml:3:75: 'scalar': there is 'column' already\n"
    );
    CHECK(
        error_of_expression("{scale: 2}") ==
        "p.yaml:3:55: an expression needs one of column, scalar, text, number, index, first, sum, "
        "join, interface, all\n"
    );
    CHECK(
        error_of_expression("{column: a, pattern: '('}") ==
        "p.yaml:3:76: 'pattern' is no regular expression: '('\n"
    );
    CHECK(
        error_of_expression("{column: a, scale: x}") == "p.yaml:3:74: 'scale' must be a number\n"
    );
    CHECK(
        error_of_expression("{column: a, as: id}") ==
        "p.yaml:3:55: the key 'subtype' is missing; an expression that gives mac, address or text\n"
    );
    CHECK(
        error_of_expression("{column: a, bits: {x: 1}}") ==
        "p.yaml:3:74: 'x' must be a bit's number, from 0\n"
    );
    CHECK(
        error_of_expression("{column: a, enum: {1: 2}, bits: {1: 2}}") ==
        "p.yaml:3:87: 'bits': there is 'enum' already\n"
    );
    CHECK(errors_of("title: x\nfacts: {sensors: [{kind: {text: fann}, value: 1}]}\n")
              .starts_with("p.yaml:2:33: 'kind' is one of temperature, fan, power,"));
    CHECK(
        errors_of("title: x\nfacts: {ups: [{replace_battery: {number: 1, enum: {1: yes}}}]}\n") ==
        "p.yaml:2:55: 'replace_battery' is true or false, not 'yes'\n"
    );
}

} // namespace profile_errors_test
