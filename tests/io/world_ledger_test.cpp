// The simulated district with the product's own database under its collector: what SQLite gives
// back after every kill makes the same lives and sums as what memory keeps.

#include "collector/io/ledger_sql.hpp"
#include "collector/store/packed_sums.hpp"
#include "tests/io/ledger_folder.hpp"
#include "tests/sim/world/scenario.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <map>
#include <optional>

namespace world_ledger_test {

using namespace hallmonitor;
using namespace hallmonitor::world;
using namespace std::chrono_literals;
using collector::test::Folder;

namespace {

using Hours = decltype(Figures::hours);

// A new connection for each life of the collector's process, as there is in truth.
class Database {
public:
    explicit Database(const Folder& folder) : path_(collector::test::file_of(folder)) {}

    void write(const collector::Checkpoint& checkpoint) { sql_.value().write(checkpoint); }
    collector::LedgerImage load()
    {
        sql_.reset();
        return sql_.emplace(path_).load({});
    }

private:
    std::string path_;
    std::optional<collector::LedgerSql> sql_;
};

Hours hours_in(const Folder& folder)
{
    Hours hours;
    const auto db = collector::sqlite::open(collector::test::file_of(folder));
    collector::sqlite::Statement rows{
        db.get(), "SELECT site, device, hour_ms, sums FROM rollup_hour"};
    while (rows.step()) {
        const std::string device = rows.text(0) + " " + rows.text(1) + " ";
        const std::string at = " at " + std::to_string(rows.integer(2));
        for (const auto& [component, sums] : collector::unpack_sums(rows.blob(3)).value()) {
            const std::array octets{
                sums[collector::counter_slot(Metric::if_in_octets)],
                sums[collector::counter_slot(Metric::if_out_octets)]};
            if (octets != std::array<std::uint64_t, 2>{})
                hours[std::string{device}.append(component).append(at)] = octets;
        }
    }
    return hours;
}

} // namespace

TEST_CASE("the district's books are the same in SQLite", "[world]")
{
    for (const char* const name : {"transport", "kills", "all"}) {
        CAPTURE(name);
        WorldSetup setup = world_of(*find_scenario(name), {.seed = 3, .length = 3h});
        World in_memory{setup};
        REQUIRE(in_memory.run().complaints.empty());

        const Folder folder;
        Database database{folder};
        setup.store.write = [&](const collector::Checkpoint& made) { database.write(made); };
        setup.store.load = [&] { return database.load(); };
        World stored{setup};
        CHECK(stored.run().complaints.empty());
        CHECK(stored.figures() == in_memory.figures());
        CHECK(hours_in(folder) == in_memory.figures().hours);
        CHECK_FALSE(hours_in(folder).empty());
    }
}

} // namespace world_ledger_test
