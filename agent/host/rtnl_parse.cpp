#include "agent/host/rtnl_parse.hpp"

#include "agent/host/netlink_cursor.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <array>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace hallmonitor::agent {
namespace {

constexpr std::string_view ethtool_name = ETHTOOL_GENL_NAME;

// ARPHRD_* to IANAifType, for what schools run Linux on; the rest is "other" (1).
std::uint32_t iana_type(std::uint16_t hardware)
{
    switch (hardware) {
    case ARPHRD_ETHER: return 6;     // ethernetCsmacd
    case ARPHRD_LOOPBACK: return 24; // softwareLoopback
    case ARPHRD_PPP: return 23;      // ppp
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
    case ARPHRD_IPGRE: return 131; // tunnel
    case ARPHRD_INFINIBAND: return 199;
    default: return 1;
    }
}

// RFC 2863's states; the kernel's UNKNOWN means that the driver does not tell, and then a carrier
// does.
OperStatus oper_status(std::uint8_t kernel, unsigned flags)
{
    constexpr std::uint8_t if_oper_unknown = 0;
    constexpr std::uint8_t if_oper_not_present = 1;
    constexpr std::uint8_t if_oper_down = 2;
    constexpr std::uint8_t if_oper_lower_layer_down = 3;
    constexpr std::uint8_t if_oper_testing = 4;
    constexpr std::uint8_t if_oper_dormant = 5;
    constexpr std::uint8_t if_oper_up = 6;
    switch (kernel) {
    case if_oper_up: return OperStatus::up;
    case if_oper_not_present: return OperStatus::not_present;
    case if_oper_down: return OperStatus::down;
    case if_oper_lower_layer_down: return OperStatus::lower_layer_down;
    case if_oper_testing: return OperStatus::testing;
    case if_oper_dormant: return OperStatus::dormant;
    case if_oper_unknown:
    default: return (flags & IFF_RUNNING) != 0 ? OperStatus::up : OperStatus::unknown;
    }
}

std::array<Cell, 12> counters_of(const rtnl_link_stats64& stats)
{
    const std::uint64_t unicast =
        stats.rx_packets >= stats.multicast ? stats.rx_packets - stats.multicast : stats.rx_packets;
    return {
        stats.rx_bytes,
        stats.tx_bytes,
        unicast,
        stats.tx_packets,
        stats.multicast,
        std::nullopt,
        std::nullopt,
        std::nullopt,
        stats.rx_errors,
        stats.tx_errors,
        stats.rx_dropped,
        stats.tx_dropped,
    };
}

std::span<const std::byte> without_nul(std::span<const std::byte> text)
{
    while (!text.empty() && text.back() == std::byte{0})
        text = text.first(text.size() - 1);
    return text;
}

HostLink parse_link(std::span<const std::byte> body)
{
    const auto info = read_struct<ifinfomsg>(body);
    HostLink link{
        .index = static_cast<std::uint32_t>(info.ifi_index),
        .name = {},
        .alias = {},
        .mac = {},
        .type = iana_type(info.ifi_type),
        .admin = (info.ifi_flags & IFF_UP) != 0 ? AdminStatus::up : AdminStatus::down,
        .oper = oper_status(0, info.ifi_flags),
    };
    auto rest = body.subspan(std::min(body.size(), NLMSG_ALIGN(sizeof(ifinfomsg))));
    while (const auto attribute = next_attribute(rest)) {
        switch (attribute->type) {
        case IFLA_IFNAME: link.name = sanitize(without_nul(attribute->value)); break;
        case IFLA_IFALIAS: link.alias = sanitize(without_nul(attribute->value)); break;
        case IFLA_ADDRESS: link.mac = format_mac(attribute->value); break;
        case IFLA_OPERSTATE: link.oper = oper_status(attribute->u8(), info.ifi_flags); break;
        case IFLA_STATS64:
            link.counters = counters_of(read_struct<rtnl_link_stats64>(attribute->value));
            break;
        default: break;
        }
    }
    return link;
}

// The kernel's answer to a request that it refuses; 0 is a plain acknowledgement.
Result<void> parse_error(std::span<const std::byte> body)
{
    const auto error = read_struct<nlmsgerr>(body);
    if (error.error == 0) return {};
    return boost::system::error_code{-error.error, boost::system::system_category()};
}

} // namespace

Result<void> parse_links(std::span<const std::byte> datagram, LinkDump& into)
{
    auto rest = datagram;
    while (const auto message = next_message(rest)) {
        if ((message->head.nlmsg_flags & NLM_F_DUMP_INTR) != 0) into.interrupted = true;
        switch (message->head.nlmsg_type) {
        case NLMSG_DONE: into.done = true; break;
        case NLMSG_ERROR:
            if (auto error = parse_error(message->body); !error) return error;
            break;
        case RTM_NEWLINK: into.links.push_back(parse_link(message->body)); break;
        case RTM_DELLINK: into.deleted.push_back(parse_link(message->body).index); break;
        default: break;
        }
    }
    if (!rest.empty()) return Errc::malformed;
    return {};
}

std::vector<std::byte> link_dump_request(std::uint32_t sequence)
{
    NetlinkRequest request{RTM_GETLINK, NLM_F_DUMP, sequence};
    request.append(ifinfomsg{});
    return std::move(request).take();
}

std::vector<std::byte> ethtool_family_request(std::uint32_t sequence)
{
    NetlinkRequest request{GENL_ID_CTRL, 0, sequence};
    genlmsghdr head{};
    head.cmd = CTRL_CMD_GETFAMILY;
    head.version = 1;
    request.append(head);
    std::array<char, ethtool_name.size() + 1> name{};
    std::copy(ethtool_name.begin(), ethtool_name.end(), name.begin());
    request.attribute(CTRL_ATTR_FAMILY_NAME, std::as_bytes(std::span{name}));
    return std::move(request).take();
}

Result<std::uint16_t> parse_ethtool_family(std::span<const std::byte> datagram)
{
    auto rest = datagram;
    while (const auto message = next_message(rest)) {
        if (message->head.nlmsg_type == NLMSG_ERROR) return Errc::not_found;
        auto attributes = message->body.subspan(std::min(message->body.size(), sizeof(genlmsghdr)));
        while (const auto attribute = next_attribute(attributes))
            if (attribute->type == CTRL_ATTR_FAMILY_ID) return attribute->u16();
    }
    return Errc::malformed;
}

std::vector<std::byte> link_modes_request(std::uint16_t family, std::uint32_t sequence)
{
    NetlinkRequest request{family, NLM_F_DUMP, sequence};
    genlmsghdr head{};
    head.cmd = ETHTOOL_MSG_LINKMODES_GET;
    head.version = ETHTOOL_GENL_VERSION;
    request.append(head);
    request.attribute(ETHTOOL_A_LINKMODES_HEADER | NLA_F_NESTED, {});
    return std::move(request).take();
}

Result<void> parse_link_modes(std::span<const std::byte> datagram, LinkModeDump& into)
{
    auto rest = datagram;
    while (const auto message = next_message(rest)) {
        if (message->head.nlmsg_type == NLMSG_DONE) into.done = true;
        if (message->head.nlmsg_type == NLMSG_ERROR) {
            if (auto error = parse_error(message->body); !error) return error;
        }
        if (message->head.nlmsg_type < NLMSG_MIN_TYPE) continue;
        LinkMode mode;
        auto attributes = message->body.subspan(std::min(message->body.size(), sizeof(genlmsghdr)));
        while (const auto attribute = next_attribute(attributes)) {
            if (attribute->type == ETHTOOL_A_LINKMODES_HEADER) {
                auto header = attribute->value;
                while (const auto field = next_attribute(header))
                    if (field->type == ETHTOOL_A_HEADER_DEV_INDEX) mode.index = field->u32();
            } else if (attribute->type == ETHTOOL_A_LINKMODES_SPEED) {
                const std::uint32_t speed = attribute->u32();
                mode.speed_mbit = speed == static_cast<std::uint32_t>(SPEED_UNKNOWN) ? 0 : speed;
            } else if (attribute->type == ETHTOOL_A_LINKMODES_DUPLEX) {
                if (attribute->u8() == DUPLEX_HALF) mode.duplex = 2;
                if (attribute->u8() == DUPLEX_FULL) mode.duplex = 3;
            }
        }
        if (mode.index != 0) into.modes.push_back(mode);
    }
    if (!rest.empty()) return Errc::malformed;
    return {};
}

} // namespace hallmonitor::agent
