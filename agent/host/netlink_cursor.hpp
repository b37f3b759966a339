#pragma once
// Walks netlink messages and attributes, which are length-prefixed and padded to 4 octets (RFC
// 3549), without ever leaving the bytes given.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

/// Copies a kernel structure out of bytes; what the bytes do not cover is zero (older kernels send
/// shorter ones).
template <class T>
T read_struct(std::span<const std::byte> bytes)
{
    T value{};
    std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
    return value;
}

struct NetlinkMessage {
    nlmsghdr head{};
    std::span<const std::byte> body;
};

/// Takes the next message off the front; empty at the end or when the rest is malformed.
inline std::optional<NetlinkMessage> next_message(std::span<const std::byte>& rest)
{
    if (rest.size() < sizeof(nlmsghdr)) return std::nullopt;
    const auto head = read_struct<nlmsghdr>(rest);
    if (head.nlmsg_len < sizeof(nlmsghdr) || head.nlmsg_len > rest.size()) return std::nullopt;
    const NetlinkMessage message{
        .head = head,
        .body = rest.first(head.nlmsg_len).subspan(sizeof(nlmsghdr)),
    };
    rest = rest.subspan(std::min<std::size_t>(rest.size(), NLMSG_ALIGN(head.nlmsg_len)));
    return message;
}

struct NetlinkAttribute {
    std::uint16_t type{0};
    std::span<const std::byte> value;

    [[nodiscard]] std::uint8_t u8() const { return read_struct<std::uint8_t>(value); }
    [[nodiscard]] std::uint16_t u16() const { return read_struct<std::uint16_t>(value); }
    [[nodiscard]] std::uint32_t u32() const { return read_struct<std::uint32_t>(value); }
};

/// Takes the next attribute off the front; empty at the end or when the rest is malformed.
inline std::optional<NetlinkAttribute> next_attribute(std::span<const std::byte>& rest)
{
    if (rest.size() < sizeof(nlattr)) return std::nullopt;
    const auto head = read_struct<nlattr>(rest);
    if (head.nla_len < sizeof(nlattr) || head.nla_len > rest.size()) return std::nullopt;
    const NetlinkAttribute attribute{
        .type = static_cast<std::uint16_t>(head.nla_type & NLA_TYPE_MASK),
        .value = rest.first(head.nla_len).subspan(sizeof(nlattr)),
    };
    rest = rest.subspan(std::min<std::size_t>(rest.size(), NLA_ALIGN(head.nla_len)));
    return attribute;
}

/// Builds one request: a head, a family's own head, attributes.
class NetlinkRequest {
public:
    NetlinkRequest(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence)
    {
        nlmsghdr head{};
        head.nlmsg_type = type;
        head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
        head.nlmsg_seq = sequence;
        append(head);
    }
    template <class T>
    void append(const T& value)
    {
        const auto bytes = std::as_bytes(std::span{&value, 1});
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        pad();
    }
    void attribute(std::uint16_t type, std::span<const std::byte> value)
    {
        nlattr head{};
        head.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + value.size());
        head.nla_type = type;
        append(head);
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        pad();
    }
    [[nodiscard]] std::vector<std::byte> take() &&
    {
        const auto size = static_cast<std::uint32_t>(bytes_.size());
        std::memcpy(bytes_.data(), &size, sizeof size);
        return std::move(bytes_);
    }

private:
    void pad() { bytes_.resize(NLMSG_ALIGN(bytes_.size())); }
    std::vector<std::byte> bytes_;
};

} // namespace hallmonitor::agent
