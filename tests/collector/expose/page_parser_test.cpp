#include "tests/collector/expose/page_parser.hpp"

#include <catch2/catch.hpp>

namespace page_parser_test {

using namespace hallmonitor::collector::test;

namespace {

const std::string typed = "# HELP m Help.\n# TYPE m gauge\n";

/// What is wrong with a page of this one family.
std::string problem_of(const std::string& samples)
{
    const std::string page = typed + samples;
    const std::string problem = page_problem(page);
    CHECK(parse_page(page).problem == problem);
    return problem.substr(0, problem.find(':'));
}

} // namespace

TEST_CASE("a sound page is read with labels in any order and every escape", "[expose]")
{
    const auto page = parse_page(
        typed + "m{b=\"1\",a=\"back\\\\slash \\\"quote\\\"\\nline\"} 1\nm -Inf\n"
                "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n"
    );

    CHECK(page.problem.empty());
    CHECK(page.types.at("h") == "histogram");
    CHECK(page.value("m", {{"a", "back\\slash \"quote\"\nline"}, {"b", "1"}}) == 1.0);
    CHECK(page.of("h_bucket").size() == 1);
}

TEST_CASE("what the format does not allow is refused", "[expose]")
{
    CHECK(problem_of("m 1").starts_with("the last line"));
    CHECK(problem_of("n 1\n") == "sample outside its family");
    CHECK(problem_of("m_sum 1\n") == "sample outside its family");
    CHECK(problem_of("m 1\n# TYPE m gauge\n") == "TYPE twice");
    CHECK(problem_of("# HELP m Late.\n") == "HELP twice or late");
    CHECK(problem_of("# TYPE n untyped\n") == "unknown TYPE");
    CHECK(problem_of("m{a=\"1\"} 1\nm{a=\"1\"} 2\n") == "sample twice");
    CHECK(problem_of("m{a=\"1\",b=\"2\"} 1\nm{b=\"2\",a=\"1\"} 2\n") == "sample twice");
    CHECK(problem_of("m{} 1\n") == "bad labels");
    CHECK(problem_of("m{a=\"1\",a=\"2\"} 1\n") == "bad labels");
    CHECK(problem_of("m{a=\"\\t\"} 1\n") == "bad labels");
    CHECK(problem_of("m{a=\"1} 1\n") == "bad labels");
    CHECK(problem_of("m{1a=\"1\"} 1\n") == "bad labels");
    CHECK(problem_of("m one\n") == "bad value");
    CHECK(problem_of("m 1 2\n") == "bad value");
}

TEST_CASE("octets that are no clean text are refused", "[expose]")
{
    const auto problem = [](const std::string& text) {
        return problem_of("m{a=\"" + text + "\"} 1\n");
    };
    const std::string unclean = "not UTF-8 or with control characters";

    CHECK(problem("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf").empty());
    CHECK(problem("\xff") == unclean);
    CHECK(problem("\xc3") == unclean);             // cut
    CHECK(problem("\xc0\xaf") == unclean);         // overlong
    CHECK(problem("\xe0\x9f\xbf") == unclean);     // overlong
    CHECK(problem("\xed\xa0\x80") == unclean);     // a surrogate
    CHECK(problem("\xf4\x90\x80\x80") == unclean); // beyond U+10FFFF
    CHECK(problem("\x1b[2J") == unclean);
    CHECK(problem("\x7f") == unclean);
    CHECK(problem("\xc2\x9b") == unclean);     // C1
    CHECK(problem("\xe2\x80\xae") == unclean); // right to left from here
    CHECK(problem("\xe2\x81\xa6") == unclean);
    CHECK(problem("\xe2\x80\xa8") == unclean); // a line end to some
    CHECK(problem("\xd8\x9c") == unclean);
}

} // namespace page_parser_test
