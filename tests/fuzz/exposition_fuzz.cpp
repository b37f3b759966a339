// Whatever devices and agents call themselves: every page can be read by a strict reader, the JSON
// is JSON, and the home page has no more tags than with plain names.

#include "collector/expose/ifmib_writer.hpp"
#include "collector/expose/text_writer.hpp"
#include "collector/report/documents.hpp"
#include "collector/report/home_page.hpp"
#include "collector/report/text.hpp"
#include "common/check.hpp"
#include "common/model/text.hpp"
#include "tests/collector/expose/page_parser.hpp"
#include "tests/collector/fleet.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

using namespace hallmonitor;
using namespace hallmonitor::collector;

namespace {

// Strings of the input, separated by line feeds; empty when there are no more.
class Strings {
public:
    explicit Strings(std::string_view text) : rest_(text) {}
    std::string next()
    {
        const auto end = std::min(rest_.find('\n'), rest_.size());
        std::string taken{rest_.substr(0, end)};
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return taken;
    }
    double number()
    {
        std::array<char, sizeof(double)> bytes{};
        const std::string text = next();
        text.copy(bytes.data(), bytes.size());
        double value = 0;
        std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }

private:
    std::string_view rest_;
};

// Every cell the same octets.
std::shared_ptr<const PlacedReading> all_cells_of(double number, const FactTable& facts)
{
    std::uint64_t cell = 0;
    std::memcpy(&cell, &number, sizeof cell);
    PlacedReading placed = *facts.reading;
    for (std::size_t place = 0; place < placed.reading.cells.size(); ++place)
        placed.reading.cells.set(place, cell);
    return std::make_shared<const PlacedReading>(std::move(placed));
}

std::shared_ptr<const Snapshot> fleet_of(std::string_view text)
{
    Strings strings{text};
    const std::string site = strings.next();
    test::Port port{.key = strings.next(), .alias = strings.next(), .watched = true};
    port.received_per_second = strings.number();
    auto device = test::make_device(site, strings.next(), State::up, {port});
    device.agent = strings.next();
    // Sections of their own: keys that differ in control characters alone would be one on the page.
    const auto fact = [&](const std::string& section) {
        test::Fact made{.key = section + '/' + strings.next()};
        for (const Attribute attribute : {Attribute::name, Attribute::kind, Attribute::high})
            made.attributes.set(attribute, strings.next());
        return made;
    };
    device.facts = test::make_facts({fact("sensors"), fact("inventory"), fact("tables")});
    device.facts.reading = all_cells_of(strings.number(), device.facts);
    for (const auto attribute :
         {Attribute::address, Attribute::sys_name, Attribute::sys_descr, Attribute::sys_location})
        device.attributes.set(attribute, strings.next());
    auto agent = test::make_agent(site, strings.next());
    agent.software = strings.next();
    return test::make_snapshot({std::move(device)}, {std::move(agent)});
}

std::string whole(PageSource page)
{
    std::string text;
    while (page(text)) {
    }
    return text;
}

// Where the page can be read, a line that begins so is a sample.
std::size_t samples_of(std::string_view name, std::string_view page)
{
    const std::string begin = '\n' + std::string{name} + '{';
    std::size_t count = 0;
    for (auto at = page.find(begin); at != std::string_view::npos; at = page.find(begin, at + 1))
        ++count;
    return count;
}

void check_pages(const std::shared_ptr<const Snapshot>& fleet)
{
    const std::string metrics = whole(MetricsPage{fleet, {}});
    INVARIANT(test::page_problem(metrics).empty());
    INVARIANT(samples_of("hallmonitor_device_state", metrics) == 3);
    INVARIANT(test::page_problem(whole(IfMibPage{fleet, std::nullopt})).empty());
}

void check_documents(const std::shared_ptr<const Snapshot>& fleet)
{
    const auto document = boost::json::parse(whole(devices_page(fleet, std::nullopt)));
    const std::string text = status_text(document, {});
    INVARIANT(sanitize(text.substr(0, 16)) == text.substr(0, 16));
    const auto tags = [](const std::string& page) {
        return std::count(page.begin(), page.end(), '<');
    };
    static const auto plain_tags = tags(home_page(*fleet_of("a\nb\n")));
    INVARIANT(tags(home_page(*fleet)) == plain_tags);
}

// As the wire's decoder would give it.
std::string sanitized_lines(std::string_view text)
{
    std::string out;
    Strings strings{text};
    for (int i = 0; i < 32; ++i)
        out += sanitize(strings.next()) + '\n';
    return out;
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    // One of three an execution: pages are long. Pages must hold even what the decoder would never
    // let through.
    const auto fleet = [&] { return fleet_of(sanitized_lines(text)); };
    switch (size % 3) {
    case 0: check_pages(fleet_of(text)); break;
    case 1: check_pages(fleet()); break;
    default: check_documents(fleet());
    }
    return 0;
}
