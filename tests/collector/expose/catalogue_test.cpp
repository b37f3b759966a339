#include "collector/expose/catalogue.hpp"
#include "collector/expose/fact_rules.hpp"
#include "collector/expose/self_metrics.hpp"
#include "collector/expose/text_writer.hpp"
#include "tests/collector/expose/page_parser.hpp"
#include "tests/collector/fleet.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

namespace catalogue_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;

namespace {

std::set<std::string> label_names(std::string_view list)
{
    std::set<std::string> names;
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        names.emplace(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return names;
}

/// Facts with everything that their sections can hold, and a sensor of every kind.
FactTable every_fact()
{
    std::vector<Fact> facts;
    for (std::size_t number = 0; number < fact_sections; ++number) {
        const auto section = static_cast<FactSection>(number);
        const SectionInfo& info = info_of(section);
        Fact fact{.key = std::string{info.name} + (info.is_single ? "" : "/table.1")};
        for (const FieldInfo& field : info.fields) {
            if (field.attribute) fact.attributes.set(*field.attribute, "1");
            if (!field.moves()) continue;
            if (field.words.empty()) {
                fact.values.emplace_back(std::string{field.name}, 1.0);
            } else {
                fact.values.emplace_back(std::string{field.name}, std::string{field.words[1]});
            }
        }
        facts.push_back(std::move(fact));
    }
    const auto kind = field_named(FactSection::sensors, "kind").value();
    for (const std::string_view word : info_of(FactSection::sensors).fields[kind].words)
        facts.push_back({
            .key = "sensors/kind." + std::string{word},
            .attributes = {{Attribute::kind, word}},
            .values = {{"value", 1.0}},
        });
    return make_facts(facts);
}

/// A fleet that has a sample in every family.
std::shared_ptr<const Snapshot> full_fleet()
{
    auto device = make_device("lincoln", "sw-1", State::up, {{.key = "1", .watched = true}});
    device.snmp_up = device.ping_up = device.interface_table_up = true;
    device.ping_rtt = device.poll_duration = std::chrono::microseconds{1};
    device.booted_at = now;
    auto interfaces = *device.interfaces;
    for (std::size_t slot = 0; slot < interface_counters; ++slot)
        interfaces.rows[0].total.set(slot, 0);
    device.interfaces = std::make_shared<const InterfaceTable>(interfaces);
    device.facts = every_fact();
    auto agent = make_agent("lincoln", "a");
    agent.history = {.newest = now, .batches = 1};
    for (int number = 128; number <= 141; ++number)
        agent.vitals[static_cast<Metric>(number)] = 2;
    return make_snapshot({device}, {agent});
}

std::string_view type_word(FamilyType type)
{
    switch (type) {
    case FamilyType::gauge: return "gauge";
    case FamilyType::counter: return "counter";
    case FamilyType::histogram: return "histogram";
    }
    return "";
}

std::string family_list()
{
    std::string list = "\n| family | type | labels | what it is |\n|---|---|---|---|\n";
    for (const MetricFamily& one : catalogue()) {
        list += "| `" + std::string{one.name} + "` | ";
        list += std::string{type_word(one.type)} + " | ";
        for (const char c : one.labels)
            list += c == ',' ? std::string{", "} : std::string{c};
        list += " | " + std::string{one.help} + " |\n";
    }
    return list + "\n";
}

std::string full_page()
{
    MetricsPage page{full_fleet(), {}};
    std::string text;
    while (page(text)) {
    }
    SelfMetrics self;
    self.count_request("/metrics", 200, {});
    return text + self.page();
}

} // namespace

TEST_CASE(
    "every family of the catalogue is on a full page, with the labels it declares", "[expose]"
)
{
    const auto page = parse_page(full_page());
    REQUIRE(page.problem.empty());

    for (const MetricFamily& declared : catalogue()) {
        const std::string name{declared.name};
        INFO(name);
        CHECK(page.types.contains(name));
        auto allowed = label_names(declared.labels);
        allowed.insert("le");
        for (const auto& [key, value] : page.samples) {
            if (key.first != name) continue;
            for (const auto& [label, text] : key.second)
                CHECK(allowed.contains(label));
        }
    }
    CHECK(page.types.size() == catalogue().size());
}

TEST_CASE("names are ours, unit last, and counters end in _total", "[expose]")
{
    for (const MetricFamily& declared : catalogue()) {
        INFO(declared.name);
        CHECK(declared.name.starts_with("hallmonitor_"));
        CHECK(declared.name.ends_with("_total") == (declared.type == FamilyType::counter));
        CHECK(declared.help.ends_with("."));
        CHECK(declared.help.find('\n') == std::string_view::npos);
    }
}

TEST_CASE("docs/metrics.md lists every family as the catalogue has it", "[expose]")
{
    // UPDATE_GOLDEN=1 in the environment writes the list anew.
    const std::string file = HALLMONITOR_SOURCE_DIR "/docs/metrics.md";
    std::ifstream in{file};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const std::string begin = "<!-- metrics: generated -->\n";
    const auto from = text.find(begin);
    const auto to = text.find("<!-- end of metrics -->");
    REQUIRE(from < to);
    REQUIRE(to != std::string::npos);

    const std::string expected = text.substr(0, from) + begin + family_list() + text.substr(to);

    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream{file} << expected;
    CHECK((text == expected || std::getenv("UPDATE_GOLDEN") != nullptr));
}

TEST_CASE("promtool finds no fault with a full page", "[expose]")
{
    if (std::system("command -v promtool >/dev/null") != 0) {
        WARN("promtool is not installed");
        return;
    }
    FILE* promtool = popen("promtool check metrics >&2", "w");
    REQUIRE(promtool != nullptr);
    const std::string text = full_page();

    const auto written = fwrite(text.data(), 1, text.size(), promtool);

    CHECK(written == text.size());
    CHECK(pclose(promtool) == 0);
}

} // namespace catalogue_test
