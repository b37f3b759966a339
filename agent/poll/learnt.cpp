#include "agent/poll/learnt.hpp"

#include "agent/poll/scalar_read.hpp"
#include "agent/poll/steady_hash.hpp"
#include "common/config/strict_yaml.hpp"
#include "common/config/yaml_writer.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr unsigned format = 1;

constexpr std::string_view heading =
    "# How the devices are best asked, as their replies have taught. The agent writes this file; "
    "to "
    "let it learn\n# anew, stop it, delete the file and start it again.\n";

constexpr std::array<std::string_view, HotRead::parts> parts{
    "wide_counters", "narrow_counters", "states"};

void write(YamlWriter& out, std::string_view key, const WalkPace& pace)
{
    const WalkPace unlimited;
    out.begin(key);
    out.number("repetitions", pace.repetitions);
    out.number("answered", pace.answered);
    if (pace.most != unlimited.most) out.number("most", pace.most);
    if (pace.columns != unlimited.columns) out.number("columns", pace.columns);
    if (pace.octets != unlimited.octets) out.number("octets", pace.octets);
    out.end();
}

void read(Section& device, std::string_view key, WalkPace& into)
{
    constexpr unsigned most = WalkPace::most_repetitions;
    auto section = device.section(key);
    if (!section) return;
    section->whole("repetitions", into.repetitions, {1U, most});
    section->whole("answered", into.answered, {0U, most});
    section->whole("most", into.most, {1U, most});
    section->whole("columns", into.columns, {1U, WalkPace::columns_per_request});
    section->whole("octets", into.octets, {WalkPace::shortest_reply, WalkPace::longest_reply});
    section->finish();
}

void read_device(Section& device, LearntDevices& into)
{
    std::string name;
    Learnt learnt;
    learnt.objects_at_once = ScalarRead::most_at_once;
    device.require("device");
    device.text("device", name);
    device.require("identity");
    device.whole(
        "identity", learnt.identity, {std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()}
    );
    device.boolean("no_bulk", learnt.no_bulk);
    device.whole(
        "objects_at_once", learnt.objects_at_once, {std::size_t{1}, ScalarRead::most_at_once}
    );
    read(device, "names", learnt.names);
    for (std::size_t part = 0; part < parts.size(); ++part)
        read(device, parts.at(part), learnt.counters.at(part));
    read(device, "facts", learnt.facts);
    device.finish();
    if (!into.emplace(std::move(name), learnt).second) device.complain("the device stands twice");
}

void read_root(Section& root, LearntDevices& into)
{
    unsigned version = 0;
    root.require("version");
    root.whole("version", version, {1U, std::numeric_limits<unsigned>::max()});
    if (version > format)
        return root.complain(
            "is of format " + std::to_string(version) + ", and this agent knows " +
            std::to_string(format) + ": a newer one wrote it"
        );
    const YamlValue* const devices = root.find("devices");
    root.finish();
    if (devices == nullptr || devices->kind == YamlValue::Kind::null) return;
    if (devices->kind != YamlValue::Kind::sequence)
        return root.complain(*devices, "'devices' must be a list");
    for (const YamlValue& item : devices->items) {
        if (item.kind != YamlValue::Kind::mapping)
            return root.complain(item, "a device must be a mapping");
        Section device{item, root.errors()};
        read_device(device, into);
    }
}

} // namespace

std::uint64_t identity_of(const DeviceConfig& device, const Attributes& facts)
{
    std::string text = device.address;
    text += '\n';
    text += version_text(device.snmp->version);
    text += '\n' + std::to_string(device.snmp->max_repetitions) + '\n';
    text += facts.text(Attribute::sys_object_id);
    text += '\n';
    text += facts.text(Attribute::sys_descr);
    return steady_hash(text) | 1U;
}

Loaded<LearntDevices> load_learnt(std::string_view text, const std::string& file)
{
    Loaded<LearntDevices> loaded;
    ConfigErrors errors{file};
    if (const auto root = parse_yaml(text, errors)) {
        Section section{*root, errors};
        read_root(section, loaded.config.emplace());
    }
    if (!errors.empty()) loaded.config.reset();
    loaded.errors = std::move(errors).take();
    return loaded;
}

std::string to_yaml(const LearntDevices& devices)
{
    YamlWriter out;
    out.number("version", format);
    out.begin("devices");
    for (const auto& [name, learnt] : devices) {
        out.begin_item();
        out.text("device", name);
        out.number("identity", learnt.identity);
        if (learnt.no_bulk) out.boolean("no_bulk", true);
        if (learnt.objects_at_once != ScalarRead::most_at_once)
            out.number("objects_at_once", learnt.objects_at_once);
        write(out, "names", learnt.names);
        for (std::size_t part = 0; part < parts.size(); ++part)
            write(out, parts.at(part), learnt.counters.at(part));
        write(out, "facts", learnt.facts);
        out.end();
    }
    out.end();
    return std::string{heading} + std::move(out).take();
}

} // namespace hallmonitor::agent
