// prometheus-cpp's serializer as the oracle: the same values, given to it, must read back to the
// same set of samples. It writes 16 digits of a value, where we write as many as it takes.

#include "collector/expose/text_writer.hpp"
#include "tests/collector/expose/page_parser.hpp"
#include "tests/collector/fleet.hpp"

#include <catch2/catch.hpp>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace oracle_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;

namespace {

/// Everything that is on our page, said again in prometheus-cpp's terms.
std::vector<prometheus::MetricFamily> as_families(const ParsedPage& page)
{
    std::vector<prometheus::MetricFamily> families;
    for (const auto& [key, value] : page.samples) {
        if (families.empty() || families.back().name != key.first) {
            families.emplace_back();
            families.back().name = key.first;
            families.back().type = prometheus::MetricType::Gauge;
        }
        prometheus::ClientMetric metric;
        for (const auto& [name, text] : key.second)
            metric.label.push_back({name, text});
        metric.gauge.value = value;
        families.back().metric.push_back(std::move(metric));
    }
    return families;
}

/// Samples of one interface, built without our writer.
std::map<SampleKey, double> expected_totals(const DeviceView& device)
{
    std::vector<prometheus::MetricFamily> families(2);
    families[0].name = "hallmonitor_interface_receive_bytes_total";
    families[1].name = "hallmonitor_interface_transmit_bytes_total";
    for (const InterfaceView& view : device.interfaces->rows) {
        for (std::size_t slot = 0; slot < 2; ++slot) {
            prometheus::ClientMetric metric;
            metric.label = {
                {"site", device.id.site},
                {"device", device.id.name},
                {"interface", device.interfaces->row(view).key}};
            metric.counter.value = static_cast<double>(view.total.numbers.at(slot));
            families[slot].type = prometheus::MetricType::Counter;
            families[slot].metric.push_back(std::move(metric));
        }
    }
    const auto page = parse_page(prometheus::TextSerializer{}.Serialize(families));
    REQUIRE(page.problem.empty());
    return page.samples;
}

std::string text_of(const std::shared_ptr<const Snapshot>& snapshot)
{
    MetricsPage page{snapshot, {}};
    std::string text;
    while (page(text)) {
    }
    return text;
}

DeviceView hostile_switch()
{
    auto device = make_device(
        "lin\"coln",
        "sw\\1",
        State::down,
        {{.key = "Gi 0/1 {a=\"b\"}", .received = 1ULL << 62, .received_per_second = 1.0 / 3},
         {.key = "größe", .sent = 18'446'744'073'709'551'615ULL, .sent_per_second = 1e-300},
         {.key = "\\n", .alias = "\"", .watched = true, .received = 9'007'199'254'740'993ULL}}
    );
    device.facts = make_facts({
        {.key = "sensors/a\"b.1",
         .attributes =
             {{Attribute::name, "größe \\"},
              {Attribute::kind, "temperature"},
              {Attribute::high, "-1e-7"}},
         .values = {{"value", 1e-6}, {"status", "critical"}}},
        {.key = "neighbours/lldp.1.2.3",
         .attributes =
             {{Attribute::interface, "\\n"},
              {Attribute::protocol, "lldp"},
              {Attribute::port_descr, "a=\"b\",c"}}},
        {.key = "printer", .attributes = {}, .values = {{"status", "idle"}, {"pages", 1e15}}},
    });
    return device;
}

/// Names and labels alike, values alike to 15 digits.
void check_alike(const std::map<SampleKey, double>& ours, const std::map<SampleKey, double>& theirs)
{
    REQUIRE(ours.size() == theirs.size());
    for (auto mine = ours.begin(), other = theirs.begin(); mine != ours.end(); ++mine, ++other) {
        CHECK(mine->first == other->first);
        CHECK(mine->second == Approx(other->second).epsilon(1e-15));
    }
}

} // namespace

TEST_CASE("our page and prometheus-cpp's say the same samples", "[expose]")
{
    const auto ours =
        parse_page(text_of(make_snapshot({hostile_switch()}, {make_agent("a\\", "\"")})));
    REQUIRE(ours.problem.empty());
    REQUIRE(ours.samples.size() > 50);

    const auto theirs = parse_page(prometheus::TextSerializer{}.Serialize(as_families(ours)));

    REQUIRE(theirs.problem.empty());
    check_alike(ours.samples, theirs.samples);
}

TEST_CASE("totals of hostile interfaces are those that prometheus-cpp writes", "[expose]")
{
    const auto device = hostile_switch();

    const auto ours = parse_page(text_of(make_snapshot({device})));

    const auto expected = expected_totals(device);
    REQUIRE(expected.size() == 6);
    auto totals = ours.samples;
    std::erase_if(totals, [&](const auto& sample) { return !expected.contains(sample.first); });
    check_alike(totals, expected);
}

} // namespace oracle_test
