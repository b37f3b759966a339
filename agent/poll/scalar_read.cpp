#include "agent/poll/scalar_read.hpp"

#include "agent/profile/if_mib.hpp"
#include "agent/snmp/oid.hpp"
#include "common/check.hpp"
#include "common/model/text.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::agent {
namespace {

struct Scalar {
    Oid oid;
    std::optional<Attribute> attribute; // empty: part of the guard
};

constexpr std::size_t uptime_scalar = 0;
constexpr std::size_t if_table_last_change = 1;
constexpr std::size_t guard_scalars = 3; // asked alone when nothing has changed

const std::array<Scalar, ScalarRead::most_at_once>& scalars()
{
    static const std::array<Scalar, ScalarRead::most_at_once> all{{
        {{1, 3, 6, 1, 2, 1, 1, 3, 0}, std::nullopt}, // sysUpTime
        {if_mib::if_table_last_change(), std::nullopt},
        {if_mib::if_number(), std::nullopt},
        {{1, 3, 6, 1, 2, 1, 1, 1, 0}, Attribute::sys_descr},
        {{1, 3, 6, 1, 2, 1, 1, 2, 0}, Attribute::sys_object_id},
        {{1, 3, 6, 1, 2, 1, 1, 4, 0}, Attribute::sys_contact},
        {{1, 3, 6, 1, 2, 1, 1, 5, 0}, Attribute::sys_name},
        {{1, 3, 6, 1, 2, 1, 1, 6, 0}, Attribute::sys_location},
    }};
    return all;
}

const std::vector<std::byte>& scalar_ber(std::size_t number)
{
    static const std::vector<std::vector<std::byte>> all = [] {
        std::vector<std::vector<std::byte>> bers;
        for (const Scalar& scalar : scalars())
            bers.push_back(scalar.oid.ber_content());
        return bers;
    }();
    return all[number];
}

} // namespace

const std::string& uptime_oid()
{
    static const std::string text = scalars().at(uptime_scalar).oid.to_string();
    return text;
}

ScalarRead::ScalarRead() : missing_(scalars().size(), false)
{}

void ScalarRead::begin(What what)
{
    count_ = what == What::guard ? guard_scalars : scalars().size();
    if (what == What::all) {
        missing_.assign(scalars().size(), false); // or it is learnt anew
        wild_texts_ = {};
    }
    next_ = 0;
    uptime_.reset();
    moved_ = false;
    varbinds_ = 0;
}

bool ScalarRead::finished() const
{
    const auto rest = missing_.begin() + static_cast<std::ptrdiff_t>(next_);
    const auto end = missing_.begin() + static_cast<std::ptrdiff_t>(count_);
    return std::find(rest, end, false) == end;
}

Ask ScalarRead::ask()
{
    INVARIANT(!finished());
    asked_.clear();
    oids_.clear();
    for (std::size_t number = next_; number < count_ && asked_.size() < at_once_; ++number) {
        if (missing_[number]) continue;
        asked_.push_back(number);
        oids_.emplace_back(scalar_ber(number));
    }
    return Ask{.type = PduType::get, .oids = oids_};
}

bool ScalarRead::is_answer(const ResponseView& reply) const
{
    if (reply.error_status != 0) return true;
    VarBindCursor cursor{reply.varbinds};
    return std::all_of(asked_.begin(), asked_.end(), [&](std::size_t number) {
        const auto* const value = cursor.next();
        return value != nullptr && ber_compare(value->oid, scalar_ber(number)) == 0;
    });
}

std::optional<Finding> ScalarRead::feed(const ResponseView& reply)
{
    if (reply.error_status != 0) return take_error(reply);
    VarBindCursor cursor{reply.varbinds};
    for (const std::size_t number : asked_) {
        const auto* const value = cursor.next();
        if (value == nullptr) break;
        ++varbinds_;
        take(number, *value);
    }
    next_ = asked_.back() + 1;
    return std::nullopt;
}

std::optional<Finding> ScalarRead::take_error(const ResponseView& reply)
{
    if (reply.error_status == error_status::no_such_name) {
        const auto position = static_cast<std::size_t>(std::max(reply.error_index, 1)) - 1;
        const bool is_all = asked_.size() == 1 && asked_.front() == uptime_scalar;
        if (position < asked_.size() && !is_all) {
            missing_[asked_[position]] = true;
            return std::nullopt;
        }
    } else if (asked_.size() > 1) {
        at_once_ = asked_.size() / 2;
        return std::nullopt;
    } else if (asked_.front() != uptime_scalar) {
        next_ = asked_.front() + 1;
        return std::nullopt;
    }
    return Finding{
        .what = Anomaly::error_status,
        .oid = uptime_oid(),
        .detail = describe_error(reply.error_status)};
}

void ScalarRead::take(std::size_t number, const VarBindView& value)
{
    if (number == uptime_scalar) {
        const auto ticks = value.tag == Tag::timeticks ? as_unsigned(value) : std::nullopt;
        if (ticks) uptime_ = DeviceTicks{static_cast<std::uint32_t>(*ticks)};
    } else if (number == if_table_last_change) {
        note(table_last_change_, as_unsigned(value));
    } else if (number < guard_scalars) {
        note(if_number_, as_unsigned(value));
    } else {
        take_fact(*scalars().at(number).attribute, value);
    }
}

// What was left out this time has not moved.
void ScalarRead::note(Cell& known, Cell now)
{
    if (!now) return;
    moved_ = moved_ || (known && *known != *now);
    known = now;
}

void ScalarRead::take_fact(Attribute attribute, const VarBindView& value)
{
    facts_.erase(attribute);
    std::string text;
    if (value.tag == Tag::oid) text = describe_oid(value.content);
    if (value.tag == Tag::octet_string) {
        text = sanitize(value.content);
        if (!is_tame(value.content)) wild_texts_.note([&] { return describe_oid(value.oid); });
    }
    if (!text.empty()) facts_.set(attribute, text);
}

} // namespace hallmonitor::agent
