#include "common/config/secret.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace secret_test {

using hallmonitor::Secret;
using hallmonitor::SecretOrigin;

TEST_CASE("a secret prints as <secret>, whatever it holds", "[config]")
{
    const Secret secret{"canary"};
    std::ostringstream out;

    out << secret;

    CHECK(out.str() == "<secret>");
    CHECK(secret.reveal() == "canary");
}

TEST_CASE("secrets are equal when text and origin are", "[config]")
{
    const SecretOrigin file{.kind = SecretOrigin::Kind::file, .name = "/etc/community"};

    CHECK(Secret{"a"} == Secret{"a"});
    CHECK_FALSE(Secret{"a"} == Secret{"b"});
    CHECK_FALSE(Secret{"a"} == Secret{"a", file});
    CHECK(Secret{"a", file}.origin().name == "/etc/community");
}

} // namespace secret_test
