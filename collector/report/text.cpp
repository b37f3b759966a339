#include "collector/report/text.hpp"

#include "collector/report/time_range.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <optional>
#include <vector>

namespace hallmonitor::collector {
namespace {

namespace json = boost::json;

constexpr double minute = 60;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;

std::string text_of(const json::value& value)
{
    if (const auto* text = value.if_string()) return {text->data(), text->size()};
    return "-";
}

std::optional<double> number_of(const json::value& value)
{
    if (value.is_null()) return std::nullopt;
    return value.to_number<double>();
}

std::string fixed(double value, int decimals)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

std::string percent(const json::value& ratio, int decimals)
{
    const auto value = number_of(ratio);
    return value ? fixed(*value * 100, decimals) + " %" : "-";
}

// "2026-11-24 08:00:12 CET", local time of whoever reads.
std::string local_time(const json::value& rfc3339)
{
    const auto moment = parse_moment(text_of(rfc3339).substr(0, 19), {});
    if (!moment) return "-";
    const std::time_t at = std::chrono::duration_cast<std::chrono::seconds>(moment->since_epoch).count();
    std::tm local{};
    localtime_r(&at, &local);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %Z", &local);
    return text.data();
}

// Width of a text on a terminal: code points are good enough for names of ports.
std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

enum class Align : std::uint8_t { left, right };

class Table {
public:
    struct Column {
        std::string title;
        Align align{Align::left};
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    void add(std::vector<std::string> cells, std::string colour = {})
    {
        rows_.push_back({std::move(cells), std::move(colour)});
    }
    [[nodiscard]] bool empty() const { return rows_.empty(); }

    [[nodiscard]] std::string text(bool colours) const
    {
        std::vector<std::size_t> widths;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            std::size_t widest = width(columns_[c].title);
            for (const Line& row : rows_) widest = std::max(widest, width(row.cells[c]));
            widths.push_back(widest);
        }
        std::vector<std::string> titles;
        for (const Column& column : columns_) titles.push_back(column.title);
        std::string out = line(titles, widths) + "\n";
        for (const Line& row : rows_) {
            const bool coloured = colours && !row.colour.empty();
            out += coloured ? row.colour + line(row.cells, widths) + "\x1b[0m\n"
                            : line(row.cells, widths) + "\n";
        }
        return out;
    }

private:
    struct Line {
        std::vector<std::string> cells;
        std::string colour;
    };
    [[nodiscard]] std::string
    line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const
    {
        std::string out;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            const std::string padding(widths[c] - width(cells[c]), ' ');
            if (c > 0) out += "  ";
            out += columns_[c].align == Align::right ? padding + cells[c] : cells[c] + padding;
        }
        while (!out.empty() && out.back() == ' ') out.pop_back();
        return out;
    }
    std::vector<Column> columns_;
    std::vector<Line> rows_;
};

std::string colour_of(const std::string& state)
{
    if (state == "down") return "\x1b[31m";
    if (state == "unknown") return "\x1b[33m";
    return {};
}

std::string utilization(const json::object& row)
{
    const auto in = number_of(row.at("in_utilization"));
    const auto out = number_of(row.at("out_utilization"));
    if (!in && !out) return "-";
    return fixed(std::max(in.value_or(0), out.value_or(0)) * 100, 1) + " %";
}

// Worth a line without being asked for: in use, or meant to be.
bool is_of_interest(const json::object& row)
{
    return row.at("watched").as_bool() || row.at("state") == "up";
}

// "2 up, 1 down" of the devices of a document.
std::string device_summary(const json::array& devices)
{
    std::array<std::size_t, 3> counts{};
    for (const json::value& device : devices) {
        const std::string state = text_of(device.at("state"));
        ++counts.at(state == "up" ? 0 : state == "down" ? 1 : 2);
    }
    std::string out = std::to_string(devices.size()) + (devices.size() == 1 ? " device: " : " devices: ") +
                      std::to_string(counts[0]) + " up, " + std::to_string(counts[1]) + " down";
    if (counts[2] > 0) out += ", " + std::to_string(counts[2]) + " unknown (no evidence)";
    return out;
}

std::string object_name(const json::value& row)
{
    const std::string name = text_of(row.at("site")) + "/" + text_of(row.at("device"));
    return row.at("interface").is_null() ? name : name + " " + text_of(row.at("interface"));
}

std::string range_line(const json::value& document)
{
    return local_time(document.at("from")) + " to " + local_time(document.at("to"));
}

} // namespace

std::string human_rate(const json::value& bits_per_second)
{
    const auto rate = number_of(bits_per_second);
    if (!rate) return "-";
    constexpr std::array<const char*, 5> units{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
    double value = *rate;
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < units.size(); ++unit) value /= 1000;
    const bool whole = unit == 0 || value == std::floor(value);
    return fixed(value, whole ? 0 : value < 10 ? 2 : 1) + " " + units.at(unit);
}

std::string human_duration(double seconds)
{
    const auto part = [](double value, const char* unit) {
        return std::to_string(static_cast<long>(value)) + unit;
    };
    if (seconds < minute) return fixed(seconds, seconds < 10 ? 1 : 0) + " s";
    if (seconds < hour)
        return part(seconds / minute, " min ") + part(std::fmod(seconds, minute), " s");
    if (seconds < day)
        return part(seconds / hour, " h ") + part(std::fmod(seconds, hour) / minute, " min");
    return part(seconds / day, " d ") + part(std::fmod(seconds, day) / hour, " h");
}

std::string status_text(const json::value& document, const TextOptions& options)
{
    Table table{{
        {"SITE"}, {"DEVICE"}, {"INTERFACE"}, {"STATE"}, {"SPEED", Align::right},
        {"IN", Align::right}, {"OUT", Align::right}, {"USED", Align::right}, {"ALIAS"},
    }};
    const json::array& devices = document.at("devices").as_array();
    std::size_t hidden = 0;
    for (const json::value& value : devices) {
        const json::object& device = value.as_object();
        const std::string site = text_of(device.at("site"));
        const std::string name = text_of(device.at("device"));
        const std::string state = text_of(device.at("state"));
        const bool no_snmp = device.at("snmp_up").is_bool() && !device.at("snmp_up").as_bool();
        const std::string note = state == "up" && no_snmp ? "pings, but no SNMP" : "";
        table.add({site, name, "", state, "", "", "", "", note}, colour_of(state));
        for (const json::value& one : device.at("interfaces").as_array()) {
            const json::object& row = one.as_object();
            if (!options.all && !is_of_interest(row)) {
                ++hidden;
                continue;
            }
            const std::string row_state = text_of(row.at("state"));
            const std::string alias = row.at("alias").is_null() ? "" : text_of(row.at("alias"));
            table.add(
                {site, name, text_of(row.at("interface")), row_state,
                 human_rate(row.at("speed_bps")), human_rate(row.at("in_bps")),
                 human_rate(row.at("out_bps")), utilization(row), alias},
                colour_of(row_state)
            );
        }
    }
    std::string out = device_summary(devices) + " at " + local_time(document.at("at")) + "\n\n";
    if (table.empty()) return out + "No agent has told of a device yet.\n";
    out += table.text(options.colour);
    if (hidden > 0)
        out += "\n" + std::to_string(hidden) + " interfaces that are neither up nor watched are left "
               "out; --all shows them.\n";
    return out;
}

std::string report_text(const json::value& document)
{
    Table table{{
        {"OBJECT"}, {"AVAILABLE", Align::right}, {"UP", Align::right}, {"DOWN", Align::right},
        {"UNKNOWN", Align::right}, {"EVIDENCE", Align::right},
    }};
    for (const json::value& row : document.at("objects").as_array()) {
        const bool enough = !row.at("availability_ratio").is_null();
        const auto span = [&](const char* key) {
            return human_duration(row.at(key).to_number<double>());
        };
        table.add({
            object_name(row),
            enough ? percent(row.at("availability_ratio"), 3) : "too little evidence",
            span("up_seconds"),
            span("down_seconds"),
            span("unknown_seconds"),
            percent(row.at("coverage_ratio"), 1),
        });
    }
    std::string out = "Uptime from " + range_line(document) + "\n\n";
    if (table.empty()) return out + "No device has been seen yet.\n";
    return out + table.text(false) +
           "\nAvailable = up / (up + down). Unknown: an agent was silent, or nothing was observed.\n";
}

std::string outages_text(const json::value& document)
{
    Table table{{{"OBJECT"}, {"DOWN FROM"}, {"TO"}, {"DURATION", Align::right}}};
    for (const json::value& row : document.at("outages").as_array())
        table.add({
            object_name(row),
            local_time(row.at("from")),
            row.at("to").is_null() ? "still down" : local_time(row.at("to")),
            human_duration(row.at("duration_seconds").to_number<double>()),
        });
    const std::string out = "Outages from " + range_line(document) + "\n\n";
    return out + (table.empty() ? "None.\n" : table.text(false));
}

std::string agents_text(const json::value& document)
{
    Table table{{
        {"SITE"}, {"AGENT"}, {"STATE"}, {"LAG", Align::right}, {"CLOCK", Align::right},
        {"FROM"}, {"SOFTWARE"},
    }};
    for (const json::value& row : document.at("agents").as_array()) {
        const auto lag = number_of(row.at("lag_seconds"));
        table.add({
            text_of(row.at("site")),
            text_of(row.at("agent")),
            text_of(row.at("state")),
            lag ? human_duration(*lag) : "-",
            fixed(row.at("clock_skew_seconds").to_number<double>(), 1) + " s",
            text_of(row.at("peer")),
            text_of(row.at("software")),
        });
    }
    return table.empty() ? "No agent has connected yet.\n" : table.text(false);
}

} // namespace hallmonitor::collector
