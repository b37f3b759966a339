#include "agent/poll/row_read.hpp"

#include "agent/poll/sys_up_time.hpp"
#include "common/check.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

// X.690 section 8.19.2: seven bits an octet, all but the last one marked.
void append_arc(OidBytes& oid, std::uint32_t arc)
{
    for (unsigned shift = 28; shift > 0; shift -= 7)
        if (arc >> shift != 0) oid.push_back(std::byte(0x80U | (arc >> shift & 0x7fU)));
    oid.push_back(std::byte(arc & 0x7fU));
}

} // namespace

RowRead::RowRead(
    const InterfaceInventory& inventory,
    std::span<const std::uint32_t> rows,
    bool has_uptime,
    std::size_t at_once
)
    : columns_(inventory.wide_columns()), wide_(columns_.size()), at_once_(at_once),
      has_uptime_(has_uptime)
{
    const std::vector<if_mib::HotColumn> narrow = inventory.narrow_columns();
    const auto states = if_mib::states();
    columns_.insert(columns_.end(), narrow.begin(), narrow.end());
    columns_.insert(columns_.end(), states.begin(), states.end());
    for (const std::uint32_t row : rows)
        add_row(inventory, row);
}

void RowRead::add_row(const InterfaceInventory& inventory, std::uint32_t row)
{
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        const if_mib::HotColumn& asked = columns_[column];
        const bool is_wide = column < wide_;
        if (if_mib::is_paired(asked.metric) && is_wide != inventory.is_wide(row, asked.metric))
            continue;
        Object object{
            .oid = asked.oid,
            .column = static_cast<std::uint16_t>(column),
            .row = static_cast<std::uint16_t>(row),
            .prefix = static_cast<std::uint8_t>(asked.oid.size())};
        append_arc(object.oid, inventory.if_index(row));
        objects_.push_back(std::move(object));
    }
}

Ask RowRead::ask()
{
    INVARIANT(!finished());
    std::size_t end = std::min(next_ + at_once_, objects_.size());
    // Counters of one interface are of one moment.
    std::size_t whole = end;
    while (whole < objects_.size() && whole > next_ &&
           objects_[whole].row == objects_[whole - 1].row)
        --whole;
    if (whole > next_) end = whole;
    asked_ = end - next_;
    oids_.clear();
    if (has_uptime_)
        oids_.emplace_back(sys_up_time_instance().begin(), sys_up_time_instance().end());
    for (std::size_t number = next_; number < end; ++number)
        oids_.emplace_back(objects_[number].oid);
    return Ask{.type = PduType::get, .oids = oids_};
}

bool RowRead::is_answer(const ResponseView& reply) const
{
    if (reply.error_status != 0) return true;
    VarBindCursor cursor{reply.varbinds};
    return std::all_of(oids_.begin(), oids_.end(), [&](std::span<const std::byte> oid) {
        const auto* const value = cursor.next();
        return value != nullptr && ber_compare(value->oid, oid) == 0;
    });
}

std::optional<Finding> RowRead::feed(
    const ResponseView& reply, MonoTime now, InterfaceReading& reading
)
{
    if (reply.error_status != 0) return take_error(reply);
    VarBindCursor cursor{reply.varbinds};
    uptime_.reset();
    if (has_uptime_) {
        const auto* const value = cursor.next();
        ++varbinds_;
        const auto ticks = value->tag == Tag::timeticks ? as_unsigned(*value) : std::nullopt;
        if (ticks) uptime_ = DeviceTicks{static_cast<std::uint32_t>(*ticks)};
    }
    wide_values_.clear();
    values_.clear();
    for (std::size_t number = next_; number < next_ + asked_; ++number) {
        const auto* const value = cursor.next();
        if (value == nullptr) break;
        ++varbinds_;
        if (is_exception(value->tag)) continue; // the device has none of it
        const Object& object = objects_[number];
        auto& values = object.column < wide_ ? wide_values_ : values_;
        values.emplace_back(object.column, value->oid.subspan(object.prefix), *value);
    }
    next_ += asked_;
    const InterfaceReading::Stamp stamp{.arrived = now, .uptime = uptime_};
    reading.feed(columns_, true, wide_values_, stamp);
    reading.feed(columns_, false, values_, stamp);
    return std::nullopt;
}

std::optional<Finding> RowRead::take_error(const ResponseView& reply)
{
    const auto place = [&](std::size_t position) {
        return objects_.begin() + static_cast<std::ptrdiff_t>(next_ + position);
    };
    if (reply.error_status == error_status::no_such_name) {
        const auto first = static_cast<std::size_t>(has_uptime_ ? 2 : 1);
        const auto position = static_cast<std::size_t>(std::max(reply.error_index, 1));
        if (position >= first && position - first < asked_) {
            objects_.erase(place(position - first));
            return std::nullopt;
        }
    } else if (asked_ > 1) {
        shrink();
        return std::nullopt;
    } else {
        objects_.erase(place(0)); // it stumbles over that one
        return std::nullopt;
    }
    return Finding{
        .what = Anomaly::error_status,
        .oid = this->place(),
        .detail = describe_error(reply.error_status)};
}

void RowRead::shrink()
{
    at_once_ = std::max<std::size_t>(1, asked_ / 2);
}

std::string RowRead::place() const
{
    return finished() ? std::string{} : describe_oid(objects_[next_].oid);
}

} // namespace hallmonitor::agent
