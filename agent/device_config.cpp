#include "agent/device_config.hpp"

#include "agent/snmp_config.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace hallmonitor::agent {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t name_bytes = 128;

/// One layer over another: the settings so far. SNMP settings outlive `snmp: false`, so that a
/// device may switch it on again.
struct Layer {
    DeviceConfig device;
    SnmpLayer snmp;
    bool has_snmp{true};
};

using Groups = std::map<std::string, Layer, std::less<>>;

/// Finds names and addresses that are used twice.
class Register {
public:
    explicit Register(ConfigErrors& errors) : errors_(errors) {}

    void add(const DeviceConfig& device, const YamlValue& at)
    {
        check(names_, device.name, at, "the device name " + in_quotes(device.name));
        const Endpoint endpoint{
            .host = device.address, .port = device.snmp ? device.snmp->port : SnmpSettings{}.port};
        check(addresses_, to_string(endpoint), at, "the address " + to_string(endpoint));
    }

private:
    using Lines = std::map<std::string, int>;

    void check(Lines& lines, const std::string& key, const YamlValue& at, const std::string& what)
    {
        const auto [first, is_new] = lines.emplace(key, at.line);
        if (is_new) return;
        errors_.add(
            at.line, at.column, what + " is already used in line " + std::to_string(first->second)
        );
    }

    ConfigErrors& errors_;
    Lines names_;
    Lines addresses_;
};

void read_snmp(Section& section, const LoadContext& context, Layer& layer)
{
    const auto* value = section.find("snmp");
    if (value == nullptr) return;
    if (value->kind == YamlValue::Kind::scalar) {
        bool is_on = true;
        if (!section.boolean("snmp", is_on)) return;
        if (is_on) section.complain(*value, "'snmp' must be false or a mapping of settings");
        layer.has_snmp = is_on;
        return;
    }
    auto snmp = section.section("snmp");
    if (!snmp) return;
    layer.has_snmp = true;
    read_snmp(*snmp, context, layer.snmp);
}

void read_liveness(Section& section, LivenessSettings& into)
{
    auto liveness = section.section("liveness");
    if (!liveness) return;
    liveness->duration("interval_seconds", into.interval, {500ms, 1h});
    liveness->whole<unsigned>("misses", into.misses, {1, 100});
    liveness->duration("timeout_milliseconds", into.timeout, {50ms, 60s});
    liveness->finish();
    if (into.timeout > into.interval) {
        liveness->complain(
            "a check must end before the next one: 'timeout_milliseconds' is " +
            std::to_string(into.timeout.count()) + ", 'interval_seconds' is " +
            thousandths_text(into.interval.count())
        );
    }
}

void read_interval(
    Section& section, std::string_view key, std::optional<std::chrono::milliseconds>& into
)
{
    std::chrono::milliseconds interval{0};
    if (section.duration(key, interval, {1s, 24h})) into = interval;
}

/// What is wrong between a device's intervals; empty: nothing.
std::string fault_of_intervals(const DeviceConfig& device)
{
    const auto shortest = device.cadence();
    const auto longest = device.interval_of(PortClass::access);
    const bool is_in_order = shortest <= device.poll_interval && device.poll_interval <= longest;
    const bool is_whole = device.poll_interval % shortest == 0ms && longest % shortest == 0ms;
    if (is_in_order && is_whole) return {};
    return "its ports are read every " + thousandths_text(shortest.count()) + " s (watched), " +
           thousandths_text(device.poll_interval.count()) + " s and " +
           thousandths_text(longest.count()) +
           " s (access): none may be shorter than the one before, and the longer ones are whole "
           "multiples of the first";
}

/// The keys that `defaults`, a group and a device share.
void read_settings(Section& section, const LoadContext& context, Layer& layer)
{
    read_snmp(section, context, layer);
    section.boolean("ping", layer.device.liveness.ping);
    read_liveness(section, layer.device.liveness);
    section.duration("poll_interval_seconds", layer.device.poll_interval, {1s, 24h});
    read_interval(section, "watched_interval_seconds", layer.device.watched_interval);
    read_interval(section, "access_interval_seconds", layer.device.access_interval);
    section.duration("environment_interval_seconds", layer.device.environment_interval, {10s, 24h});
    if (auto watch = section.section("watch")) read_watch(*watch, layer.device.watch);
}

bool check_name(const std::string& name, int line, int column, ConfigErrors& errors)
{
    const bool is_padded = name.empty() || name.front() == ' ' || name.back() == ' ';
    if (!is_padded && name.size() <= name_bytes && sanitize(name) == name) return true;
    errors.add(
        line,
        column,
        "a device name has 1 to 128 printable bytes and no space at its ends, not " +
            in_quotes(name)
    );
    return false;
}

bool check_address(const YamlValue& value, ConfigErrors& errors)
{
    if (!expect_text(value, "address", errors)) return false;
    if (is_host(value.text)) return true;
    auto message = in_quotes(value.text) + " is neither an IP address nor a host name";
    if (parse_endpoint(value.text, 1)) message += "; a port belongs to 'snmp': {port: ...}";
    errors.add(value.line, value.column, std::move(message));
    return false;
}

/// `- name: address`, the short form of a device: one key that is no key of the long form.
bool is_short_form(const YamlValue& entry)
{
    static constexpr std::array<std::string_view, 11> keys{
        "name",
        "address",
        "group",
        "snmp",
        "ping",
        "liveness",
        "poll_interval_seconds",
        "watched_interval_seconds",
        "access_interval_seconds",
        "environment_interval_seconds",
        "watch"};
    return entry.entries.size() == 1 &&
           std::find(keys.begin(), keys.end(), entry.entries.front().key) == keys.end();
}

class DeviceReader {
public:
    DeviceReader(const LoadContext& context, ConfigErrors& errors)
        : context_(context), errors_(errors), register_(errors)
    {}

    /// `groups`: those that a device of this list may name; null in the list of a group.
    void read_list(const YamlValue& list, const Layer& base, const Groups* groups)
    {
        if (list.kind != YamlValue::Kind::sequence) {
            errors_.add(list.line, list.column, "'devices' must be a list: '- name: address'");
            return;
        }
        for (const auto& entry : list.items) {
            if (entry.kind != YamlValue::Kind::mapping) {
                errors_.add(
                    entry.line, entry.column, "a device is '- name: address' or a mapping of keys"
                );
            } else if (is_short_form(entry)) {
                read_short(entry, base);
            } else {
                read_long(entry, base, groups);
            }
        }
    }

    std::vector<DeviceConfig> take() &&
    {
        if (!weak_.empty()) {
            context_.warnings.push_back(
                "SNMPv3 with " + std::string{weak_protocols} + ", for " +
                std::to_string(weak_.size()) + (weak_.size() == 1 ? " device (" : " devices (") +
                weak_.front() + (weak_.size() == 1 ? ")" : ", ...)") +
                ": replace them where a device knows anything better"
            );
        }
        return std::move(devices_);
    }

private:
    void read_short(const YamlValue& entry, const Layer& base)
    {
        const auto& [name, line, column, address] = entry.entries.front();
        if (address.kind != YamlValue::Kind::scalar) {
            errors_.add(
                address.line,
                address.column,
                in_quotes(name) +
                    " must be an address; a device with settings is written '- name: " + name +
                    "' with 'address: ...' below"
            );
            return;
        }
        const bool has_name = check_name(name, line, column, errors_);
        if (!check_address(address, errors_) || !has_name) return;
        Layer layer = base;
        layer.device.name = name;
        layer.device.address = address.text;
        add(std::move(layer), entry);
    }

    void read_long(const YamlValue& entry, const Layer& base, const Groups* groups)
    {
        Section section{entry, errors_};
        std::string name;
        section.require("name");
        section.require("address");
        const bool has_name =
            section.text("name", name) &&
            check_name(name, section.find("name")->line, section.find("name")->column, errors_);
        const auto* address = section.find("address");
        const bool has_address = address != nullptr && check_address(*address, errors_);
        Layer layer = base_of(section, base, groups);
        read_settings(section, context_, layer);
        section.finish();
        if (!has_name || !has_address) return;
        layer.device.name = name;
        layer.device.address = address->text;
        add(std::move(layer), entry);
    }

    static Layer base_of(Section& section, const Layer& base, const Groups* groups)
    {
        std::string group;
        if (!section.text("group", group)) return base;
        const auto& at = *section.find("group");
        if (groups == nullptr) {
            section.complain(at, "a device in the list of a group names no group");
            return base;
        }
        if (const auto found = groups->find(group); found != groups->end()) return found->second;
        std::vector<std::string_view> names;
        // Past the limit errors are only counted: no search for what each of them meant.
        if (!section.errors().full()) {
            for (const auto& [name, layer] : *groups) {
                names.emplace_back(name);
            }
        }
        const auto meant = nearest(group, names);
        section.complain(
            at,
            "there is no group " + in_quotes(group) +
                (meant.empty() ? "" : "; did you mean " + in_quotes(meant) + "?")
        );
        return base;
    }

    void add(Layer layer, const YamlValue& at)
    {
        auto device = std::move(layer.device);
        if (layer.has_snmp) {
            auto snmp = finished(layer.snmp);
            if (!snmp.fault.empty())
                errors_.add(at.line, at.column, in_quotes(device.name) + ": " + snmp.fault);
            if (snmp.is_weak) weak_.push_back(device.name);
            device.snmp = std::move(snmp.settings);
        }
        if (const std::string fault = fault_of_intervals(device); !fault.empty())
            errors_.add(at.line, at.column, in_quotes(device.name) + ": " + fault);
        if (!device.snmp && !device.liveness.ping) {
            errors_.add(
                at.line,
                at.column,
                in_quotes(device.name) + " has neither SNMP nor ping: nothing would be checked"
            );
        }
        register_.add(device, at);
        devices_.push_back(std::move(device));
    }

    const LoadContext& context_;
    ConfigErrors& errors_;
    Register register_;
    std::vector<DeviceConfig> devices_;
    std::vector<std::string> weak_; // names of devices with MD5 or DES
};

} // namespace

void read_watch(Section& section, WatchSettings& into)
{
    section.text_list("names", into.names);
    section.text_list("aliases", into.aliases);
    section.finish();
}

std::vector<DeviceConfig> read_devices(Section& root, const LoadContext& context)
{
    Layer defaults;
    if (auto section = root.section("defaults")) {
        read_settings(*section, context, defaults);
        section->finish();
    }
    DeviceReader reader{context, root.errors()};
    Groups groups;
    std::vector<std::pair<const YamlValue*, const Layer*>> lists;
    if (const auto listed = root.section("groups")) {
        for (const auto& [name, line, column, value] : listed->mapping().entries) {
            if (value.kind != YamlValue::Kind::mapping) {
                root.complain(value, "the group " + in_quotes(name) + " must be a mapping");
                continue;
            }
            Section section{value, root.errors()};
            auto& group = groups.emplace(name, defaults).first->second;
            read_settings(section, context, group);
            if (const auto* list = section.find("devices")) lists.emplace_back(list, &group);
            section.finish();
        }
    }
    if (const auto* list = root.find("devices")) reader.read_list(*list, defaults, &groups);
    for (const auto& [list, group] : lists) {
        reader.read_list(*list, *group, nullptr);
    }
    return std::move(reader).take();
}

} // namespace hallmonitor::agent
