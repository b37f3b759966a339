// What rules and expressions make of what a device tells (docs/profiles.md).

#include "tests/agent/facts/acme.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace facts_test {

using namespace hallmonitor::agent;
using hallmonitor::FactSection;
using namespace hallmonitor::agent::testing;

namespace {

// a, b and c of the row 7.
std::string row(const std::string& a, const std::string& b = "2|0", const std::string& c = "2|0")
{
    const std::string entry = "1.3.6.1.4.1.9999.1.1.";
    return entry + "1.7|" + a + "\n" + entry + "2.7|" + b + "\n" + entry + "3.7|" + c + "\n";
}

std::string field(
    const Facts& facts, FactSection section, const std::string& name, std::size_t at = 0
)
{
    const auto& rows = facts.rows(section);
    if (at >= rows.size()) return "no row";
    const Value& value = Facts::value(section, rows[at], name);
    return is_there(value) ? text_of(value) : "-";
}

} // namespace

TEST_CASE("an expression takes a column, a scalar or a constant", "[facts]")
{
    const std::string both = row("4|fan") + "1.3.6.1.4.1.9999.2.0|2|12\n";
    CHECK(evaluated("a", both) == "fan");
    CHECK(evaluated("{column: a}", both) == "fan");
    CHECK(evaluated("acmeScalar", both) == "12");
    CHECK(evaluated("{scalar: acmeScalar}", both) == "12");
    CHECK(evaluated("{scalar: acmeScalar}", row("4|fan")) == "-");
    CHECK(evaluated("{text: tray}", both) == "tray");
    CHECK(evaluated("{number: 2.5}", both) == "2.5");
    CHECK(evaluated("a", row("2|501000000")) == "501000000");
}

TEST_CASE("parts of an index, and cells of other rows and tables", "[facts]")
{
    CHECK(evaluated("{index: 1}", row("2|1")) == "7");
    CHECK(evaluated("{index: all}", row("2|1")) == "7");
    CHECK(evaluated("{index: 2}", row("2|1")) == "-");
    CHECK(evaluated("{index: -1}", row("2|1")) == "7");
    const std::string names = row("2|3") +
                              "1.3.6.1.4.1.9999.3.1.1.3|4|three\n1.3.6.1.4.1.9999.3.1.1.7|4|seven\n"
                              "1.3.6.1.4.1.9999.3.1.1.7.3|4|both\n";
    CHECK(evaluated("acmeNames.name", names) == "seven");
    CHECK(evaluated("{column: acmeNames.name, at: a}", names) == "three");
    CHECK(evaluated("{column: acmeNames.name, at: [{index: 1}, a]}", names) == "both");
    CHECK(evaluated("{column: acmeNames.name, at: {number: 9}}", names) == "-");
}

TEST_CASE("several sources in one", "[facts]")
{
    const std::string rows = row("4| ", "4|second", "2|3");
    CHECK(evaluated("{first: [a, b]}", rows) == "second");
    CHECK(evaluated("{join: [b, c, a], with: /}", rows) == "second/3");
    CHECK(evaluated("{sum: [c, {number: 4}]}", rows) == "7");
    CHECK(evaluated("{sum: [b, c]}", rows) == "-");
    CHECK(evaluated("{all: acmeTable.c, take: sum}", rows) == "3");
    CHECK(evaluated("{all: acmeTable.c, take: count}", rows) == "1");
}

TEST_CASE("steps change what was found, in the order of the book", "[facts]")
{
    CHECK(evaluated("{column: a, absent: [-1, 0xffff]}", row("2|-1")) == "-");
    CHECK(evaluated("{column: a, absent: [-1, 0xffff]}", row("66|65535")) == "-");
    CHECK(evaluated("{column: a, absent: [n/a]}", row("4|n/a")) == "-");
    CHECK(evaluated("{column: a, below: 0}", row("2|-3")) == "-");
    CHECK(evaluated("{column: a, above: 10}", row("2|11")) == "-");
    CHECK(evaluated("{column: a, above: 10}", row("2|10")) == "10");
    CHECK(evaluated("{column: a, number_in_text: 2}", row("4|5 Secs ( 31.5%) 60")) == "31.5");
    CHECK(evaluated("{column: a, number_in_text: -1}", row("4|5 Secs ( 31.5%) 60")) == "60");
    CHECK(evaluated("{column: a, number_in_text: 1}", row("4|at -3.5 C")) == "-3.5");
    CHECK(
        evaluated("{column: a, pattern: 'Version ([^,]+)'}", row("4|IOS, Version 15.5, x")) ==
        "15.5"
    );
    CHECK(evaluated("{column: a, pattern: '[0-9]+'}", row("4|rev 12")) == "12");
    CHECK(evaluated("{column: a, enum: {1: up, 2: down}}", row("2|2")) == "down");
    CHECK(evaluated("{column: a, enum: {1: up, 2: down}}", row("2|3")) == "-");
    CHECK(evaluated("{column: a, enum: {1: up}, else: other}", row("2|3")) == "other");
    CHECK(evaluated("{column: a, enum: {ok: good}}", row("4|ok")) == "good");
    const std::string by_bits = "{column: a, bits: {9: late, 1: early, 0: first}, else: none}";
    CHECK(evaluated(by_bits, row("4x|C0")) == "early");
    CHECK(evaluated(by_bits, row("4x|8040")) == "late");
    CHECK(evaluated(by_bits, row("4x|20")) == "-");
    CHECK(evaluated(by_bits, row("4x|0000")) == "none");
    CHECK(evaluated(by_bits, row("4|")) == "none");
    CHECK(evaluated(by_bits, row("2|64")) == "-");
    CHECK(evaluated("{column: a, modulo: 4294967296}", row("2|-1")) == "4294967295");
    CHECK(evaluated("{column: a, scale: 0.1, offset: -2}", row("2|35")) == "1.5");
    CHECK(evaluated("{column: a, ten_to: b}", row("2|35", "2|-1")) == "3.5");
    CHECK(evaluated("{column: a, per_ten_to: b}", row("2|35", "2|1")) == "3.5");
    CHECK(evaluated("{column: a, times: b}", row("2|35", "2|4")) == "140");
    CHECK(evaluated("{column: a, per: b}", row("2|35", "2|10")) == "3.5");
    CHECK(evaluated("{column: a, per: b}", row("2|35", "2|0")) == "-");
    CHECK(evaluated("{column: a, plausible: [-40, 120]}", row("2|121")) == "-");
    CHECK(evaluated("{column: a, plausible: [-40, 120]}", row("2|120")) == "120");
    CHECK(evaluated("{column: a, as: mac}", row("4x|001B2C3D4E5F")) == "00:1b:2c:3d:4e:5f");
    CHECK(evaluated("{column: a, as: address}", row("4x|0A000001")) == "10.0.0.1");
    const std::string by_b =
        "{column: a, as: id, subtype: {column: b, enum: {4: mac, 5: address}, else: text}}";
    CHECK(evaluated(by_b, row("4x|001B2C3D4E5F", "2|4")) == "00:1b:2c:3d:4e:5f");
    CHECK(evaluated(by_b, row("4x|010A000001", "2|5")) == "10.0.0.1");
    CHECK(evaluated(by_b, row("4|Gi1/0/1", "2|7")) == "Gi1/0/1");
}

TEST_CASE("an interface is found by the names it has, unless two have them", "[facts]")
{
    const auto interface = [](int index, const std::string& name, const std::string& descr) {
        const std::string number = std::to_string(index);
        return "1.3.6.1.2.1.2.2.1.2." + number + "|4|" + descr + "\n1.3.6.1.2.1.31.1.1.1.1." +
               number + "|4|" + name + "\n";
    };
    const std::string ports = interface(101, "Gi1", "Port") + interface(102, "Gi2", "Port");
    const std::string by_both = "{interface: a, by: [name, descr]}";
    CHECK(evaluated(by_both, ports + row("4|Gi2")) == "102");
    CHECK(evaluated(by_both, ports + row("4|Port")) == "-");
    CHECK(evaluated(by_both, ports + row("4|Gi3")) == "-");
    CHECK(evaluated("{interface: a, by: [index]}", ports + row("2|101")) == "101");
    CHECK(evaluated("{interface: a, by: [index]}", ports + row("2|103")) == "-");
}

TEST_CASE("rules choose rows, give way to others and need what is required", "[facts]")
{
    const std::string yaml =
        "scalars: {acmeLoad: 1.3.6.1.4.1.9999.2}\n"
        "tables:\n"
        "  acmeTable: {entry: 1.3.6.1.4.1.9999.1.1, columns: {class: 1, value: 2, name: 3}}\n"
        "  acmeOther: {entry: 1.3.6.1.4.1.9999.3.1, columns: {value: 1}}\n"
        "facts:\n"
        "  sensors:\n"
        "    - {each: acmeTable, where: {class: [3]}, kind: {text: temperature}, value: value, "
        "name: name}\n"
        "    - {each: acmeOther, unless: [acmeTable], kind: {text: fan}, value: value}\n"
        "  processors:\n"
        "    - {load_ratio: {scalar: acmeLoad, scale: 0.01}}\n"
        "  memory:\n"
        "    - {each: acmeTable, where: {class: [9]}, total_bytes: value, used_ratio: {number: "
        "0.25}}\n";
    const std::string entry = "1.3.6.1.4.1.9999.1.1.";
    const std::string table = entry + "1.1|2|3\n" + entry + "1.2|2|4\n" + entry + "2.1|2|41\n" +
                              entry + "2.2|2|5\n" + entry + "3.1|4|inlet\n" + entry + "1.5|2|9\n" +
                              entry + "2.5|2|400\n";
    const Facts facts =
        facts_of(yaml, table + "1.3.6.1.4.1.9999.3.1.1.1|2|900\n1.3.6.1.4.1.9999.2.0|2|7\n");
    REQUIRE(facts.rows(FactSection::sensors).size() == 1);
    CHECK(field(facts, FactSection::sensors, "value") == "41");
    CHECK(field(facts, FactSection::sensors, "unit") == "celsius");
    CHECK(facts.rows(FactSection::sensors).front().source == "acmeTable");
    CHECK(facts.rows(FactSection::sensors).front().index == "1");
    CHECK(field(facts, FactSection::processors, "load_ratio") == "0.07");
    CHECK(field(facts, FactSection::memory, "used_bytes") == "100");

    const Facts without = facts_of(yaml, "1.3.6.1.4.1.9999.3.1.1.1|2|900\n");
    CHECK(field(without, FactSection::sensors, "kind") == "fan");
    CHECK(without.rows(FactSection::processors).empty());
}

TEST_CASE("a section of one row takes each fact from the first that tells it", "[facts]")
{
    const Facts facts = facts_of(
        "scalars: {one: 1.3.6.1.4.1.9999.5, two: 1.3.6.1.4.1.9999.6}\n"
        "facts:\n"
        "  device:\n"
        "    - {model: one}\n"
        "    - {model: two, serial: two}\n",
        "1.3.6.1.4.1.9999.6.0|4|S1\n"
    );
    CHECK(facts.rows(FactSection::device).size() == 1);
    CHECK(field(facts, FactSection::device, "model") == "S1");
    CHECK(field(facts, FactSection::device, "serial") == "S1");
}

TEST_CASE("a rule gives way only to what brings something", "[facts]")
{
    const std::string yaml =
        "scalars: {idle: 1.3.6.1.4.1.9999.2, free: 1.3.6.1.4.1.9999.4}\n"
        "tables:\n"
        "  loads: {entry: 1.3.6.1.4.1.9999.1.1, columns: {load: 1}}\n"
        "facts:\n"
        "  processors:\n"
        "    - {each: loads, load_ratio: {column: load, below: 0, scale: 0.01}}\n"
        "    - {unless: [loads], load_ratio: {scalar: idle, scale: -0.01, offset: 1}}\n"
        "  memory:\n"
        "    - {unless: [loads], free_bytes: free}\n"
        "    - {free_bytes: {scalar: idle, below: 90}}\n"
        "    - {unless: [idle], total_bytes: free}\n";
    const std::string scalars = "1.3.6.1.4.1.9999.2.0|2|80\n1.3.6.1.4.1.9999.4.0|2|9\n";
    const auto loads_of = [&](const std::string& load) {
        return facts_of(yaml, scalars + "1.3.6.1.4.1.9999.1.1.1.1|2|" + load + "\n");
    };
    for (const char* const none : {"150", "-1"}) {
        INFO(none);
        const Facts facts = loads_of(none);
        REQUIRE(facts.rows(FactSection::processors).size() == 1);
        CHECK(field(facts, FactSection::processors, "load_ratio") == "0.2");
    }
    const Facts facts = loads_of("50");
    REQUIRE(facts.rows(FactSection::processors).size() == 1);
    CHECK(field(facts, FactSection::processors, "load_ratio") == "0.5");
    // Nothing of the section is made of `loads`: it is there. Of `idle` nothing was made.
    REQUIRE(facts.rows(FactSection::memory).size() == 1);
    CHECK(field(facts, FactSection::memory, "total_bytes") == "9");
}

TEST_CASE("rows of another table give way to those of a rule that stands for them", "[facts]")
{
    const Facts facts = facts_of(
        "tables:\n"
        "  plain: {entry: 1.3.6.1.4.1.9999.1.1, columns: {value: 1}}\n"
        "  rich: {entry: 1.3.6.1.4.1.9999.3.1, columns: {value: 1, type: 2}}\n"
        "facts:\n"
        "  sensors:\n"
        "    - {each: plain, kind: {text: fan}, value: value}\n"
        "    - {each: rich, instead_of: plain, where: {type: [1]}, kind: {text: fan}, value: "
        "value, high: {number: 9000}}\n",
        "1.3.6.1.4.1.9999.1.1.1.5|2|10\n1.3.6.1.4.1.9999.1.1.1.6|2|20\n"
        "1.3.6.1.4.1.9999.3.1.1.5|2|11\n1.3.6.1.4.1.9999.3.1.2.5|2|1\n"
        "1.3.6.1.4.1.9999.3.1.1.6|2|21\n1.3.6.1.4.1.9999.3.1.2.6|2|2\n"
    );
    REQUIRE(facts.rows(FactSection::sensors).size() == 2);
    CHECK(field(facts, FactSection::sensors, "value", 0) == "20");
    CHECK(field(facts, FactSection::sensors, "value", 1) == "11");
    CHECK(field(facts, FactSection::sensors, "high", 1) == "9000");
}

TEST_CASE("rows whose index has another length are none of the table", "[facts]")
{
    const std::string rows = "1.3.6.1.4.1.9999.1.1.1.3|2|30\n1.3.6.1.4.1.9999.1.1.1.3.4|2|34\n"
                             "1.3.6.1.4.1.9999.1.1.1.3.4.5|2|35\n";
    const auto count_of = [&](const std::string& length) {
        const Facts facts = facts_of(
            "tables: {t: {entry: 1.3.6.1.4.1.9999.1.1, " + length +
                "columns: {a: 1}}}\n"
                "facts: {sensors: [{each: t, kind: {text: fan}, value: a}]}\n",
            rows
        );
        return facts.rows(FactSection::sensors).size();
    };
    CHECK(count_of("index_length: 1, ") == 1);
    CHECK(count_of("index_length: [2, 3], ") == 2);
    CHECK(count_of("index_length: 4, ") == 0);
    CHECK(count_of("") == 3);
}

TEST_CASE("no kind of sensor tells what it cannot measure", "[facts]")
{
    const auto value_of = [](const std::string& kind, const std::string& number) {
        const Facts facts = facts_of(
            "scalars: {s: 1.3.6.1.4.1.9999.2}\n"
            "facts: {sensors: [{kind: " +
                kind + ", value: s, low: s, status: {text: ok}}]}\n",
            "1.3.6.1.4.1.9999.2.0|2|" + number + "\n"
        );
        if (facts.rows(FactSection::sensors).empty()) return std::string{"none"};
        return field(facts, FactSection::sensors, "value") + " " +
               field(facts, FactSection::sensors, "low");
    };
    CHECK(value_of("{text: temperature}", "-40") == "-40 -40");
    CHECK(value_of("{text: temperature}", "-300") == "none");
    CHECK(value_of("{text: temperature}", "9999") == "none");
    CHECK(value_of("{text: optical_power}", "-4000") == "none");
    CHECK(value_of("{text: fan}", "-1") == "none");
    CHECK(value_of("{text: humidity}", "1") == "1 1");
    CHECK(value_of("{text: humidity}", "2") == "none");
    CHECK(value_of("{text: voltage}", "-48") == "-48 -48");
    CHECK(value_of("{scalar: s, enum: {-1: fan, -2: current}}", "-1") == "- -");
    CHECK(value_of("{scalar: s, enum: {-1: fan, -2: current}}", "-2") == "-2 -2");
}

TEST_CASE("the ends of an integer's range are no reading, whatever scales them", "[facts]")
{
    const std::string column = "1.3.6.1.4.1.9999.1.1.1.";
    const auto facts = [&](const std::string& first, const std::string& second) {
        return facts_of(
            "tables: {t: {entry: 1.3.6.1.4.1.9999.1.1, columns: {a: 1}}}\n"
            "facts:\n"
            "  sensors: [{each: t, kind: {text: voltage}, value: {first: [{column: a, scale: "
            "0.1}]}}]\n"
            "  ups: [{load_ratio: {all: t.a, take: most, scale: 0.01}}]\n"
            "  storage: [{each: t, total_bytes: a}]\n",
            column + "1|" + first + "\n" + column + "2|" + second + "\n"
        );
    };
    for (const char* const end :
         {"2|32767", "2|-32768", "66|65535", "2|2147483647", "2|-2147483648", "66|4294967295"}) {
        INFO(end);
        const Facts one = facts("2|34", end);
        CHECK(one.rows(FactSection::sensors).size() == 1);
        CHECK(field(one, FactSection::sensors, "value") == "3.4");
        CHECK(field(one, FactSection::ups, "load_ratio") == "0.34");
    }
    // A text is what it says, and what is counted has no such ends.
    CHECK(field(facts("4|65535", "2|1"), FactSection::sensors, "value") == "6553.5");
    CHECK(field(facts("2|32767", "2|1"), FactSection::storage, "total_bytes") == "32767");
}

TEST_CASE("counts are told to the last digit, an index as what it is", "[facts]")
{
    const std::string yaml =
        "scalars: {size: 1.3.6.1.4.1.9999.2, name: 1.3.6.1.4.1.9999.4}\n"
        "facts:\n"
        "  storage: [{index: name, total_bytes: {scalar: size, scale: 1024}, used_bytes: size}]\n";
    const auto storage = [&](const std::string& size, const std::string& name) {
        return facts_of(
            yaml, "1.3.6.1.4.1.9999.2.0|2|" + size + "\n1.3.6.1.4.1.9999.4.0|4|" + name + "\n"
        );
    };
    const Facts facts = storage("2123456789", "7");
    CHECK(
        Facts::value(FactSection::storage, facts.rows(FactSection::storage)[0], "total_bytes") ==
        Value{2174419751936.0}
    );
    const auto index_of = [&](const std::string& name) {
        const Facts named = storage("1", name);
        return Facts::value(FactSection::storage, named.rows(FactSection::storage)[0], "index");
    };
    CHECK(index_of("7") == Value{7.0});
    CHECK(index_of("0") == Value{0.0});
    CHECK(index_of("07") == Value{std::string{"07"}});
    CHECK(index_of("1.2") == Value{std::string{"1.2"}});
    CHECK(index_of("disk") == Value{std::string{"disk"}});
    CHECK(storage("-3", "7").rows(FactSection::storage).empty());
}

TEST_CASE("a flag is set where any row says so", "[facts]")
{
    const std::string yaml =
        "tables: {packs: {entry: 1.3.6.1.4.1.9999.1.1, columns: {state: 1}}}\n"
        "facts:\n"
        "  ups: [{each: packs, replace_battery: {column: state, enum: {1: false, 2: true}}}]\n";
    const std::string state = "1.3.6.1.4.1.9999.1.1.1.";
    const auto flag_of = [&](const std::string& first, const std::string& second) {
        const std::string packs = state + "1|2|" + first + "\n" + state + "2|2|" + second + "\n";
        return field(facts_of(yaml, packs), FactSection::ups, "replace_battery");
    };
    CHECK(flag_of("1", "1") == "false");
    CHECK(flag_of("1", "2") == "true");
    CHECK(flag_of("2", "1") == "true");
    CHECK(flag_of("3", "3") == "-");
}

TEST_CASE("hostile texts and numbers out of range make no facts", "[facts]")
{
    const std::string yaml =
        "scalars: {load: 1.3.6.1.4.1.9999.5, name: 1.3.6.1.4.1.9999.6}\n"
        "facts:\n"
        "  processors: [{load_ratio: {scalar: load, scale: 0.01}, name: name}]\n";
    const Facts over = facts_of(yaml, "1.3.6.1.4.1.9999.5.0|2|140\n");
    CHECK(over.rows(FactSection::processors).empty());
    const Facts wild =
        facts_of(yaml, "1.3.6.1.4.1.9999.5.0|2|40\n1.3.6.1.4.1.9999.6.0|4x|3C623EFF0A1B\n");
    CHECK(field(wild, FactSection::processors, "name") == "<b>\xc3\xbf ");
}

} // namespace facts_test
