#pragma once
// The database of a ledger in a folder for one test.

#include "collector/io/ledger_db.hpp"
#include "tests/io/folder.hpp"

#include <catch2/catch.hpp>

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

} // namespace hallmonitor::collector::test
