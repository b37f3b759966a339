// Our codec against net-snmp's: the same messages must mean the same to both, and where one takes
// what the other refuses, the reason is one of a known few.

#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"
#include "tests/agent/snmp/netsnmp_oracle.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

namespace hallmonitor::agent::differential_test {
namespace {

using testing::Bytes;
using testing::Decoded;
using testing::DecodedVarBind;
using testing::netsnmp_decode;
using testing::netsnmp_encode;
using Random = std::mt19937_64;

std::string text_of(std::span<const std::byte> octets)
{
    std::string text(octets.size(), '\0');
    std::transform(octets.begin(), octets.end(), text.begin(), [](std::byte octet) {
        return std::to_integer<char>(octet);
    });
    return text;
}

std::string value_of(const VarBindView& view)
{
    switch (view.tag) {
    case Tag::integer: {
        const auto number = as_signed(view);
        return number ? std::to_string(*number) : "unreadable";
    }
    case Tag::counter32:
    case Tag::gauge32:
    case Tag::timeticks:
    case Tag::counter64: {
        const auto number = as_unsigned(view);
        return number ? std::to_string(*number) : "unreadable";
    }
    case Tag::oid: {
        const auto oid = Oid::from_ber(view.content);
        return oid ? oid->to_string() : "unreadable";
    }
    case Tag::octet_string:
    case Tag::ip_address:
    case Tag::opaque: return text_of(as_octets(view));
    case Tag::null:
    case Tag::no_such_object:
    case Tag::no_such_instance:
    case Tag::end_of_mib_view: return "-";
    }
    return "unknown type";
}

std::optional<Decoded> our_decode(std::span<const std::byte> message)
{
    const auto head = parse_message(message);
    if (!head || head->type != PduType::response) return std::nullopt;
    Decoded decoded{
        .version = static_cast<std::int64_t>(head->version),
        .community = text_of(head->community),
        .type = static_cast<std::uint8_t>(head->type),
        .request_id = head->request_id,
        .error_status = head->error_status,
        .error_index = head->error_index,
        .varbinds = {},
    };
    VarBindCursor cursor{head->varbinds};
    while (const auto view = cursor.next()) {
        const auto oid = Oid::from_ber(view->oid);
        const std::string value = value_of(*view);
        if (!oid || value == "unknown type") return std::nullopt;
        decoded.varbinds.push_back({
            .oid = {oid->arcs().begin(), oid->arcs().end()},
            .tag = static_cast<std::uint8_t>(view->tag),
            .value = value,
        });
    }
    if (cursor.failed()) return std::nullopt;
    return decoded;
}

std::uint64_t pick(Random& random, std::uint64_t below)
{
    return random() % below;
}

// Small, large and border values alike.
std::uint64_t some_number(Random& random)
{
    return random() >> pick(random, 64);
}

std::vector<std::uint64_t> some_oid(Random& random)
{
    std::vector<std::uint64_t> arcs{1, 3, 6, 1};
    for (auto length = pick(random, 20); length > 0; --length)
        arcs.push_back(some_number(random) & 0xffffffff);
    return arcs;
}

std::string dotted(const std::vector<std::uint64_t>& arcs)
{
    std::string text;
    for (const auto arc : arcs)
        text += (text.empty() ? "" : ".") + std::to_string(arc);
    return text;
}

std::string some_octets(Random& random, std::size_t length)
{
    std::string text(length, '\0');
    std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random()); });
    return text;
}

DecodedVarBind some_varbind(Random& random)
{
    constexpr std::array<std::uint8_t, 12> tags{
        0x02, 0x04, 0x05, 0x06, 0x40, 0x41, 0x42, 0x43, 0x46, 0x80, 0x81, 0x82};
    DecodedVarBind varbind{.oid = some_oid(random), .tag = tags.at(pick(random, 12)), .value = "-"};
    const std::uint64_t number = some_number(random);
    switch (static_cast<Tag>(varbind.tag)) {
    case Tag::integer: varbind.value = std::to_string(static_cast<std::int32_t>(number)); break;
    case Tag::octet_string: varbind.value = some_octets(random, pick(random, 300)); break;
    case Tag::oid: varbind.value = dotted(some_oid(random)); break;
    case Tag::ip_address: varbind.value = some_octets(random, 4); break;
    case Tag::counter32:
    case Tag::gauge32:
    case Tag::timeticks: varbind.value = std::to_string(number & 0xffffffff); break;
    case Tag::counter64: varbind.value = std::to_string(number); break;
    default: break;
    }
    return varbind;
}

Decoded some_message(Random& random)
{
    Decoded message{
        .version = static_cast<std::int64_t>(pick(random, 2)),
        .community = some_octets(random, pick(random, 40)),
        .request_id = static_cast<std::int32_t>(random()),
        .error_status = static_cast<std::int64_t>(pick(random, 19)),
        .error_index = static_cast<std::int64_t>(pick(random, 100)),
        .varbinds = {},
    };
    for (auto count = pick(random, 12); count > 0; --count)
        message.varbinds.push_back(some_varbind(random));
    return message;
}

Bytes our_encode(const Decoded& question)
{
    std::vector<Bytes> contents;
    for (const DecodedVarBind& varbind : question.varbinds) {
        Oid oid;
        for (const auto arc : varbind.oid)
            oid.push(static_cast<std::uint32_t>(arc));
        contents.push_back(oid.ber_content());
    }
    const std::vector<std::span<const std::byte>> oids{contents.begin(), contents.end()};
    const RequestHead head{
        .version = static_cast<SnmpVersion>(question.version),
        .community = question.community,
        .type = static_cast<PduType>(question.type),
        .request_id = static_cast<std::int32_t>(question.request_id),
        .non_repeaters = static_cast<std::int32_t>(question.error_status),
        .max_repetitions = static_cast<std::int32_t>(question.error_index),
    };
    Bytes out(65'536);
    out.resize(encode_request(head, oids, out));
    return out;
}

void mutate(Bytes& message, Random& random)
{
    for (auto changes = 1 + pick(random, 3); changes > 0 && !message.empty(); --changes) {
        const auto at = static_cast<std::ptrdiff_t>(pick(random, message.size()));
        switch (pick(random, 6)) {
        case 0: message.resize(static_cast<std::size_t>(at)); break;
        case 1: message.erase(message.begin() + at); break;
        case 2: message.insert(message.begin() + at, std::byte{0}); break;
        case 3: message[static_cast<std::size_t>(at)] ^= std::byte{0x80}; break;
        case 4: message[static_cast<std::size_t>(at)] = std::byte{0xff}; break;
        default: message[static_cast<std::size_t>(at)] = static_cast<std::byte>(random()); break;
        }
    }
    message.shrink_to_fit(); // so that a sanitizer sees the very end
}

enum class Outcome {
    both_take,
    both_refuse,
    // net-snmp refuses a whole message for one value (a number too long for its type, an arc over
    // 2^32 - 1, an address not of four octets) or reads a part of it; to us that value has no
    // meaning and the others keep theirs.
    value_unreadable,
    // net-snmp passes over a varbind by the lengths of its name and value, whatever the varbind's
    // own length says; we refuse when they disagree.
    varbind_length_wrong,
    unexplained,
};

bool is_unreadable(const DecodedVarBind& varbind)
{
    const bool odd_address =
        varbind.tag == static_cast<std::uint8_t>(Tag::ip_address) && varbind.value.size() != 4;
    return varbind.value == "unreadable" || odd_address;
}

Outcome compare(const Bytes& message)
{
    const auto ours = our_decode(message);
    auto theirs = netsnmp_decode(message);
    if (theirs && theirs->type != static_cast<std::uint8_t>(PduType::response)) theirs.reset();
    if (!ours && !theirs) return Outcome::both_refuse;
    if (!ours) {
        const bool head_is_good = parse_message(message).has_value();
        return head_is_good ? Outcome::varbind_length_wrong : Outcome::unexplained;
    }
    const bool odd_value = std::any_of(ours->varbinds.begin(), ours->varbinds.end(), is_unreadable);
    if (!theirs) return odd_value ? Outcome::value_unreadable : Outcome::unexplained;
    if (ours == theirs) return Outcome::both_take;
    if (!odd_value || ours->varbinds.size() != theirs->varbinds.size()) return Outcome::unexplained;
    for (std::size_t i = 0; i < ours->varbinds.size(); ++i)
        if (is_unreadable(ours->varbinds[i])) theirs->varbinds[i].value = ours->varbinds[i].value;
    return ours == theirs ? Outcome::value_unreadable : Outcome::unexplained;
}

} // namespace

TEST_CASE("what net-snmp sends means the same to us and to it", "[snmp]")
{
    Random random{2026};
    int different = 0;
    for (int i = 0; i < 5'000; ++i) {
        const Decoded message = some_message(random);
        const Bytes sent = netsnmp_encode(message);
        different += static_cast<int>(our_decode(sent) != message);
        different += static_cast<int>(netsnmp_decode(sent) != message);
    }
    CHECK(different == 0);
}

TEST_CASE("what we ask means the same to net-snmp", "[snmp]")
{
    Random random{2027};
    int different = 0;
    for (int i = 0; i < 2'000; ++i) {
        Decoded question = some_message(random);
        question.type = static_cast<std::uint8_t>(PduType::get);
        for (DecodedVarBind& varbind : question.varbinds)
            varbind = {
                .oid = varbind.oid, .tag = static_cast<std::uint8_t>(Tag::null), .value = "-"};
        different += static_cast<int>(netsnmp_decode(our_encode(question)) != question);
    }
    CHECK(different == 0);
}

TEST_CASE("damaged messages mean the same to net-snmp, or differ for a known reason", "[snmp]")
{
    Random random{2028};
    std::map<Outcome, int> outcomes;
    for (int i = 0; i < 100'000; ++i) {
        Bytes message = netsnmp_encode(some_message(random));
        mutate(message, random);
        ++outcomes[compare(message)];
    }
    CHECK(outcomes[Outcome::unexplained] == 0);
    CHECK(outcomes[Outcome::both_take] > 10'000);
    CHECK(outcomes[Outcome::both_refuse] > 10'000);
    CHECK(outcomes[Outcome::value_unreadable] > 0);
    CHECK(outcomes[Outcome::varbind_length_wrong] > 0);
}

} // namespace hallmonitor::agent::differential_test
