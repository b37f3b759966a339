#include "tests/agent/poll/truth.hpp"

#include <algorithm>
#include <charconv>

namespace hallmonitor::agent::testing {
namespace {

constexpr std::uint64_t octets_per_packet = 700; // of the model
constexpr std::uint64_t most_if_speed = 0xFFFFFFFF;

std::string attribute_text(const Row& row, Attribute attribute)
{
    return std::string{row.attributes.text(attribute)};
}

std::uint64_t number_in(const std::string& text, std::size_t from, int base)
{
    std::uint64_t number = 0;
    std::from_chars(
        text.data() + std::min(from, text.size()), text.data() + text.size(), number, base
    );
    return number;
}

// The last two octets of a simulated port's MAC are its number, from 0; ifIndex is one more.
std::size_t port_of(const Row& row)
{
    const std::string mac = attribute_text(row, Attribute::if_mac);
    if (mac.size() == 17) return number_in(mac, 12, 16) << 8U | number_in(mac, 15, 16);
    return number_in(attribute_text(row, Attribute::if_index), 0, 10) - 1;
}

class Check {
public:
    Check(const School::Cycle& cycle, const sim::Device& device, const Leeway& leeway)
        : cycle_(cycle), table_(*cycle.outcome.definition), reading_(*cycle.outcome.reading),
          ports_(device.model().ports()), model_(device.model()), leeway_(leeway)
    {}

    std::vector<std::string> run()
    {
        for (std::size_t r = 0; r < table_.rows.size(); ++r) {
            const std::size_t number = port_of(table_.rows[r]);
            if (number >= ports_.size()) {
                lie(r, "is no port");
                continue;
            }
            check_name(r, number);
            check_octets(r, Metric::if_in_octets, ports_[number].in, 1);
            check_octets(r, Metric::if_out_octets, ports_[number].out, 1);
            check_octets(r, Metric::if_in_ucast, ports_[number].in, octets_per_packet);
            check_octets(r, Metric::if_out_ucast, ports_[number].out, octets_per_packet);
            check_states(r, ports_[number]);
            check_ticks(r);
        }
        return std::move(lies_);
    }

private:
    void lie(std::size_t row, const std::string& what)
    {
        lies_.push_back("row " + table_.rows[row].key + " " + what);
    }

    [[nodiscard]] Cell cell(std::size_t row, Metric metric) const
    {
        const auto column = std::find(table_.columns.begin(), table_.columns.end(), metric);
        const auto place = static_cast<std::size_t>(column - table_.columns.begin());
        return reading_.cells.at(place * table_.rows.size() + row);
    }

    [[nodiscard]] bool is_wide(std::size_t row, Metric metric) const
    {
        const auto column = std::find(table_.columns.begin(), table_.columns.end(), metric);
        return (table_.rows[row].wide_columns >> (column - table_.columns.begin()) & 1U) != 0;
    }

    void check_name(std::size_t row, std::size_t number)
    {
        const std::string& key = table_.rows[row].key;
        for (std::size_t other = 0; other < ports_.size(); ++other)
            if (other != number && key == ports_[other].name) lie(row, "has another port's name");
    }

    void check_octets(std::size_t row, Metric metric, const sim::Flow& flow, std::uint64_t divisor)
    {
        const Cell got = cell(row, metric);
        if (!got || leeway_.octets) return;
        const auto from = School::instant(cycle_.began) - leeway_.stale;
        const std::uint64_t least = flow.octets(from) / divisor;
        const std::uint64_t most = flow.octets(School::instant(cycle_.ended)) / divisor;
        const bool is_true = is_wide(row, metric)
                                 ? *got - least <= most - least
                                 : static_cast<std::uint32_t>(*got - least) <= most - least;
        if (!is_true)
            lie(row,
                "counts " + std::to_string(*got) + " where " + std::to_string(least) + " to " +
                    std::to_string(most) + " were");
    }

    void check_states(std::size_t row, const sim::Port& port)
    {
        const Cell oper = cell(row, Metric::if_oper_status);
        if (oper && *oper != (port.is_up() ? 1U : 2U) && !leeway_.states)
            lie(row, "is in state " + std::to_string(*oper));
        const Cell speed = cell(row, Metric::if_speed);
        // ifSpeed, which stands in for an ifHighSpeed that is not there, goes to 2^32 - 1.
        const bool is_served = speed == port.speed || speed == std::min(port.speed, most_if_speed);
        if (speed && !is_served && !leeway_.speeds) lie(row, "has speed " + std::to_string(*speed));
    }

    void check_ticks(std::size_t row)
    {
        const Cell ticks = cell(row, Metric::row_ticks);
        if (!ticks || leeway_.uptime) return;
        const auto least = static_cast<std::uint32_t>(model_.uptime(School::instant(cycle_.began)));
        const auto most = static_cast<std::uint32_t>(model_.uptime(School::instant(cycle_.ended)));
        if (static_cast<std::uint32_t>(*ticks) - least > most - least)
            lie(row, "was read at sysUpTime " + std::to_string(*ticks));
    }

    const School::Cycle& cycle_;
    const TableDefinition& table_;
    const TableReading& reading_;
    const std::vector<sim::Port>& ports_;
    const sim::DeviceModel& model_;
    const Leeway& leeway_;
    std::vector<std::string> lies_;
};

} // namespace

std::vector<std::string> lies_in(
    const School::Cycle& cycle, const sim::Device& device, const Leeway& leeway
)
{
    if (leeway.everything) return {};
    return Check{cycle, device, leeway}.run();
}

} // namespace hallmonitor::agent::testing
