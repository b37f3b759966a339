// What faults do to requests, to heads of replies and to datagrams.

#include "tests/sim/fault_hooks.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::sim::hooks {
namespace {

constexpr std::int32_t too_big = 1;
constexpr std::int32_t gen_err = 5;

void fail(ReplyHead& head, std::int32_t status, std::int32_t index)
{
    head.error_status = status;
    head.error_index = index;
    head.has_varbinds = false;
}

} // namespace

bool lose(const Request&, const FaultContext& context)
{
    return context.chance(context.argument);
}

bool ignore_all(const Request&, const FaultContext&)
{
    return true;
}

bool ignore_v2c(const Request& request, const FaultContext&)
{
    return !request.is_v1;
}

bool ignore_bulk(const Request& request, const FaultContext&)
{
    return request.type == tag::get_bulk;
}

void refuse_large(ReplyHead& head, const Request& request, const FaultContext& context)
{
    const auto asked = static_cast<std::int64_t>(request.count) *
                       (request.type == tag::get_bulk ? std::max(1, request.repetitions) : 1);
    if (asked > context.argument) fail(head, too_big, 0);
}

void refuse_all(ReplyHead& head, const Request&, const FaultContext&)
{
    fail(head, gen_err, 1);
}

void change_id(ReplyHead& head, const Request&, const FaultContext&)
{
    head.id ^= 1;
}

void change_community(ReplyHead& head, const Request&, const FaultContext&)
{
    static constexpr std::array<std::uint8_t, 6> other{'f', 'o', 'r', 'g', 'e', 'd'};
    head.community = other;
}

void cut(Datagram& datagram, const FaultContext& context)
{
    const auto share = static_cast<std::size_t>(std::clamp<std::int64_t>(context.argument, 0, 100));
    datagram.bytes = datagram.bytes.first(datagram.bytes.size() * share / 100);
}

void corrupt(Datagram& datagram, const FaultContext& context)
{
    for (std::int64_t i = 0; i < context.argument && !datagram.bytes.empty(); ++i) {
        const auto bit = context.below(datagram.bytes.size() * 8);
        datagram.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
}

void repeat(Datagram& datagram, const FaultContext& context)
{
    datagram.copies = static_cast<unsigned>(std::clamp<std::int64_t>(context.argument, 1, 100));
}

void hold(Datagram& datagram, const FaultContext& context)
{
    datagram.delay += std::chrono::milliseconds{context.argument};
}

void answer_late(Datagram& datagram, const FaultContext& context)
{
    datagram.delay += std::chrono::seconds{context.argument};
}

void scatter(Datagram& datagram, const FaultContext& context)
{
    const auto most = static_cast<std::uint64_t>(std::max<std::int64_t>(1, context.argument));
    datagram.delay += std::chrono::milliseconds{static_cast<std::int64_t>(context.below(most))};
}

void lose_reply(Datagram& datagram, const FaultContext& context)
{
    if (context.chance(context.argument)) datagram.copies = 0;
}

void lose_large(Datagram& datagram, const FaultContext& context)
{
    if (datagram.bytes.size() > static_cast<std::size_t>(context.argument)) datagram.copies = 0;
}

void lie_about_length(Datagram& datagram, const FaultContext&)
{
    // The length of the whole message, in its long form, claims nearly 64 KiB.
    if (datagram.bytes.size() < 4) return;
    datagram.bytes[1] = 0x82;
    datagram.bytes[2] = 0xFF;
    datagram.bytes[3] = 0xF0;
}

void forge(Datagram& datagram, const FaultContext& context)
{
    datagram.forgeries = static_cast<unsigned>(std::clamp<std::int64_t>(context.argument, 0, 100));
}

void move_address(Datagram& datagram, const FaultContext&)
{
    datagram.source = Source::other_address;
}

void move_port(Datagram& datagram, const FaultContext&)
{
    datagram.source = Source::other_port;
}

} // namespace hallmonitor::sim::hooks
