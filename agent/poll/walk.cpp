#include "agent/poll/walk.hpp"

#include "common/check.hpp"
#include "common/limits.hpp"

#include <algorithm>

namespace hallmonitor::agent {
namespace {

// RFC 3416 section 3, error-status.
constexpr std::int32_t no_error = 0;
constexpr std::int32_t too_big = 1;
constexpr std::int32_t no_such_name = 2;
constexpr std::int32_t gen_err = 5;

constexpr unsigned most_repetitions = 128;
constexpr std::size_t columns_per_request = 10;
constexpr std::size_t message_overhead = 60; // header, community and sysUpTime of a reply
constexpr unsigned idle_replies_allowed = 2;

const std::vector<std::byte>& sys_up_time()
{
    static const std::vector<std::byte> ber = Oid{1, 3, 6, 1, 2, 1, 1, 3}.ber_content();
    return ber;
}

} // namespace

std::string describe_oid(std::span<const std::byte> ber)
{
    const auto oid = Oid::from_ber(ber);
    return oid ? oid->to_string() : std::string{"(malformed OID)"};
}

Walk::Walk(std::vector<OidBytes> columns, const Options& options)
    : options_(options), widest_(columns_per_request),
      repetitions_(std::clamp(options.repetitions, 1U, most_repetitions))
{
    columns_.reserve(columns.size());
    for (OidBytes& oid : columns) {
        Column column;
        column.prefix = std::move(oid);
        column.last = column.prefix;
        active_.push_back(columns_.size());
        columns_.push_back(std::move(column));
    }
}

Ask Walk::ask()
{
    INVARIANT(!finished());
    // Columns of one row travel together; a device that cannot take them all gets the first few to
    // their end, then the others.
    asked_columns_ = std::min(widest_, active_.size());
    const std::size_t row = columns_[active_.front()].rows;
    oids_.clear();
    oids_.emplace_back(sys_up_time());
    for (std::size_t i = 0; i < asked_columns_; ++i)
        oids_.emplace_back(columns_[active_[i]].last);
    std::size_t repetitions = repetitions_;
    if (options_.expected_rows > row) {
        repetitions = std::min(repetitions, options_.expected_rows - row);
    }
    ++requests_;
    if (options_.version == SnmpVersion::v1) {
        return {.type = PduType::get_next, .oids = oids_};
    }
    return {
        .type = PduType::get_bulk,
        .non_repeaters = 1,
        .max_repetitions = static_cast<std::int32_t>(repetitions),
        .oids = oids_,
    };
}

std::span<const ColumnValue> Walk::feed(const ResponseView& reply, std::size_t bytes)
{
    values_.clear();
    take_reply(reply, bytes);
    if (failure_) return {};
    return values_;
}

void Walk::take_reply(const ResponseView& reply, std::size_t bytes)
{
    bytes_ += bytes;
    if (requests_ > limits::requests_per_cycle || bytes_ > limits::reply_bytes_per_cycle)
        return fail("table does not end within the limits of a cycle", true);
    if (reply.error_status != no_error) return take_error(reply);

    VarBindCursor cursor{reply.varbinds};
    if (!take_uptime(cursor)) return fail("reply without the varbinds asked for", true);
    const std::uint64_t before = varbinds_++;
    const bool moved = take_values(cursor);
    if (failure_) return;
    if (cursor.failed()) return fail("reply with malformed varbinds", true);
    keep_places();
    learn(varbinds_ - before - 1, bytes);
    drop_finished();
    idle_replies_ = moved ? 0 : idle_replies_ + 1;
    if (idle_replies_ >= idle_replies_allowed) fail("replies bring nothing new", true);
}

bool Walk::take_uptime(VarBindCursor& cursor)
{
    const auto first = cursor.next();
    if (!first) return false;
    // A view without sysUpTime gives its successor, or an exception, instead.
    uptime_.reset();
    if (first->tag == Tag::timeticks && ber_starts_with(first->oid, sys_up_time())) {
        if (const auto ticks = as_unsigned(*first))
            uptime_ = DeviceTicks{static_cast<std::uint32_t>(*ticks)};
    }
    return true;
}

// True when any column moved on or ended.
bool Walk::take_values(VarBindCursor& cursor)
{
    const bool knows_last = options_.last_index.has_value();
    const std::uint32_t last_index = options_.last_index.value_or(0);
    bool moved = false;
    std::size_t place = 0;
    while (const VarBindView* const value = cursor.next()) {
        ++varbinds_;
        const std::size_t number = active_[place];
        if (++place == asked_columns_) place = 0;
        Column& column = columns_[number];
        if (column.done) continue;
        moved = true;
        if (is_exception(value->tag) || !ber_starts_with(value->oid, column.prefix)) {
            column.done = true;
            continue;
        }
        const auto index = value->oid.subspan(column.prefix.size());
        if (!ber_less(column.index, index)) {
            fail("OID not increasing at " + describe_oid(value->oid), true);
            return false;
        }
        column.index = index;
        ++column.rows;
        values_.emplace_back(number, index, *value);
        if (knows_last) {
            std::uint32_t arc = 0;
            if (read_single_arc(index, arc) && arc >= last_index) column.done = true;
        }
    }
    return moved;
}

// The next request starts behind the last row of this reply, whose bytes do not stay.
void Walk::keep_places()
{
    for (std::size_t i = 0; i < asked_columns_; ++i) {
        Column& column = columns_[active_[i]];
        if (column.index.data() == column.last.data() + column.prefix.size()) continue;
        column.last.resize(column.prefix.size());
        column.last.insert(column.last.end(), column.index.begin(), column.index.end());
        column.index = std::span{column.last}.subspan(column.prefix.size());
    }
}

void Walk::take_error(const ResponseView& reply)
{
    const bool v1 = options_.version == SnmpVersion::v1;
    if (v1 && reply.error_status == no_such_name) {
        // v1 says "the end" this way: the column named by error-index is done (sysUpTime is 1).
        const auto position = static_cast<std::size_t>(std::max(reply.error_index, 2)) - 2;
        if (position < asked_columns_) columns_[active_[position]].done = true;
        return drop_finished();
    }
    if (reply.error_status == too_big || reply.error_status == gen_err) {
        if (repetitions_ == 1 && asked_columns_ == 1)
            return fail(
                "error " + std::to_string(reply.error_status) + " for a single value at " +
                    describe_oid(columns_[active_.front()].last),
                false
            );
        return shrink();
    }
    fail(
        "SNMP error " + std::to_string(reply.error_status) + " at " +
            describe_oid(columns_[active_.front()].last),
        false
    );
}

void Walk::shrink()
{
    if (repetitions_ > 1) {
        repetitions_ /= 2;
    } else {
        widest_ = std::max<std::size_t>(1, std::min(widest_, asked_columns_) / 2);
    }
}

void Walk::learn(std::size_t values, std::size_t bytes)
{
    if (asked_columns_ == 0 || values < asked_columns_ || bytes <= message_overhead) return;
    const std::size_t rows = values / asked_columns_;
    const std::size_t row_bytes = std::max<std::size_t>(1, (bytes - message_overhead) / rows);
    const std::size_t fitting = (limits::getbulk_reply_bytes - message_overhead) / row_bytes;
    const auto wanted =
        static_cast<unsigned>(std::clamp<std::size_t>(fitting, 1, most_repetitions));
    // Grows only by full replies: an agent that cuts them short has its own limit.
    const bool was_cut =
        rows < repetitions_ && !columns_[active_.front()].done && !(options_.expected_rows > 0);
    repetitions_ = was_cut ? std::min(wanted, static_cast<unsigned>(rows)) : wanted;
}

void Walk::drop_finished()
{
    std::erase_if(active_, [this](std::size_t number) { return columns_[number].done; });
}

void Walk::fail(std::string text, bool broken_protocol)
{
    failure_ = WalkFailure{.text = std::move(text), .broken_protocol = broken_protocol};
}

} // namespace hallmonitor::agent
