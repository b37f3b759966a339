// A printer: Printer-MIB (RFC 3805) and its side of HOST-RESOURCES-MIB.

#include "tests/sim/kinds/all.hpp"
#include "tests/sim/kinds/common.hpp"

#include <array>

namespace hallmonitor::sim::kinds {
namespace {

using namespace cell;
using namespace std::chrono_literals;

constexpr std::uint64_t pages_an_hour = 60;
const Oid printer = mib_2 + Oid{43};

struct Supply {
    const char* name;
    std::int64_t type;   // prtMarkerSuppliesType: 3 toner, 9 opc, 4 waste toner
    std::int64_t supply; // class: 3 consumed, 4 filled
    std::int64_t pages;  // until it is empty, or full
};
constexpr std::array supplies{
    Supply{"Black toner", 3, 3, 9'000},
    Supply{"Cyan toner", 3, 3, 6'000},
    Supply{"Drum", 9, 3, 50'000},
    Supply{"Waste toner box", 4, 4, 30'000}};

void add_supplies(Tables& tables, std::uint16_t pages)
{
    for (std::uint32_t i = 1; i <= supplies.size(); ++i) {
        const auto& supply = supplies.at(i - 1);
        const auto most = supply.pages;
        const auto level = tables.signal(
            {.name = "supply/" + std::to_string(i),
             .formula = [=](const Signals& all,
                            Instant now) { return most - all.value(pages, now) % most; }}
        );
        tables.row(
            printer + Oid{11, 1, 1},
            {1, i},
            {{2, integer(1)},
             {3, integer(0)},
             {4, integer(supply.supply)},
             {5, integer(supply.type)},
             {6, name(supply.name)},
             {7, integer(7)},
             {8, integer(most)},
             {9, Tables::cell_of(level)}}
        );
    }
}

} // namespace

void describe_printer(Tables& tables)
{
    add_system(
        tables,
        {.descr = "Hallmonitor simulated printer, version 1.0",
         .object_id = enterprises + Oid{99'999, 5},
         .location = "library",
         .services = 72}
    );
    add_interfaces(tables);
    const auto status = tables.signal({.name = "status", .low = 3}); // idle
    const auto jam = tables.signal({.name = "alert/jam", .failed = 1});
    const auto pages = tables.signal({.name = "pages", .an_hour = pages_an_hour});
    const Oid host = mib_2 + Oid{25, 3};
    tables.row(
        host + Oid{2, 1},
        {1},
        {{1, integer(1)},
         {2, oid(host + Oid{1, 5})}, // hrDevicePrinter
         {3, name("SIM-PRINTER")},
         {4, oid({0, 0})},
         {5, integer(2)},
         {6, counter(0)}}
    );
    tables.row(host + Oid{5, 1}, {1}, {{1, Tables::cell_of(status)}, {2, octets({0})}});
    tables.row(
        printer + Oid{5, 1, 1},
        {1},
        {{1, counter(1)}, {16, name("SIM-PRINTER")}, {17, tables.own_text("SIMP{n}")}}
    );
    tables.row(
        printer + Oid{8, 2, 1},
        {1, 1},
        {{9, integer(250)}, {10, integer(180)}, {13, name("Tray 1")}}
    );
    tables.row(
        printer + Oid{10, 2, 1},
        {1, 1},
        {{3, integer(7)},
         {4, Tables::cell_of(pages, tag::counter32)},
         {5, Tables::cell_of(pages, tag::counter32)}}
    );
    add_supplies(tables, pages);
    tables.row_while(
        jam,
        printer + Oid{18, 1, 1},
        {1, 1},
        {{2, integer(3)},
         {3, integer(3)},
         {4, integer(8)},
         {5, integer(1)},
         {7, integer(8)},
         {8, name("Paper jam")},
         {9, live(Live::sys_uptime)}}
    );
}

} // namespace hallmonitor::sim::kinds
