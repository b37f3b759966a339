#include "collector/store/packed_sums.hpp"
#include "tests/collector/health/telling.hpp"
#include "tests/io/ledger_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>

namespace ledger_db_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

constexpr WallTime start{std::chrono::seconds{1'700'000'000}};
constexpr WallTime first_hour{std::chrono::hours{472'222}};
const AgentId agent{"lincoln", "agent-1"};
const TableKey ports{"lincoln", "sw-1", TableKind::interface};

LedgerImage load(LedgerDb& db, WallTime since = {})
{
    std::string problem;
    auto image = db.load(since, problem);
    REQUIRE(image.has_value());
    return std::move(*image);
}

Interval interval(std::int64_t from, std::int64_t to, State state = State::up)
{
    return {start + std::chrono::seconds{from}, start + std::chrono::seconds{to}, state};
}

Checkpoint one_of_each()
{
    RangeSet applied;
    applied.add(SeqRange{Seq{1}, Seq{9}});
    applied.add(SeqRange{Seq{12}, Seq{12}});
    Checkpoint out;
    out.agents = {{agent, Epoch{0xffff'ffff'ffff'fff0}, applied, 1, applied}};
    out.intervals = {{ports, "Gi1", interval(0, 60), true}};
    out.tables = {{ports, {std::byte{7}}, {std::byte{1}, std::byte{0}, std::byte{0xff}}}};
    out.rollups = {{ports, first_hour, pack_sums(std::vector<ComponentSums>{{"Gi1", {10, 20}}})}};
    const Event event{.at = {}, .device = "sw-1", .kind = "link", .text = "Gi1 is down"};
    out.events = {{agent, {start, event}}};
    return out;
}

// What stands in the rollup of the one table and hour that there is.
std::vector<ComponentSums> sums(const Folder& folder)
{
    const std::string query = "SELECT sums FROM rollup_hour WHERE site = 'lincoln' AND "
                              "device = 'sw-1' AND hour_ms = 1699999200000";
    return first_row(folder, query, [](sqlite3_stmt* row) {
        const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(row, 0));
        return unpack_sums({data, static_cast<std::size_t>(sqlite3_column_bytes(row, 0))}).value();
    });
}

} // namespace

TEST_CASE("what was committed comes back after the database is opened again", "[io]")
{
    const Folder folder;
    CHECK(commit(*open(folder), one_of_each()).committed);

    const LedgerImage image = load(*open(folder));

    REQUIRE(image.agents.size() == 1);
    CHECK(image.agents[0].agent == agent);
    CHECK(image.agents[0].epoch == Epoch{0xffff'ffff'ffff'fff0});
    CHECK((image.agents[0].applied == one_of_each().agents[0].applied));
    CHECK(image.agents[0].turn == 1);
    CHECK((image.agents[0].forwarded == image.agents[0].applied));
    REQUIRE(image.tables.size() == 1);
    CHECK(image.tables[0].table == ports);
    CHECK(image.tables[0].definition == one_of_each().tables[0].definition);
    CHECK(image.tables[0].state == one_of_each().tables[0].state);
    REQUIRE(image.intervals.size() == 1);
    CHECK((image.intervals[0] == one_of_each().intervals[0]));
    REQUIRE(image.events.size() == 1);
    CHECK(image.events[0].agent == agent);
    CHECK(image.events[0].event.wall == start);
    CHECK(image.events[0].event.event.text == "Gi1 is down");
}

TEST_CASE("a ledger read back from the disk shows what it showed before", "[io]")
{
    const Folder folder;
    ledger_test::Telling telling;
    telling.define(ledger_test::port_table({"Gi1", "Gi2"}));
    for (int i = 0; i < 20; ++i) {
        const auto ticks = 1'000'000 + static_cast<std::uint32_t>(i) * 6'000;
        const auto octets = static_cast<std::uint64_t>(i) * 100;
        const auto oper = i % 3 == 0 ? OperStatus::down : OperStatus::up;
        telling.ports(i * 60, ticks, {{.octets = octets}, {.oper = oper, .octets = octets}});
    }
    telling.seal(1'200);
    Ledger before{{}};
    ledger_test::tell(before, telling.decoded());
    const auto shown = before.snapshot(ledger_test::at(1'200));
    CHECK(commit(*open(folder), before.take_checkpoint()).committed);

    Ledger after{load(*open(folder))};
    ledger_test::tell(after, telling.decoded());
    const auto again = after.snapshot(ledger_test::at(1'200));

    CHECK(after.counts().duplicates == 1);
    CHECK(after.durable(ledger_test::the_agent, Epoch{7}).contains(Seq{1}));
    for (const char* port : {"Gi1", "Gi2"}) {
        const InterfaceView& was = ledger_test::the_port(*shown, port);
        const InterfaceView& is = ledger_test::the_port(*again, port);
        CHECK(ledger_test::life(is.timeline) == ledger_test::life(was.timeline));
        CHECK(is.total == was.total);
        CHECK(
            ledger_test::the_device(*again).interfaces->raw(is, Metric::if_in_octets) ==
            ledger_test::the_device(*shown).interfaces->raw(was, Metric::if_in_octets)
        );
        CHECK(is.state == was.state);
        CHECK(is.state_since == was.state_since);
        CHECK(ledger_test::the_row(*again, port) == ledger_test::the_row(*shown, port));
    }
}

TEST_CASE("rollups add, the longest of equal intervals stands, tables replace", "[io]")
{
    const Folder folder;
    {
        const auto db = open(folder);
        Checkpoint checkpoint = one_of_each();
        commit(*db, checkpoint);
        checkpoint.intervals[0].interval = interval(0, 30);
        checkpoint.tables[0].definition.clear();
        checkpoint.tables[0].state = {std::byte{5}};
        commit(*db, checkpoint);
    }

    const LedgerImage image = load(*open(folder));

    CHECK(sums(folder) == std::vector<ComponentSums>{{"Gi1", {20, 40}}});
    REQUIRE(image.intervals.size() == 1);
    CHECK(image.intervals[0].interval.to == start + 60s);
    REQUIRE(image.tables.size() == 1);
    CHECK(image.tables[0].definition == std::vector{std::byte{7}});
    CHECK(image.tables[0].state == std::vector{std::byte{5}});
}

TEST_CASE("only watched lives that reach into the time asked for are read back", "[io]")
{
    const Folder folder;
    const auto db = open(folder);
    Checkpoint checkpoint;
    checkpoint.intervals = {
        {ports, "Gi1", interval(0, 60), true},
        {ports, "Gi1", interval(60, 120, State::down), true},
        {ports, "Gi2", interval(60, 120), false},
    };
    commit(*db, checkpoint);

    const LedgerImage image = load(*db, start + 90s);

    REQUIRE(image.intervals.size() == 1);
    CHECK(image.intervals[0].interval == interval(60, 120, State::down));
}

TEST_CASE("the journal comes back in order, without what no table needs any more", "[io]")
{
    const Folder folder;
    const auto db = open(folder);
    Checkpoint checkpoint;
    for (const std::uint64_t number : {8, 9, 10}) {
        checkpoint.journal = {{number, {std::byte{1}, static_cast<std::byte>(number)}}};
        checkpoint.journal_needed_from = number == 10 ? 9 : 1;
        commit(*db, checkpoint);
    }

    const LedgerImage image = load(*db);

    REQUIRE(image.journal.size() == 2);
    CHECK(image.journal[0].number == 9);
    CHECK(image.journal[1].steps == std::vector{std::byte{1}, std::byte{10}});
}

TEST_CASE("what the ledger forgot is deleted with the same commit", "[io]")
{
    const Folder folder;
    const auto db = open(folder);
    commit(*db, one_of_each());
    Checkpoint forgetting;
    forgetting.forgotten_epochs = {{agent, Epoch{0xffff'ffff'ffff'fff0}}};
    forgetting.forgotten_tables = {ports};
    commit(*db, forgetting);

    const LedgerImage image = load(*db);

    CHECK(image.agents.empty());
    CHECK(image.tables.empty());
}

TEST_CASE("a commit on a full disk writes nothing and says so, and succeeds later", "[io]")
{
    const Folder folder;
    const auto db = open(folder);
    Checkpoint large = one_of_each();
    large.tables[0].state.assign(std::size_t{4} << 20, std::byte{7});
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit tight = before;
    tight.rlim_cur = 1 << 20;
    setrlimit(RLIMIT_FSIZE, &tight);

    const LedgerDb::Outcome failed = commit(*db, large);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);

    CHECK_FALSE(failed.committed);
    CHECK(failed.problem.find(file_of(folder)) != std::string::npos);
    CHECK(load(*db).tables.empty());
    CHECK(number(folder, "SELECT count(*) FROM rollup") == 0);
    CHECK(commit(*db, large).committed);
    CHECK(sums(folder) == std::vector<ComponentSums>{{"Gi1", {10, 20}}});
}

TEST_CASE("a database that another program writes is reported, then written", "[io]")
{
    const Folder folder;
    const auto db = open(folder);
    commit(*db, {});
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(file_of(folder).c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);

    const LedgerDb::Outcome held = commit(*db, one_of_each());
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);

    CHECK(held.problem == file_of(folder) + " is held by another program: close it");
    CHECK(commit(*db, one_of_each()).committed);
}

TEST_CASE("a damaged page is found when the database is opened", "[io]")
{
    const Folder folder;
    {
        const auto db = open(folder);
        Checkpoint checkpoint;
        for (int i = 0; i < 2'000; ++i)
            checkpoint.tables.push_back(
                {{"lincoln", std::to_string(i), TableKind::device}, {std::byte{1}}}
            );
        commit(*db, checkpoint);
    }
    std::fstream file{file_of(folder), std::ios::in | std::ios::out | std::ios::binary};
    for (std::streamoff page = 2; page < 12; ++page)
        file.seekp(page * 4'096) << std::string(64, '\xa5');
    file.close();

    CHECK(problem_of_opening(folder).find("is damaged") != std::string::npos);
}

TEST_CASE("the database's files are readable for their owner alone", "[io]")
{
    const Folder folder;
    const auto db = open(folder);
    commit(*db, one_of_each());

    for (const char* name : {"/ledger.db", "/ledger.db-wal", "/ledger.db-shm", "/lock"}) {
        struct stat facts {};
        CAPTURE(name);
        REQUIRE(stat((folder.path() + name).c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777) == 0600);
    }
}

} // namespace ledger_db_test
