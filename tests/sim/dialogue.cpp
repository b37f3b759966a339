#include "tests/sim/dialogue.hpp"

#include "agent/snmp/oid.hpp"
#include "tests/sim/kinds/kind.hpp"

#include <catch2/catch.hpp>

namespace hallmonitor::sim {
namespace {

std::string text_of(std::span<const std::byte> octets)
{
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

} // namespace

Reply ask(Device& device, const Question& question, Instant now)
{
    std::vector<std::vector<std::byte>> names;
    for (const auto& oid : question.oids) {
        names.push_back(agent::Oid::parse(oid).value().ber_content());
    }
    const std::vector<std::span<const std::byte>> views{names.begin(), names.end()};
    const agent::RequestHead head{
        .version = question.version,
        .community = question.community,
        .type = question.type,
        .request_id = question_id,
        .non_repeaters = question.non_repeaters,
        .max_repetitions = question.repetitions};
    std::vector<std::byte> request(4'096);
    request.resize(agent::encode_request(head, views, request));
    REQUIRE_FALSE(request.empty());

    Bytes buffer(Device::buffer_size);
    const auto* const octets = reinterpret_cast<const std::uint8_t*>(request.data());
    Reply reply;
    reply.datagram = device.answer({octets, request.size()}, now, buffer);
    const auto bytes = std::as_bytes(reply.datagram.bytes);
    reply.datagram.bytes = {};
    reply.octets = bytes.size();
    reply.is_silent = bytes.empty();
    if (reply.is_silent) return reply;
    const auto message = agent::parse_message(bytes);
    reply.is_malformed = !message;
    if (!message) return reply;
    reply.id = message->request_id;
    reply.error_status = message->error_status;
    reply.error_index = message->error_index;
    reply.community = text_of(message->community);
    agent::VarBindCursor cursor{message->varbinds};
    while (const auto varbind = cursor.next()) {
        reply.varbinds.push_back(
            {.oid = agent::Oid::from_ber(varbind->oid).value().to_string(),
             .tag = varbind->tag,
             .text = text_of(agent::as_octets(*varbind)),
             .number = agent::as_unsigned(*varbind)}
        );
    }
    reply.is_malformed = cursor.failed();
    return reply;
}

std::vector<VarBind> walk(Device& device, std::size_t most)
{
    std::vector<VarBind> found;
    std::string at = "1.3";
    while (found.size() < most) {
        auto reply = ask(device, {.type = agent::PduType::get_next, .oids = {at}});
        if (reply.varbinds.size() != 1) break;
        if (reply.varbinds[0].tag == agent::Tag::end_of_mib_view) break;
        at = reply.varbinds[0].oid;
        found.push_back(std::move(reply.varbinds[0]));
    }
    return found;
}

Device make_switch(std::size_t ports, std::size_t reply_limit)
{
    return Device{
        {.number = 1, .seed = 1, .community = "public", .reply_limit = reply_limit},
        std::make_shared<const Blueprint>(make_blueprint(*find_kind("switch"), ports, 0))};
}

} // namespace hallmonitor::sim
