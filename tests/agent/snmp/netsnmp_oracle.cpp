#include "tests/agent/snmp/netsnmp_oracle.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>

// net-snmp's headers need its configuration first, and these in this order.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
// clang-format on

namespace hallmonitor::agent::testing {
namespace {

using Pdu = std::unique_ptr<netsnmp_pdu, decltype(&snmp_free_pdu)>;

std::string dotted(const oid* arcs, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += (i > 0 ? "." : "") + std::to_string(arcs[i]);
    return text;
}

std::string octets(const netsnmp_variable_list& variable)
{
    std::string text(variable.val_len, '\0');
    std::copy_n(variable.val.string, variable.val_len, text.begin());
    return text;
}

std::string value_of(const netsnmp_variable_list& variable)
{
    switch (variable.type) {
    case ASN_INTEGER: return std::to_string(*variable.val.integer);
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS: return std::to_string(static_cast<std::uint32_t>(*variable.val.integer));
    case ASN_COUNTER64:
    case ASN_OPAQUE_COUNTER64: {
        const counter64& wide = *variable.val.counter64;
        return std::to_string((wide.high << 32) | (wide.low & 0xffffffff));
    }
    case ASN_OBJECT_ID: return dotted(variable.val.objid, variable.val_len / sizeof(oid));
    case ASN_OCTET_STR:
    case ASN_IPADDRESS:
    case ASN_OPAQUE: return octets(variable);
    default: return "-";
    }
}

std::vector<oid> arcs_of(const std::string& text)
{
    std::vector<oid> arcs;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        oid arc = 0;
        at = std::from_chars(at, end, arc).ptr + 1;
        arcs.push_back(arc);
    }
    return arcs;
}

void add_variable(netsnmp_pdu* pdu, const DecodedVarBind& varbind)
{
    const std::vector<oid> name{varbind.oid.begin(), varbind.oid.end()};
    const auto add = [&](const void* value, std::size_t size) {
        snmp_pdu_add_variable(pdu, name.data(), name.size(), varbind.tag, value, size);
    };
    switch (varbind.tag) {
    case ASN_INTEGER: {
        const long number = std::stol(varbind.value);
        return add(&number, sizeof number);
    }
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS: {
        const unsigned long number = std::stoul(varbind.value);
        return add(&number, sizeof number);
    }
    case ASN_COUNTER64: {
        const unsigned long number = std::stoul(varbind.value);
        const counter64 wide{.high = number >> 32, .low = number & 0xffffffff};
        return add(&wide, sizeof wide);
    }
    case ASN_OBJECT_ID: {
        const auto arcs = arcs_of(varbind.value);
        return add(arcs.data(), arcs.size() * sizeof(oid));
    }
    case ASN_OCTET_STR:
    case ASN_IPADDRESS: return add(varbind.value.data(), varbind.value.size());
    default: return add(nullptr, 0);
    }
}

} // namespace

std::optional<Decoded> netsnmp_decode(std::span<const std::byte> message)
{
    // It logs every message that it refuses, to stderr unless told another way; this one is silent.
    snmp_enable_calllog();
    std::vector<u_char> data(message.size());
    std::transform(message.begin(), message.end(), data.begin(), [](std::byte octet) {
        return std::to_integer<u_char>(octet);
    });
    std::size_t length = data.size();
    std::array<u_char, COMMUNITY_MAX_LEN> community{};
    std::size_t community_length = community.size();
    long version = 0;
    u_char* const at =
        snmp_comstr_parse(data.data(), &length, community.data(), &community_length, &version);
    const bool known_version = version == SNMP_VERSION_1 || version == SNMP_VERSION_2c;
    if (at == nullptr || !known_version) return std::nullopt;
    const Pdu pdu{snmp_pdu_create(0), &snmp_free_pdu};
    if (snmp_pdu_parse(pdu.get(), at, &length) != SNMPERR_SUCCESS) return std::nullopt;

    Decoded decoded{
        .version = version,
        .community = {},
        .type = static_cast<std::uint8_t>(pdu->command),
        .request_id = pdu->reqid,
        .error_status = pdu->errstat,
        .error_index = pdu->errindex,
        .varbinds = {},
    };
    decoded.community.assign(community.begin(), community.begin() + community_length);
    for (const auto* one = pdu->variables; one != nullptr; one = one->next_variable)
        decoded.varbinds.push_back({
            .oid = {one->name, one->name + one->name_length},
            .tag = one->type,
            .value = value_of(*one),
        });
    return decoded;
}

Bytes netsnmp_encode(const Decoded& message)
{
    const Pdu pdu{snmp_pdu_create(message.type), &snmp_free_pdu};
    pdu->reqid = message.request_id;
    pdu->errstat = message.error_status;
    pdu->errindex = message.error_index;
    for (const DecodedVarBind& varbind : message.varbinds)
        add_variable(pdu.get(), varbind);

    std::vector<u_char> out(65'536);
    std::vector<u_char> community{message.community.begin(), message.community.end()};
    std::size_t community_length = community.size();
    long version = message.version;
    const auto head = [&](std::size_t body) {
        std::size_t room = out.size();
        return snmp_comstr_build(
            out.data(), &room, community.data(), &community_length, &version, body
        );
    };
    u_char* const body = head(0);
    std::size_t room = out.size() - static_cast<std::size_t>(body - out.data());
    u_char* const end = snmp_pdu_build(pdu.get(), body, &room);
    if (end == nullptr) return {};
    head(static_cast<std::size_t>(end - body));
    Bytes bytes(static_cast<std::size_t>(end - out.data()));
    std::transform(out.data(), end, bytes.begin(), [](u_char octet) { return std::byte{octet}; });
    return bytes;
}

} // namespace hallmonitor::agent::testing
