#include "collector/remote/answer.hpp"

#include <catch2/catch.hpp>

namespace answer_test {

using namespace hallmonitor::collector::remote;

namespace {

bool says(const Answer& answer, const std::string& words)
{
    return explain(answer).find(words) != std::string::npos;
}

} // namespace

TEST_CASE("a receiver that takes a request has nothing to explain", "[remote]")
{
    CHECK(judge({.status = 204, .text = ""}) == Verdict::accepted);
    CHECK(explain({.status = 200, .text = ""}).empty());
}

TEST_CASE("samples that are too late are refused for ever, and the setting is named", "[remote]")
{
    // Prometheus without a window; one with a window too short, which it calls its own fault;
    // Mimir.
    for (const Answer& answer :
         {Answer{.status = 400, .text = "out of order sample\n"},
          Answer{.status = 400, .text = "out of bounds"},
          Answer{.status = 500, .text = "too old sample\n"},
          Answer{.status = 400, .text = "err-mimir-sample-timestamp-too-old ..."}}) {
        INFO(answer.text);
        CHECK(judge(answer) == Verdict::refused);
        CHECK(says(answer, "storage.tsdb.out_of_order_time_window"));
        CHECK(says(answer, "-retentionPeriod"));
    }
}

TEST_CASE("another value for the same moment asks who else writes", "[remote]")
{
    const Answer answer{.status = 400, .text = "duplicate sample for timestamp"};

    CHECK(judge(answer) == Verdict::refused);
    CHECK(says(answer, "do two collectors write to it"));
}

TEST_CASE("what may go away is tried again", "[remote]")
{
    for (const unsigned status : {0U, 401U, 403U, 404U, 408U, 429U, 500U, 502U, 503U}) {
        INFO(status);
        CHECK(judge({.status = status, .text = "no"}) == Verdict::later);
        CHECK_FALSE(explain({.status = status, .text = "no"}).empty());
    }
    CHECK(says({.status = 401, .text = ""}, "bearer_token_file"));
    CHECK(says({.status = 404, .text = ""}, "--web.enable-remote-write-receiver"));
}

TEST_CASE("a request that is too large is no bad sample", "[remote]")
{
    CHECK(judge({.status = 413, .text = ""}) == Verdict::too_large);
}

TEST_CASE("what a receiver says is quoted without its control characters, and cut", "[remote]")
{
    const auto text = explain({.status = 500, .text = "a\x1b[31m\n" + std::string(1'000, 'x')});

    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.size() < 300);
}

} // namespace answer_test
