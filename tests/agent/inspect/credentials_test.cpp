#include "agent/inspect/credentials.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace credentials_test {

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
    const auto found = find_credentials("", SnmpVersion::v1, source("", std::nullopt));

    REQUIRE(found.config);
    CHECK(found.config->version == SnmpVersion::v1);
    CHECK(found.config->community.reveal() == "public");
    CHECK(found.config->community.origin().kind == SecretOrigin::Kind::written);
}

TEST_CASE("the file comes before the variable", "[inspect]")
{
    const auto found =
        find_credentials("c.yaml", SnmpVersion::v2c, source("community: sesame\n", "other"));

    REQUIRE(found.config);
    CHECK(found.config->community.reveal() == "sesame");
    CHECK(found.config->community.origin().name == "c.yaml");
}

TEST_CASE("the variable comes before public", "[inspect]")
{
    const auto found = find_credentials("", SnmpVersion::v2c, source("", "other"));

    REQUIRE(found.config);
    CHECK(found.config->community.reveal() == "other");
    CHECK(found.config->community.origin().name == "HALLMONITOR_COMMUNITY");
}

TEST_CASE("an empty variable is a mistake, not the absence of one", "[inspect]")
{
    const auto found = find_credentials("", SnmpVersion::v2c, source("", ""));

    CHECK(!found.config);
    REQUIRE(found.errors.size() == 1);
    CHECK(
        to_string(found.errors[0]) ==
        "HALLMONITOR_COMMUNITY: must hold one line of 1 to 255 printable bytes"
    );
}

TEST_CASE(
    "a user of SNMPv3 comes from the file, and the community beside him is not asked", "[inspect]"
)
{
    const auto found = find_credentials(
        "c.yaml",
        SnmpVersion::v3,
        source(
            "community: sesame\nuser: anna\nauth: sha256\nauth_password: authpass1\n"
            "priv: aes256\npriv_password: privpass1\nkey_extension: reeder\n",
            std::nullopt
        )
    );

    REQUIRE(found.config);
    CHECK(found.config->version == SnmpVersion::v3);
    CHECK(found.config->usm.user == "anna");
    CHECK(found.config->usm.level == SecurityLevel::auth_priv);
    CHECK(found.config->usm.priv == PrivProtocol::aes256);
    CHECK(found.config->usm.priv_password.reveal() == "privpass1");
    CHECK(found.config->community.reveal() != "sesame");
}

TEST_CASE("weak protocols need a word of consent and get one of warning", "[inspect]")
{
    const std::string user = "user: anna\nauth: md5\nauth_password: authpass1\n";
    const auto refused = find_credentials("c.yaml", SnmpVersion::v3, source(user, std::nullopt));
    const auto allowed = find_credentials(
        "c.yaml", SnmpVersion::v3, source(user + "allow_weak: true\n", std::nullopt)
    );

    CHECK(!refused.config);
    CHECK_THAT(to_string(refused.errors.at(0)), Catch::Contains("add 'allow_weak: true'"));
    REQUIRE(allowed.config);
    CHECK(allowed.warnings == std::vector<std::string>{"SNMPv3 with MD5 or DES, which are broken"});
}

TEST_CASE("an incomplete user is told, and so is the lack of a file", "[inspect]")
{
    const auto told = [](const std::string& file, const std::string& text) {
        const auto found = find_credentials(file, SnmpVersion::v3, source(text, "other"));
        CHECK(!found.config);
        return to_string(found.errors.at(0));
    };

    CHECK(
        told("c.yaml", "user: anna\nauth: sha1\n") ==
        "c.yaml:1:1: SNMPv3 at level authNoPriv needs 'auth_password'"
    );
    CHECK(told("c.yaml", "community: sesame\n") == "c.yaml:1:1: SNMPv3 needs 'user'");
    CHECK_THAT(told("", ""), Catch::StartsWith("--credentials: SNMPv3 needs a file with 'user'"));
}

TEST_CASE("what else stands in the file is refused with its place", "[inspect]")
{
    const auto found = find_credentials(
        "c.yaml", SnmpVersion::v2c, source("community: sesame\nport: 161\n", std::nullopt)
    );

    CHECK(!found.config);
    REQUIRE(found.errors.size() == 1);
    CHECK_THAT(to_string(found.errors[0]), Catch::StartsWith("c.yaml:2:1: unknown key 'port'"));
}

TEST_CASE("a file that is refused is told by the reason of whoever read it", "[inspect]")
{
    SecretSource closed = source("", std::nullopt);
    closed.file = [](const std::string&) -> SecretLookup { return SecretProblem{"is open"}; };

    const auto found = find_credentials("c.yaml", SnmpVersion::v2c, closed);

    CHECK(!found.config);
    CHECK(to_string(found.errors.at(0)) == "--credentials: is open");
}

} // namespace credentials_test
