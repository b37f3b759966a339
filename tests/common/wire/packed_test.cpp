#include "common/wire/packed_definition.hpp"
#include "common/wire/packed_values.hpp"
#include "tests/common/wire/generated.hpp"

#include <catch2/catch.hpp>

namespace packed_test {

using namespace hallmonitor;
using hallmonitor::test::Generator;
using wire::PackedDefinition;
using wire::PackedValues;

TEST_CASE("what is packed comes out as it went in", "[wire]")
{
    Generator generator{20'261'127};
    for (int i = 0; i < 2'000; ++i) {
        const auto [table, reading] = generator.next();

        CHECK(
            PackedValues{reading.cells, table.rows.size()}.unpack(table.rows.size()) ==
            reading.cells
        );
        CHECK(PackedDefinition{table}.unpack() == table);
        CHECK(PackedDefinition{table}.holds(table));
    }
}

TEST_CASE("extreme numbers and tables without cells can be packed", "[wire]")
{
    const Cells extreme{0, ~std::uint64_t{0}, 1, std::uint64_t{1} << 63U, std::nullopt, 7};
    CHECK(PackedValues{extreme, 2}.unpack(2) == extreme);
    CHECK(PackedValues{extreme, 6}.unpack(6) == extreme);
    CHECK(PackedValues{Cells{}, 0}.unpack(0) == Cells{});
}

TEST_CASE("one packing takes the place of another", "[wire]")
{
    const Cells large = Cells::absent(100);
    const Cells small{5, 6};
    PackedValues packed{large, 10};

    packed.keep(small, 2);
    CHECK(packed.unpack(2) == small);
    packed.keep(large, 10);
    CHECK(packed.unpack(10) == large);
}

TEST_CASE("columns of equal numbers cost next to nothing", "[wire]")
{
    const Cells equal{std::vector<Cell>(48UL * 8, 1'000'000'000)};

    CHECK(PackedValues{equal, 48}.bytes() < 70);
}

TEST_CASE("another definition is told from the one that is held", "[wire]")
{
    TableDefinition table{
        .device = "sw-1",
        .kind = TableKind::interface,
        .interval = std::chrono::seconds{60},
        .columns = {Metric::if_in_octets},
        .rows = {{.key = "Gi1", .attributes = {{Attribute::if_alias, "uplink"}}}},
    };
    const PackedDefinition packed{table};
    table.rows[0].attributes.set(Attribute::if_alias, "room 3");

    CHECK(!packed.holds(table));
    CHECK(!PackedDefinition{}.holds(table));
}

} // namespace packed_test
