// The rules of the house that no compiler checks, on the tree itself and on small offenders.

#include "tests/tidy/rules.hpp"
#include "tests/tidy/tree.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace tidy_test {

using namespace hallmonitor::tidy;

namespace {

using Rule = Offences (*)(const SourceFile&);

std::string offences_of_tree(Rule rule, const std::vector<std::string>& endings)
{
    const std::vector<std::string> folders{
        "agent", "collector", "common", "config", "deploy", "docs", "tests"};
    std::string all;
    for (const auto& file : read_tree(HALLMONITOR_SOURCE_DIR, folders, endings))
        for (const auto& offence : rule(file))
            all += offence + "\n";
    return all;
}

std::string first_offence(Rule rule, const std::string& path, const std::string& text)
{
    const auto offences = rule(file_of(path, text));
    return offences.empty() ? "" : offences.front();
}

const std::vector<std::string> code{".hpp", ".cpp"};

} // namespace

TEST_CASE("dependencies point from main over io and logic to common", "[tidy]")
{
    CHECK(offences_of_tree(layer_offences, code) == "");
}

TEST_CASE("every third-party library stays in its home", "[tidy]")
{
    CHECK(offences_of_tree(home_offences, code) == "");
}

TEST_CASE("only io folders and main touch the world", "[tidy]")
{
    CHECK(offences_of_tree(world_offences, code) == "");
}

TEST_CASE("no coroutine awaits within a condition", "[tidy]")
{
    CHECK(offences_of_tree(await_offences, code) == "");
}

TEST_CASE("files are short, clean and belong to no machine", "[tidy]")
{
    CHECK(offences_of_tree(text_offences, {".hpp", ".cpp", ".py", ".sh"}) == "");
}

TEST_CASE("an agent that includes the collector is told where", "[tidy]")
{
    CHECK(
        first_offence(
            layer_offences, "agent/poll/plan.cpp", "\n#include \"collector/config.hpp\"\n"
        ) == "agent/poll/plan.cpp:2: includes collector/config.hpp: agent/ and collector/ meet "
             "only in common/"
    );
}

TEST_CASE("a stage includes those before it and none after", "[tidy]")
{
    const auto fault = [](const std::string& path, const std::string& included) {
        return first_offence(layer_offences, path, "#include \"" + included + "\"");
    };

    CHECK(fault("collector/expose/page.cpp", "collector/health/snapshot.hpp") == "");
    CHECK(fault("collector/health/ledger.cpp", "collector/expose/page.hpp") != "");
    CHECK(fault("agent/poll/plan.hpp", "agent/config.hpp") == "");
    CHECK(fault("agent/config.hpp", "agent/poll/plan.hpp") != "");
    CHECK(fault("agent/poll/plan.cpp", "agent/io/loop.hpp") != "");
    CHECK(fault("agent/io/loop.cpp", "agent/poll/plan.hpp") == "");
    CHECK(fault("agent/main.cpp", "agent/io/daemon.hpp") == "");
    CHECK(fault("common/wire/frame.cpp", "agent/config.hpp") != "");
    CHECK(fault("common/model/ids.hpp", "common/wire/frame.hpp") != "");
    CHECK(fault("agent/poll/plan.cpp", "tests/sim/mib.hpp") != "");
    CHECK(fault("agent/nowhere/thing.cpp", "agent/snmp/oid.hpp") != "");
}

TEST_CASE("a library away from its home is found", "[tidy]")
{
    const auto fault = [](const std::string& path, const std::string& header) {
        return first_offence(home_offences, path, "#include <" + header + ">");
    };

    CHECK(fault("collector/io/routes.cpp", "sqlite3.h") != "");
    CHECK(fault("collector/io/sqlite.cpp", "sqlite3.h") == "");
    CHECK(fault("agent/poll/plan.cpp", "boost/asio/buffer.hpp") != "");
    CHECK(fault("agent/io/loop.cpp", "boost/asio/buffer.hpp") == "");
    CHECK(fault("agent/poll/plan.cpp", "vector") == "");
}

TEST_CASE("logic that reads a clock or the environment is found, its comments are not", "[tidy]")
{
    const auto fault = [](const std::string& line) {
        return first_offence(world_offences, "agent/poll/plan.cpp", line);
    };

    CHECK(fault("auto now = std::chrono::steady_clock::now();") != "");
    CHECK(fault("auto now = std::time(nullptr);") != "");
    CHECK(fault("if (std::getenv(name)) return;") != "");
    CHECK(fault("std::cout << text;") != "");
    CHECK(fault("const auto at = job.time();") == "");
    CHECK(fault("std::snprintf(out, size, format);") == "");
    CHECK(fault("// nobody calls std::time(nullptr) here") == "");
}

TEST_CASE("co_await in a condition is found", "[tidy]")
{
    const auto fault = [](const std::string& line) {
        return first_offence(await_offences, "agent/io/loop.cpp", line);
    };

    CHECK(fault("while (co_await sleep_for(period)) step();") != "");
    CHECK(fault("if (!co_await sleep_for(period)) co_return;") != "");
    CHECK(fault("if (is_stuck(path)) co_await sleep_for(1h);") == "");
    CHECK(fault("const bool slept = co_await sleep_for(period);") == "");
}

TEST_CASE("long files, unguarded headers and stray text are found", "[tidy]")
{
    CHECK(first_offence(text_offences, "a/b.hpp", "int x;\n") != "");
    CHECK(first_offence(text_offences, "a/b.cpp", "int x; \n") != "");
    CHECK(first_offence(text_offences, "a/b.cpp", std::string(401, '\n')) != "");
    CHECK(
        first_offence(
            text_offences,
            "a/b.cpp",
            "// TO"
            "DO later\n"
        ) != ""
    );
    CHECK(
        first_offence(
            text_offences,
            "a/b.cpp",
            "// TO"
            "DO(#7) later\n"
        ) == ""
    );
    CHECK(
        first_offence(
            text_offences,
            "a/b.cpp",
            "\"/ho"
            "me/anna/x\"\n"
        ) != ""
    );
}

} // namespace tidy_test
