// What the ledger lets go, by age and by size.

#include "collector/store/packed_sums.hpp"
#include "tests/io/ledger_folder.hpp"

#include <cstdint>

namespace ledger_retention_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using namespace std::chrono_literals;

namespace {

constexpr WallTime start{std::chrono::seconds{1'700'000'000}};
constexpr WallTime first_hour{std::chrono::hours{472'222}};
const TableKey ports{"lincoln", "sw-1", TableKind::interface};

// An hour of a port after the other.
Checkpoint hours(int count)
{
    Checkpoint checkpoint;
    for (int i = 0; i < count; ++i) {
        const WallTime from = start + std::chrono::hours{i};
        const std::string port = "GigabitEthernet1/0/" + std::to_string(i);
        checkpoint.intervals.push_back({ports, port, {from, from + 1h, State::up}, true});
    }
    return checkpoint;
}

} // namespace

TEST_CASE("retention deletes what ended before its limit and keeps the rest", "[io]")
{
    const Folder folder;
    {
        const auto db = open(folder);
        Checkpoint checkpoint;
        for (int i = 0; i < 5'000; ++i) {
            const std::string port = std::to_string(i);
            const WallTime from = start + std::chrono::seconds{i};
            checkpoint.intervals.push_back({ports, port, {from, from + 1s, State::up}, true});
            checkpoint.rollups.push_back(
                {ports, first_hour + std::chrono::hours{i - 3'998}, pack_sums({})}
            );
        }
        commit(*db, checkpoint);
        bool is_over = false;
        db->trim({.limit = start + 4'000s}, handlers().get_executor(), [&](WallTime) {
            is_over = true;
        });
        // Each commit takes its turn between two pieces of the deletion.
        CHECK(commit(*db, {}).committed);
        for (int i = 0; i < 10; ++i)
            CHECK(commit(*db, {}).committed);
        CHECK(trim(*db, {.limit = start + 4'000s}) == start + 4'000s);
        CHECK(is_over);
    }

    CHECK(number(folder, "SELECT count(*) FROM interval") == 1'001);
    CHECK(number(folder, "SELECT count(*) FROM rollup") == 1'000);
}

TEST_CASE("beyond its size the ledger lets the oldest days go", "[io]")
{
    const Folder folder;
    constexpr int days = 200;
    const auto db = open(folder);
    commit(*db, hours(24 * days));
    const auto size = static_cast<std::uint64_t>(
        number(folder, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    );
    const WallTime end = start + 24h * days;

    const WallTime begins =
        trim(*db, {.limit = start, .max_bytes = size / 2, .keep_from = end - 48h});

    const auto kept = (end - begins) / 1h;
    // Pages that are half empty count as used.
    CHECK(kept > 24 * days / 5);
    CHECK(kept < 24 * days * 2 / 3);
    CHECK(number(folder, "SELECT count(*) FROM interval") == kept + 1);
    // Once more there is nothing to do.
    CHECK(trim(*db, {.limit = start, .max_bytes = size / 2, .keep_from = end - 48h}) == start);
}

TEST_CASE("the newest days stay whatever they take", "[io]")
{
    const Folder folder;
    const auto db = open(folder);
    commit(*db, hours(240));
    const WallTime end = start + 240h;

    CHECK(trim(*db, {.limit = start, .max_bytes = 1, .keep_from = end - 48h}) == end - 48h);

    // The one that ended at that very moment is not older.
    CHECK(number(folder, "SELECT count(*) FROM interval") == 49);
}

} // namespace ledger_retention_test
