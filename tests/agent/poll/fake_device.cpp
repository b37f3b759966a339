#include "tests/agent/poll/fake_device.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hallmonitor::agent::testing {
namespace {

using Bytes = std::vector<std::byte>;

void append_tlv(Bytes& out, std::uint8_t tag, const Bytes& content)
{
    out.push_back(std::byte{tag});
    if (content.size() >= 128) {
        out.push_back(std::byte{0x82});
        out.push_back(static_cast<std::byte>(content.size() >> 8));
    }
    out.push_back(static_cast<std::byte>(content.size() & 0xff));
    out.insert(out.end(), content.begin(), content.end());
}

void append_varbind(Bytes& out, const Oid& oid, const FakeValue& value)
{
    Bytes pair;
    append_tlv(pair, 6, oid.ber_content());
    append_tlv(pair, static_cast<std::uint8_t>(value.tag), value.content);
    append_tlv(out, 0x30, pair);
}

Oid oid_of(std::span<const std::byte> ber)
{
    return Oid::from_ber(ber).value();
}

const FakeValue end_of_mib{Tag::end_of_mib_view, {}};
const FakeValue no_such_object{Tag::no_such_object, {}};

} // namespace

FakeValue number(Tag tag, std::uint64_t value)
{
    Bytes content;
    do {
        content.insert(content.begin(), static_cast<std::byte>(value & 0xff));
        value >>= 8;
    } while (value > 0);
    if ((content.front() & std::byte{0x80}) != std::byte{0})
        content.insert(content.begin(), std::byte{0});
    return {tag, content};
}

FakeValue text(const std::string& value)
{
    Bytes content(value.size());
    std::transform(value.begin(), value.end(), content.begin(), [](char c) {
        return static_cast<std::byte>(c);
    });
    return {Tag::octet_string, content};
}

void FakeDevice::set_uptime(std::uint32_t centiseconds)
{
    mib[{1, 3, 6, 1, 2, 1, 1, 3, 0}] = number(Tag::timeticks, centiseconds);
}

void FakeDevice::add_interface(std::uint32_t index, const std::string& name, std::uint64_t octets)
{
    const auto low = [&](std::uint32_t column, FakeValue value) {
        mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, column, index}] = std::move(value);
    };
    const auto high = [&](std::uint32_t column, FakeValue value) {
        mib[{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column, index}] = std::move(value);
    };
    low(2, text("Description of " + name));
    low(3, number(Tag::integer, 6));
    low(5, number(Tag::gauge32, 1'000'000'000));
    low(7, number(Tag::integer, 1));
    low(8, number(Tag::integer, 1));
    low(9, number(Tag::timeticks, 100));
    low(10, number(Tag::counter32, octets & 0xffffffff));
    low(16, number(Tag::counter32, octets & 0xffffffff));
    for (const std::uint32_t column : {13U, 14U, 19U, 20U})
        low(column, number(Tag::counter32, 0));
    high(1, text(name));
    for (std::uint32_t column = 6; column <= 13; ++column)
        high(column, number(Tag::counter64, octets));
    high(15, number(Tag::gauge32, 1000));
    high(18, text("alias of " + name));
    high(19, number(Tag::timeticks, 0));
}

ResponseView FakeDevice::Reply::view() const
{
    return {
        .version = SnmpVersion::v2c,
        .community = {},
        .type = PduType::response,
        .request_id = 1,
        .error_status = error_status,
        .error_index = error_index,
        .varbinds = varbinds,
    };
}

FakeDevice::Reply FakeDevice::answer(const Ask& ask)
{
    ++requests;
    const auto repeaters = ask.oids.size() - static_cast<std::size_t>(ask.non_repeaters);
    const auto asked = static_cast<std::size_t>(ask.non_repeaters) +
                       repeaters * static_cast<std::size_t>(std::max(1, ask.max_repetitions));
    if (asked > too_big_above) return {.varbinds = {}, .error_status = 1, .error_index = 0};
    if (ask.type == PduType::get) return get(ask);
    if (ask.type == PduType::get_next) return get_next(ask);
    return get_bulk(ask);
}

FakeDevice::Reply FakeDevice::get(const Ask& ask)
{
    Reply reply;
    for (std::size_t i = 0; i < ask.oids.size(); ++i) {
        const Oid oid = oid_of(ask.oids[i]);
        const auto found = mib.find(oid);
        if (found == mib.end() && v1)
            return {.varbinds = {}, .error_status = 2, .error_index = static_cast<int>(i) + 1};
        append_varbind(reply.varbinds, oid, found == mib.end() ? no_such_object : found->second);
    }
    return reply;
}

FakeDevice::Reply FakeDevice::get_next(const Ask& ask)
{
    Reply reply;
    for (std::size_t i = 0; i < ask.oids.size(); ++i) {
        const auto found = mib.upper_bound(oid_of(ask.oids[i]));
        if (found == mib.end())
            return {.varbinds = {}, .error_status = 2, .error_index = static_cast<int>(i) + 1};
        append_varbind(reply.varbinds, found->first, found->second);
    }
    return reply;
}

FakeDevice::Reply FakeDevice::get_bulk(const Ask& ask)
{
    Reply reply;
    std::vector<Oid> places;
    for (const auto ber : ask.oids)
        places.push_back(oid_of(ber));
    const auto fixed = static_cast<std::size_t>(ask.non_repeaters);
    std::size_t sent = 0;
    const auto step = [&](Oid& place) {
        const auto found = mib.upper_bound(place);
        const bool end = found == mib.end();
        append_varbind(
            reply.varbinds, end ? place : found->first, end ? end_of_mib : found->second
        );
        if (!end) place = found->first;
        return ++sent < most_varbinds;
    };
    for (std::size_t i = 0; i < fixed; ++i)
        step(places[i]);
    for (std::int32_t r = 0; r < ask.max_repetitions; ++r)
        for (std::size_t i = fixed; i < places.size(); ++i)
            if (!step(places[i])) return reply;
    return reply;
}

PollOutcome cycle(DevicePoll& poll, FakeDevice& device, MonoTime now)
{
    poll.start(now, false);
    while (auto ask = poll.ask()) {
        const auto reply = device.answer(*ask);
        REQUIRE(poll.feed(ask->lane, reply.view(), reply.bytes(), now));
    }
    return poll.take_outcome().value();
}

Cell cell_of(const PollOutcome& outcome, Metric metric, const std::string& key)
{
    const auto& columns = outcome.definition->columns;
    const auto& rows = outcome.definition->rows;
    const auto column = std::find(columns.begin(), columns.end(), metric) - columns.begin();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.key == key; }) -
        rows.begin();
    return outcome.reading->cells.at(
        static_cast<std::size_t>(column) * rows.size() + static_cast<std::size_t>(row)
    );
}

} // namespace hallmonitor::agent::testing
