#include "collector/report/concerns.hpp"

#include "common/report/human.hpp"

#include <array>
#include <cstdio>

namespace hallmonitor::collector {
namespace {

using Concerns = std::vector<Concern>;

constexpr double full_budget = 0.9; // of PoE; beyond it the next phone may stay dark

std::string fixed(double value, int decimals)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

std::string named(std::uint32_t row, const FactTable& facts)
{
    return std::string{fact_name(facts.row(row))};
}

// Words that the device has for what is not well; empty for all others.
std::string_view fault_in(std::string_view status)
{
    const bool is_fault = status == "warning" || status == "critical" || status == "nonoperational";
    return is_fault ? status : std::string_view{};
}

void add_ups(Concerns& into, const FactTable& facts)
{
    static const FieldInfo& charge = fact_field(FactSection::ups, "charge_ratio");
    static const FieldInfo& runtime = fact_field(FactSection::ups, "runtime_seconds");
    static const FieldInfo& status = fact_field(FactSection::ups, "status");
    static const FieldInfo& replace = fact_field(FactSection::ups, "replace_battery");
    for (const std::uint32_t row : facts.rows(FactSection::ups)) {
        if (is_on_battery(facts).value_or(false)) {
            std::string text = "it runs on battery";
            if (const auto ratio = facts.number(row, charge))
                text += ", " + human_percent(*ratio, 0) + " charged";
            if (const auto left = facts.number(row, runtime))
                text += ", good for " + human_duration(*left);
            into.push_back({"ups_on_battery", std::move(text)});
        }
        const std::string_view battery = facts.word(row, status);
        if (battery == "batteryLow") into.push_back({"ups_battery", "its battery is low"});
        if (battery == "batteryDepleted") into.push_back({"ups_battery", "its battery is empty"});
        if (battery == "batteryFault") into.push_back({"ups_battery", "its battery is faulty"});
        if (battery == "batteryAbsent") into.push_back({"ups_battery", "its battery is missing"});
        if (facts.number(row, replace).value_or(0) != 0)
            into.push_back({"ups_replace_battery", "it asks for a new battery"});
    }
}

// True when the sensor measures heat and that is over the threshold.
bool add_heat(Concerns& into, const FactTable& facts, std::uint32_t row)
{
    static const FieldInfo& value = fact_field(FactSection::sensors, "value");
    if (facts.row(row).attributes.text(Attribute::kind) != "temperature") return false;
    const auto measured = facts.number(row, value);
    const auto limit = fact_threshold(facts.row(row), Attribute::high);
    if (!measured || !limit || *measured <= *limit) return false;
    into.push_back(
        {"temperature_high",
         named(row, facts) + " is at " + fixed(*measured, 1) + " C, over its threshold of " +
             fixed(*limit, 1) + " C"}
    );
    return true;
}

void add_sensors(Concerns& into, const FactTable& facts)
{
    static const FieldInfo& status = fact_field(FactSection::sensors, "status");
    for (const std::uint32_t row : facts.rows(FactSection::sensors)) {
        if (add_heat(into, facts, row)) continue;
        // A port without a cable gets no light, and finds that low.
        const bool is_light = facts.row(row).attributes.text(Attribute::kind) == "optical_power";
        const std::string_view fault = fault_in(facts.word(row, status));
        if (!is_light && !fault.empty())
            into.push_back(
                {"sensor_not_ok", "sensor " + named(row, facts) + " is " + std::string{fault}}
            );
    }
}

void add_parts(Concerns& into, const FactTable& facts)
{
    static const FieldInfo& status = fact_field(FactSection::inventory, "status");
    for (const std::uint32_t row : facts.rows(FactSection::inventory)) {
        const std::string_view fault = fault_in(facts.word(row, status));
        if (!fault.empty())
            into.push_back(
                {"component_not_ok", "part " + named(row, facts) + " is " + std::string{fault}}
            );
    }
}

void add_poe(Concerns& into, const FactTable& facts)
{
    static const FieldInfo& nominal = fact_field(FactSection::poe_groups, "nominal_watts");
    static const FieldInfo& drawn = fact_field(FactSection::poe_groups, "consumption_watts");
    static const FieldInfo& oper = fact_field(FactSection::poe_groups, "oper");
    for (const std::uint32_t row : facts.rows(FactSection::poe_groups)) {
        const std::string name = "PoE group " + named(row, facts);
        if (facts.word(row, oper) == "faulty")
            into.push_back({"poe_supply", name + " has a faulty supply"});
        const auto budget = facts.number(row, nominal);
        const auto used = facts.number(row, drawn);
        if (budget && used && *budget > 0 && *used > full_budget * *budget)
            into.push_back(
                {"poe_budget",
                 name + " draws " + fixed(*used, 0) + " W of " + fixed(*budget, 0) + " W"}
            );
    }
}

} // namespace

std::vector<Concern> concerns_of(const DeviceView& device, WallTime now)
{
    Concerns concerns;
    if (!device.facts.is_fresh(now)) return concerns;
    add_ups(concerns, device.facts);
    add_parts(concerns, device.facts);
    add_sensors(concerns, device.facts);
    add_poe(concerns, device.facts);
    return concerns;
}

std::vector<std::string> troubles_of(const DaemonFigures& figures)
{
    constexpr double long_lag_seconds = 60;
    const RemoteWriteFigures& remote = figures.remote_write;
    std::vector<std::string> troubles;
    if (!remote.problem.empty()) troubles.push_back("Remote write: " + remote.problem + ".");
    if (remote.lag_seconds > long_lag_seconds)
        troubles.push_back(
            "Remote write lags: its oldest samples have waited for " +
            human_duration(remote.lag_seconds) + "."
        );
    return troubles;
}

} // namespace hallmonitor::collector
