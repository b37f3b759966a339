// Databases that a collector does not open, and what it says of them.

#include "tests/io/ledger_folder.hpp"

#include <sqlite3.h>

#include <fstream>

namespace ledger_refusal_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;

TEST_CASE("two collectors cannot open one folder", "[io]")
{
    const Folder folder;
    const auto first = open(folder);

    CHECK(problem_of_opening(folder) == "another collector is running on " + folder.path());
}

TEST_CASE("a database of another schema is refused with a remedy", "[io]")
{
    const auto [version, remedy] = GENERATE(
        std::pair{
            1,
            "move the file away to begin a new ledger, or run the older collector that "
            "wrote it"},
        std::pair{99, "run the newer collector that wrote it"}
    );
    const Folder folder;
    open(folder).reset();
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file_of(folder).c_str(), &db) == SQLITE_OK);
    const std::string pragma = "PRAGMA user_version = " + std::to_string(version);
    sqlite3_exec(db, pragma.c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(db);

    CHECK(
        problem_of_opening(folder) == "database " + file_of(folder) + ": has version " +
                                          std::to_string(version) + ", this collector knows 4; " +
                                          remedy
    );
}

TEST_CASE("a file that is no database is refused with a remedy", "[io]")
{
    const Folder folder;
    std::ofstream{file_of(folder)} << std::string(8'192, 'x');

    CHECK(problem_of_opening(folder).find("move it away") != std::string::npos);
}

} // namespace ledger_refusal_test
