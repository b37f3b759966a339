// Every recording there is, walked through a device, against what its file says: our own in the
// tree, and those of real devices beside the project where they are.

#include "agent/snmp/ber.hpp"
#include "agent/snmp/oid.hpp"
#include "tests/sim/fleet.hpp"
#include "tests/sim/walker.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace recordings_test {

using namespace hallmonitor::sim;
namespace agent = hallmonitor::agent;

namespace {

const std::filesystem::path root{HALLMONITOR_SOURCE_DIR};
constexpr Address address{.ip = 0x7F000001, .port = 161};

/// A value as a person would say it: numbers in decimal, OIDs with dots, octets as they are.
struct Said {
    unsigned tag{0};
    std::string text;
    bool operator==(const Said&) const = default;
};
using Contents = std::map<agent::Oid, Said>;

template <class T>
std::optional<T> number_of(std::string_view text, int base = 10)
{
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

template <class T>
std::optional<std::string> number_text(std::string_view text, T most)
{
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    const auto number = number_of<T>(text);
    if (!number || *number > most) return std::nullopt;
    return std::to_string(*number);
}

std::optional<std::string> octets_of_hexadecimal(std::string_view text)
{
    std::string octets;
    for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(2, text.size()))) {
        const auto octet = number_of<std::uint8_t>(text.substr(0, 2), 16);
        if (!octet) return std::nullopt;
        octets += static_cast<char>(*octet);
    }
    return octets;
}

std::optional<std::string> octets_of_address(std::string_view text)
{
    if (text.size() == 4) return std::string{text};
    std::string octets;
    for (int i = 0; i < 4; ++i) {
        const auto part = text.substr(0, text.find('.'));
        const auto octet = number_of<std::uint8_t>(part);
        if (!octet) return std::nullopt;
        octets += static_cast<char>(*octet);
        text.remove_prefix(std::min(text.size(), part.size() + 1));
    }
    if (!text.empty()) return std::nullopt;
    return octets;
}

std::optional<std::string> oid_text(std::string_view text)
{
    const auto oid = agent::Oid::parse(text);
    if (!oid || oid->arcs().size() < 2) return std::nullopt;
    return oid->to_string();
}

/// What a value in the file says, read apart from recording.cpp; empty: it does not fit its tag.
std::optional<std::string> text_in_file(unsigned tag, bool is_hexadecimal, std::string_view text)
{
    const std::string_view line{text};
    if (tag != 4 && tag != 68 && text.ends_with('\r')) text.remove_suffix(1);
    if (is_hexadecimal) {
        const bool has_octets = tag == 4 || tag == 64 || tag == 68;
        return has_octets ? octets_of_hexadecimal(line.substr(0, line.find('\r'))) : std::nullopt;
    }
    constexpr std::uint64_t most_64 = ~0ULL;
    switch (tag) {
    case 2: return number_text<std::int64_t>(text, std::numeric_limits<std::int64_t>::max());
    case 4:
    case 68: return std::string{text};
    case 5: return std::string{};
    case 6: return oid_text(text);
    case 64: return octets_of_address(text);
    case 65:
    case 66:
    case 67: return number_text<std::uint64_t>(text, 0xFFFFFFFF);
    case 70: return number_text<std::uint64_t>(text, most_64);
    default: return std::nullopt;
    }
}

/// The same of a value that a device gave.
std::string text_in_reply(const agent::VarBindView& value)
{
    switch (value.tag) {
    case agent::Tag::integer: return std::to_string(agent::ber_signed(value.content).value());
    case agent::Tag::counter32:
    case agent::Tag::gauge32:
    case agent::Tag::timeticks:
    case agent::Tag::counter64:
        return std::to_string(agent::ber_unsigned(value.content, 64).value());
    case agent::Tag::oid: return agent::Oid::from_ber(value.content).value().to_string();
    default: return {reinterpret_cast<const char*>(value.content.data()), value.content.size()};
    }
}

struct File {
    Contents contents;            // the last line of each OID
    std::vector<std::size_t> bad; // line numbers
};

bool take_line(std::string_view line, Contents& into)
{
    const auto first = line.find('|');
    const auto second = line.find('|', std::min(first, line.size() - 1) + 1);
    if (second == std::string_view::npos) return false;
    const auto oid = agent::Oid::parse(line.substr(0, first));
    auto tag_text = line.substr(first + 1, second - first - 1);
    const bool is_hexadecimal = tag_text.ends_with('x');
    if (is_hexadecimal) tag_text.remove_suffix(1);
    const auto tag = number_of<unsigned>(tag_text);
    if (!oid || oid->arcs().size() < 2 || !tag) return false;
    auto text = text_in_file(*tag, is_hexadecimal, line.substr(second + 1));
    if (text) into[*oid] = {*tag, std::move(*text)};
    return text.has_value();
}

File read_file(std::string_view text)
{
    File file;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty() || line == "\r" || line.starts_with('#')) continue;
        if (!take_line(line, file.contents)) file.bad.push_back(number);
    }
    return file;
}

/// Where a walk first says other than the file, or what is wrong with it; empty: nowhere.
std::string difference(Device& device, const WalkManner& manner, const Contents& expected)
{
    std::string found;
    auto at = expected.begin();
    const auto problem = walk_to_end(device, manner, [&](const agent::VarBindView& value) {
        if (!found.empty()) return;
        const auto oid = agent::Oid::from_ber(value.oid).value();
        const Said said{static_cast<unsigned>(value.tag), text_in_reply(value)};
        if (at == expected.end() || at->first != oid || at->second != said) found = oid.to_string();
        if (at != expected.end()) ++at;
    });
    if (!problem.empty()) return problem;
    if (found.empty() && at != expected.end()) return "nothing from " + at->first.to_string();
    return found;
}

struct Tally {
    std::size_t files{0};
    std::size_t objects{0};
    std::size_t bad_lines{0};
};

void check_recording(const std::filesystem::path& path, Tally& tally)
{
    INFO(path.filename().string());
    std::ifstream in{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto file = read_file(text);

    Fleet fleet{1, "public", largest_reply};
    std::vector<std::size_t> bad;
    for (const auto& fault :
         fleet.add({.first = address, .recording_name = "r", .recording = text}))
        bad.push_back(std::stoul(fault.substr(2)));

    CHECK(bad == file.bad);
    auto& device = *fleet.at(address);
    CHECK(difference(device, {.type = agent::PduType::get_next}, file.contents).empty());
    const WalkManner bulk{.type = agent::PduType::get_bulk, .repetitions = 25};
    CHECK(difference(device, bulk, file.contents).empty());
    ++tally.files;
    tally.objects += file.contents.size();
    tally.bad_lines += bad.size();
}

Tally check_folder(const std::filesystem::path& folder)
{
    Tally tally;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        if (entry.path().extension() == ".snmprec") check_recording(entry.path(), tally);
    return tally;
}

} // namespace

TEST_CASE("our own recordings are answered as they are written", "[sim][recordings]")
{
    const auto tally = check_folder(root / "tests" / "data" / "recordings");

    CHECK(tally.files == 7);
    CHECK(tally.objects > 500);
    CHECK(tally.bad_lines == 0);
}

TEST_CASE("recordings of real devices are answered as they are written", "[sim][recordings]")
{
    const auto folder = root / ".." / "shared" / "devices";
    if (!std::filesystem::is_directory(folder)) {
        WARN("skipped: there are no recordings of real devices in " << folder.lexically_normal());
        return;
    }

    const auto tally = check_folder(folder);

    CHECK(tally.files > 0);
}

} // namespace recordings_test
