#pragma once
// The database of a ledger in a folder for one test.

#include "collector/io/ledger_db.hpp"
#include "tests/io/folder.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

namespace hallmonitor::collector::test {

using hallmonitor::test::Folder;

inline std::string file_of(const Folder& folder)
{
    return folder.path() + "/ledger.db";
}

inline std::unique_ptr<LedgerDb> open(const Folder& folder)
{
    std::string problem;
    auto db = LedgerDb::open(folder.path(), problem);
    INFO(problem);
    REQUIRE(db.has_value());
    return std::move(*db);
}

inline std::string problem_of_opening(const Folder& folder)
{
    std::string problem;
    CHECK_FALSE(LedgerDb::open(folder.path(), problem).has_value());
    return problem;
}

// Outlives the database's thread, which may still be within its post() when a handler has run.
inline boost::asio::io_context& handlers()
{
    static boost::asio::io_context loop;
    loop.restart();
    return loop;
}

inline LedgerDb::Outcome commit(LedgerDb& db, const Checkpoint& checkpoint)
{
    boost::asio::io_context& loop = handlers();
    LedgerDb::Outcome outcome;
    const auto work = boost::asio::make_work_guard(loop);
    db.commit(
        std::make_shared<const Checkpoint>(checkpoint),
        loop.get_executor(),
        [&](const LedgerDb::Outcome& told) {
            outcome = told;
            loop.stop();
        }
    );
    loop.run();
    return outcome;
}

/// Until it is over; gives the moment before which nothing is left.
inline WallTime trim(LedgerDb& db, const LedgerDb::Retention& retention)
{
    boost::asio::io_context& loop = handlers();
    WallTime begins;
    const auto work = boost::asio::make_work_guard(loop);
    db.trim(retention, loop.get_executor(), [&](WallTime limit) {
        begins = limit;
        loop.stop();
    });
    loop.run();
    return begins;
}

// What `read` makes of the first row that a query gives.
template <class Read>
auto first_row(const Folder& folder, const std::string& query, Read read)
{
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_open(file_of(folder).c_str(), &db) == SQLITE_OK);
    REQUIRE(sqlite3_prepare_v2(db, query.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    const auto value = read(statement);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

inline std::int64_t number(const Folder& folder, const std::string& query)
{
    return first_row(folder, query, [](sqlite3_stmt* row) { return sqlite3_column_int64(row, 0); });
}

} // namespace hallmonitor::collector::test
