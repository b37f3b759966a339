#include "agent/inspect/credentials.hpp"

#include <catch2/catch.hpp>

#include <optional>

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

SecretSource source(const std::string& file, const std::optional<std::string>& variable)
{
    return {
        .file = [file](const std::string&) -> SecretLookup { return file; },
        .environment = [variable](const std::string&) -> SecretLookup {
            if (!variable) return SecretProblem{"not set"};
            return *variable;
        },
    };
}

} // namespace

TEST_CASE("without file and variable the community is public", "[inspect]")
{
    const auto found = find_community("", source("", std::nullopt));

    REQUIRE(found.config);
    CHECK(found.config->reveal() == "public");
    CHECK(found.config->origin().kind == SecretOrigin::Kind::written);
}

TEST_CASE("the file comes before the variable", "[inspect]")
{
    const auto found = find_community("c.yaml", source("community: sesame\n", "other"));

    REQUIRE(found.config);
    CHECK(found.config->reveal() == "sesame");
    CHECK(found.config->origin().name == "c.yaml");
}

TEST_CASE("the variable comes before public", "[inspect]")
{
    const auto found = find_community("", source("", "other"));

    REQUIRE(found.config);
    CHECK(found.config->reveal() == "other");
    CHECK(found.config->origin().name == "HALLMONITOR_COMMUNITY");
}

TEST_CASE("an empty variable is a mistake, not the absence of one", "[inspect]")
{
    const auto found = find_community("", source("", ""));

    CHECK(!found.config);
    REQUIRE(found.errors.size() == 1);
    CHECK(
        to_string(found.errors[0]) ==
        "HALLMONITOR_COMMUNITY: must hold one line of 1 to 255 printable bytes"
    );
}

TEST_CASE("what else stands in the file is refused with its place", "[inspect]")
{
    const auto found =
        find_community("c.yaml", source("community: sesame\nuser: anna\n", std::nullopt));

    CHECK(!found.config);
    REQUIRE(found.errors.size() == 1);
    CHECK_THAT(to_string(found.errors[0]), Catch::StartsWith("c.yaml:2:1: unknown key 'user'"));
}

TEST_CASE("a file that is refused is told by the reason of whoever read it", "[inspect]")
{
    SecretSource closed = source("", std::nullopt);
    closed.file = [](const std::string&) -> SecretLookup { return SecretProblem{"is open"}; };

    const auto found = find_community("c.yaml", closed);

    CHECK(!found.config);
    CHECK(to_string(found.errors.at(0)) == "--credentials: is open");
}
