#include "tests/sim/ber.hpp"

#include <algorithm>
#include <charconv>

namespace hallmonitor::sim {

ByteView Cursor::take(std::uint8_t expected)
{
    if (rest_.size() < 2 || rest_[0] != expected) return fail();
    std::size_t length = rest_[1];
    std::size_t head = 2;
    if (length >= 0x80) {
        const std::size_t octets = length & 0x7FU;
        if (octets == 0 || octets > 4 || rest_.size() < 2 + octets) return fail();
        length = 0;
        for (std::size_t i = 0; i < octets; ++i) {
            length = length << 8U | rest_[2 + i];
        }
        head += octets;
    }
    if (length > rest_.size() - head) return fail();
    const auto content = rest_.subspan(head, length);
    rest_ = rest_.subspan(head + length);
    return content;
}

std::int32_t Cursor::take_integer()
{
    const auto content = take(tag::integer);
    if (failed_ || content.empty() || content.size() > 4) {
        fail();
        return 0;
    }
    std::uint32_t value = (content[0] & 0x80U) != 0 ? ~0U : 0U;
    for (const auto octet : content) {
        value = value << 8U | octet;
    }
    return static_cast<std::int32_t>(value);
}

ByteView Cursor::fail()
{
    failed_ = true;
    rest_ = {};
    return {};
}

std::uint8_t* put_head(std::uint8_t* out, std::uint8_t tag, std::size_t length)
{
    *out++ = tag;
    const auto size = length_size(length);
    if (size == 1) {
        *out++ = static_cast<std::uint8_t>(length);
        return out;
    }
    *out++ = static_cast<std::uint8_t>(0x80U | (size - 1));
    for (std::size_t i = size - 1; i-- > 0;) {
        *out++ = static_cast<std::uint8_t>(length >> (8 * i));
    }
    return out;
}

Bytes make_tlv(std::uint8_t tag, ByteView content)
{
    Bytes out(1 + length_size(content.size()) + content.size());
    auto* rest = put_head(out.data(), tag, content.size());
    std::copy(content.begin(), content.end(), rest);
    return out;
}

Bytes make_tlv(std::uint8_t tag, std::string_view content)
{
    const Bytes octets(content.begin(), content.end());
    return make_tlv(tag, ByteView{octets});
}

Bytes oid_contents(const Oid& oid)
{
    Bytes out;
    const auto append = [&](std::uint64_t arc) {
        unsigned shift = 28 + 7;
        while (shift > 0 && arc >> shift == 0) {
            shift -= 7;
        }
        for (; shift > 0; shift -= 7) {
            out.push_back(static_cast<std::uint8_t>(0x80U | (arc >> shift & 0x7FU)));
        }
        out.push_back(static_cast<std::uint8_t>(arc & 0x7FU));
    };
    append(std::uint64_t{oid[0]} * 40 + oid[1]);
    for (std::size_t i = 2; i < oid.size(); ++i) {
        append(oid[i]);
    }
    return out;
}

std::span<const std::uint32_t> arcs_of(ByteView contents, Arcs& into)
{
    std::size_t count = 0;
    std::uint64_t arc = 0;
    bool is_inside = false;
    for (const auto octet : contents) {
        if (!is_inside && octet == 0x80) return {};
        arc = arc << 7U | (octet & 0x7FU);
        if (arc > 0xFFFFFFFFU || count == most_arcs) return {};
        is_inside = (octet & 0x80U) != 0;
        if (is_inside) continue;
        if (count == 0) {
            const auto first = std::min<std::uint64_t>(arc / 40, 2);
            into[count++] = static_cast<std::uint32_t>(first);
            arc -= first * 40;
        }
        into[count++] = static_cast<std::uint32_t>(arc);
        arc = 0;
    }
    if (is_inside) return {};
    return {into.data(), count};
}

std::optional<Oid> oid_of(ByteView contents)
{
    Arcs arcs;
    const auto found = arcs_of(contents, arcs);
    if (found.empty()) return std::nullopt;
    return Oid{found.begin(), found.end()};
}

std::optional<Oid> parse_oid(std::string_view text)
{
    if (text.starts_with('.')) text.remove_prefix(1);
    Oid oid;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        std::uint32_t arc = 0;
        const auto [next, error] = std::from_chars(at, end, arc);
        if (error != std::errc{} || oid.size() == most_arcs) return std::nullopt;
        oid.push_back(arc);
        at = next;
        if (at == end) break;
        if (*at != '.' || ++at == end) return std::nullopt;
    }
    if (oid.size() < 2 || oid[0] > 2) return std::nullopt;
    // Both are encoded as one number (X.690, section 8.19.4), which has 32 bits as every arc.
    const std::uint32_t most = oid[0] < 2 ? 39 : 0xFFFFFFFFU - 80;
    if (oid[1] > most) return std::nullopt;
    return oid;
}

bool parse_request(ByteView datagram, Request& request)
{
    Cursor outer{datagram};
    Cursor message{outer.take(tag::sequence)};
    const auto version = message.take_integer();
    request.is_v1 = version == 0;
    request.community = message.take(tag::octets);
    if (message.failed() || version < 0 || version > 1) return false;
    return parse_pdu(message, request) && !outer.failed();
}

bool parse_pdu(Cursor& message, Request& request)
{
    request.type = message.peek();
    const bool is_request = request.type == tag::get || request.type == tag::get_next ||
                            request.type == tag::set || request.type == tag::get_bulk;
    if (!is_request) return false;
    Cursor pdu{message.take(request.type)};
    request.id = pdu.take_integer();
    request.non_repeaters = pdu.take_integer();
    request.repetitions = pdu.take_integer();
    Cursor list{pdu.take(tag::sequence)};
    if (message.failed() || pdu.failed()) return false;
    request.count = 0;
    while (!list.at_end()) {
        Cursor varbind{list.take(tag::sequence)};
        const auto name = varbind.take(tag::oid);
        if (list.failed() || varbind.failed() || request.count == Request::most_names) return false;
        request.names[request.count++] = name;
    }
    return !list.failed();
}

} // namespace hallmonitor::sim
