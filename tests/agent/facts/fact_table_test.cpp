// What of a device's facts is told, and how its readings find their rows.

#include "agent/facts/fact_table.hpp"
#include "agent/facts/moving.hpp"
#include "common/limits.hpp"
#include "common/model/fact_sections.hpp"
#include "tests/agent/facts/acme.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace fact_table_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::testing;
using namespace std::chrono_literals;

namespace {

const std::string profile = R"(
scalars: {charge: 1.3.6.1.4.1.9999.2, battery: 1.3.6.1.4.1.9999.3}
tables:
  parts: {entry: 1.3.6.1.4.1.9999.4.1, columns: {class: 1, name: 2, serial: 3}}
  probes: {entry: 1.3.6.1.4.1.9999.5.1, columns: {name: 1, value: 2, scale: 3, port: 4, type: 5}}
  other: {entry: 1.3.6.1.4.1.9999.6.1, columns: {a: 1}}
facts:
  device:
    - {model: battery}
  inventory:
    - each: parts
      class: {column: class, enum: {1: chassis, 2: port}}
      name: name
      serial: serial
  sensors:
    - each: probes
      where: {type: [1]}
      name: {first: [parts.name, name]}
      kind: {text: temperature}
      value: {column: value, ten_to: scale}
      high: {number: 70}
      if_index: port
    - each: probes
      where: {type: [2]}
      kind: {text: fan}
      value: value
  ups:
    - charge_ratio: {scalar: charge, scale: 0.01}
    - unless: [charge]
      charge_ratio: {scalar: battery, scale: 0.01}
)";

const std::string recording = R"(1.3.6.1.4.1.9999.2.0|66|50
1.3.6.1.4.1.9999.3.0|66|40
1.3.6.1.4.1.9999.4.1.1.1|2|1
1.3.6.1.4.1.9999.4.1.1.2|2|2
1.3.6.1.4.1.9999.4.1.1.3|2|2
1.3.6.1.4.1.9999.4.1.2.1|4|Box
1.3.6.1.4.1.9999.4.1.2.2|4|Port
1.3.6.1.4.1.9999.4.1.2.3|4|Optic
1.3.6.1.4.1.9999.4.1.3.3|4|S-3
1.3.6.1.4.1.9999.5.1.1.7|4|Inlet
1.3.6.1.4.1.9999.5.1.2.7|2|-25
1.3.6.1.4.1.9999.5.1.3.7|2|-1
1.3.6.1.4.1.9999.5.1.4.7|2|12
1.3.6.1.4.1.9999.5.1.5.7|2|1
1.3.6.1.4.1.9999.5.1.2.8|2|1200
1.3.6.1.4.1.9999.5.1.5.8|2|2
)";

struct Told {
    std::shared_ptr<const Catalogue> catalogue = catalogue_of("title: Any\n" + profile);
    std::shared_ptr<const CompleteProfile> complete = catalogue->complete("standard");
    RawFacts raw = raw_facts_of(read_recording(recording), *complete);
    DeviceFacts facts{
        .profile = "standard",
        .facts = understand(*complete, raw, {}),
        .tables = {
            {"probes", TableRead::ok}, {"parts", TableRead::failed}, {"other", TableRead::absent}}};
    FactTable table;
    TableDefinition definition = table.define(
        facts,
        [](std::uint32_t if_index) { return if_index == 12 ? "Gi0/12" : std::string{}; },
        5min
    );
    TableReading reading = table.reading(facts, MonoTime{1s});

    [[nodiscard]] std::size_t row(const std::string& key) const
    {
        const auto found =
            std::find_if(definition.rows.begin(), definition.rows.end(), [&](const Row& one) {
                return one.key == key;
            });
        INFO(key);
        REQUIRE(found != definition.rows.end());
        return static_cast<std::size_t>(found - definition.rows.begin());
    }
    [[nodiscard]] Cell cell(const std::string& key, std::size_t column, const TableReading& of)
        const
    {
        return of.cells.at(column * definition.rows.size() + row(key));
    }
};

} // namespace

TEST_CASE("a fact row is a row with figures in columns and the rest in attributes", "[facts]")
{
    const Told told;
    CHECK(told.definition.kind == TableKind::facts);
    CHECK(told.definition.interval == 5min);
    CHECK(told.definition.columns.size() == 4); // a UPS's charge stands in the fourth
    const Row& inlet = told.definition.rows[told.row("sensors/probes.7")];
    CHECK(inlet.attributes.text(Attribute::name) == "Inlet");
    CHECK(inlet.attributes.text(Attribute::kind) == "temperature");
    CHECK(inlet.attributes.text(Attribute::unit) == "celsius");
    CHECK(inlet.attributes.text(Attribute::high) == "70");
    CHECK(inlet.attributes.text(Attribute::interface) == "Gi0/12");
    const FieldInfo& value = info_of(FactSection::sensors).fields[4];
    REQUIRE(value.name == "value");
    CHECK(cell_number(value, told.cell("sensors/probes.7", 0, told.reading).value()) == -2.5);
    // The second rule over the table: its rows are others even where the index is the same.
    CHECK(told.cell("sensors/probes~2.8", 0, told.reading) == Cell{1'200'000'000});
    CHECK(told.cell("ups", 3, told.reading) == Cell{500'000});
    CHECK(told.cell("tables/probes", 0, told.reading) == Cell{1});
    CHECK(told.cell("tables/parts", 0, told.reading) == Cell{0});
    CHECK(device_attributes(told.facts.facts).text(Attribute::model) == "40");
}

TEST_CASE("of what fills a chassis only what has a serial number is told", "[facts]")
{
    const Told told;
    CHECK(
        told.definition.rows[told.row("inventory/parts.3")].attributes.text(Attribute::serial) ==
        "S-3"
    );
    CHECK(told.row("inventory/parts.1") < told.definition.rows.size());
    const auto is_port = [](const Row& row) { return row.key == "inventory/parts.2"; };
    CHECK(std::none_of(told.definition.rows.begin(), told.definition.rows.end(), is_port));
}

TEST_CASE("only what moves is read again, and finds its rows", "[facts]")
{
    Told told;
    const MovingObjects objects = moving_objects(*told.complete, told.raw.there());
    REQUIRE(objects.scalars.size() == 1); // the other stands in for it
    CHECK(told.complete->scalars[objects.scalars[0]]->name == "charge");
    REQUIRE(objects.tables.size() == 1);
    CHECK(told.complete->tables[objects.tables[0].number]->name == "probes");
    CHECK(objects.tables[0].columns == std::vector<std::size_t>{1, 2, 4}); // value, scale, type

    RawFacts raw{*told.complete, told.raw.there()};
    const std::size_t probes = objects.tables[0].number;
    const auto put = [&](std::uint32_t index, double number, double scale, double type) {
        raw.put(probes, 1, {index}, number);
        raw.put(probes, 2, {index}, scale);
        raw.put(probes, 4, {index}, type);
    };
    raw.put_scalar(objects.scalars[0], 49.0);
    put(7, 31, 0, 1);
    put(9, 40, 0, 1); // new
    DeviceFacts moved = told.facts;
    moved.facts = understand_moving(*told.complete, raw);
    const TableReading reading = told.table.reading(moved, MonoTime{2s});
    CHECK(told.cell("sensors/probes.7", 0, reading) == Cell{31'000'000});
    CHECK(told.cell("sensors/probes~2.8", 0, reading) == Cell{});
    CHECK(told.cell("ups", 3, reading) == Cell{490'000});
    CHECK(told.cell("tables/parts", 0, reading) == Cell{0});
    CHECK(told.table.unknown() == 1);
}

TEST_CASE("which rules count stays as it was when all was read", "[facts]")
{
    const std::string table = "1.3.6.1.4.1.9999.1.1.1.1|2|";
    const auto complete =
        catalogue_of(
            "title: Any\n"
            "scalars: {idle: 1.3.6.1.4.1.9999.2}\n"
            "tables: {loads: {entry: 1.3.6.1.4.1.9999.1.1, columns: {load: 1}}}\n"
            "facts:\n"
            "  processors:\n"
            "    - {each: loads, load_ratio: {column: load, scale: 0.01}}\n"
            "    - {unless: [loads], load_ratio: {scalar: idle, scale: -0.01, offset: 1}}\n"
        )
            ->complete("standard");
    const auto read = [&](const std::string& load) {
        return raw_facts_of(
            read_recording(table + load + "\n1.3.6.1.4.1.9999.2.0|2|80\n"), *complete
        );
    };
    const Presence sound = read("50").there();
    CHECK(moving_objects(*complete, sound).scalars.empty());
    const Presence mad = read("150").there();
    CHECK(moving_objects(*complete, mad).scalars == std::vector<std::size_t>{0});

    RawFacts later{*complete, sound};
    later.put_scalar(0, 80.0);
    later.put(0, 0, {1}, 150.0);
    CHECK(understand_moving(*complete, later).rows(FactSection::processors).empty());
}

TEST_CASE("a long index gives a key that fits, and no two the same", "[facts]")
{
    DeviceFacts facts;
    const std::string long_index(2 * limits::device_string_bytes, '7');
    for (const char* const end : {"1", "2"}) {
        FactRow row{.source = "t", .index = {}, .id = "t." + long_index + end, .values = {}};
        row.values.resize(info_of(FactSection::processors).fields.size());
        facts.facts.rows(FactSection::processors).push_back(row);
    }
    FactTable table;
    const auto none = [](std::uint32_t) { return std::string{}; };
    const TableDefinition definition = table.define(facts, none, 5min);
    REQUIRE(definition.rows.size() == 2);
    CHECK(definition.rows[0].key.size() <= limits::device_string_bytes);
    CHECK(definition.rows[0].key != definition.rows[1].key);
}

TEST_CASE("figures travel in millionths, words by their place", "[facts]")
{
    const FieldInfo& volts = info_of(FactSection::ups).fields[7];
    REQUIRE(volts.name == "input_volts");
    CHECK(cell_number(volts, number_cell(volts, 230.5).value()) == 230.5);
    CHECK(cell_number(volts, number_cell(volts, -0.000002).value()) == -0.000002);
    CHECK_FALSE(number_cell(volts, 1e300));
    const FieldInfo& pages = info_of(FactSection::printer).fields[1];
    REQUIRE(pages.type == FieldInfo::Type::count);
    CHECK(number_cell(pages, 12'345) == Cell{12'345});
    CHECK_FALSE(number_cell(pages, -1));
    const FieldInfo& source = info_of(FactSection::ups).fields[6];
    REQUIRE(source.name == "output_source");
    CHECK(cell_word(source, word_cell(source, "battery").value()) == "battery");
    CHECK_FALSE(word_cell(source, "steam"));
    CHECK(cell_word(source, 4711).empty());
    CHECK(section_of_key("sensors/probes.7") == FactSection::sensors);
    CHECK(section_of_key("ups") == FactSection::ups);
    CHECK_FALSE(section_of_key("flux/1"));
}

} // namespace fact_table_test
