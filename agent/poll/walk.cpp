#include "agent/poll/walk.hpp"

#include "agent/poll/sys_up_time.hpp"
#include "common/check.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hallmonitor::agent {
namespace {

// RFC 3416 section 3, error-status.
constexpr std::size_t message_overhead = 60; // header, community and sysUpTime of a reply
constexpr unsigned idle_replies_allowed = 2;
constexpr unsigned long_losses_believed = 2; // one may be the line's
constexpr std::size_t usual_value_octets = 30;

} // namespace

std::string describe_error(std::int32_t status)
{
    using namespace std::string_view_literals;
    static constexpr std::array names{
        "noError"sv,
        "tooBig"sv,
        "noSuchName"sv,
        "badValue"sv,
        "readOnly"sv,
        "genErr"sv,
        "noAccess"sv,
        "wrongType"sv,
        "wrongLength"sv,
        "wrongEncoding"sv,
        "wrongValue"sv,
        "noCreation"sv,
        "inconsistentValue"sv,
        "resourceUnavailable"sv,
        "commitFailed"sv,
        "undoFailed"sv,
        "authorizationError"sv,
        "notWritable"sv,
        "inconsistentName"sv};
    const bool is_known = status >= 0 && static_cast<std::size_t>(status) < names.size();
    std::string number = std::to_string(status);
    if (!is_known) return number;
    return std::string{names.at(static_cast<std::size_t>(status))} + " (" + number + ")";
}

Walk::Walk(std::vector<OidBytes> columns, const Options& options)
    : options_(options), widest_(options.pace.columns), pace_(options.pace)
{
    pace_.repetitions = std::clamp(pace_.repetitions, 1U, pace_.most);
    if (pace_.octets < WalkPace::longest_reply) {
        const std::size_t row = usual_value_octets * std::min(widest_, columns.size());
        const auto fitting = static_cast<unsigned>(pace_.octets / std::max<std::size_t>(row, 1));
        pace_.repetitions = std::clamp(fitting, 1U, pace_.repetitions);
    }
    options_.no_bulk =
        options_.no_bulk || options_.first_only || options_.version == SnmpVersion::v1;
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
    oids_.emplace_back(sys_up_time_object().begin(), sys_up_time_object().end());
    for (std::size_t i = 0; i < asked_columns_; ++i)
        oids_.emplace_back(columns_[active_[i]].last);
    std::size_t repetitions = pace_.repetitions;
    if (options_.expected_rows > row) {
        repetitions = std::min(repetitions, options_.expected_rows - row);
    }
    asked_repetitions_ = options_.no_bulk ? 1 : static_cast<unsigned>(repetitions);
    if (options_.no_bulk) return {.type = PduType::get_next, .oids = oids_};
    return {
        .type = PduType::get_bulk,
        .non_repeaters = 1,
        .max_repetitions = static_cast<std::int32_t>(asked_repetitions_),
        .oids = oids_,
    };
}

bool Walk::is_answer(const ResponseView& reply) const
{
    if (reply.error_status != error_status::no_error || !options_.has_uptime) return true;
    VarBindCursor cursor{reply.varbinds};
    const auto* const first = cursor.next();
    return first == nullptr || ber_starts_with(first->oid, sys_up_time_object());
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
    if (reply.error_status != error_status::no_error) return take_error(reply);

    VarBindCursor cursor{reply.varbinds};
    if (!take_uptime(cursor)) return fail(Anomaly::garbled_varbinds, place());
    const std::uint64_t before = varbinds_++;
    const bool moved = take_values(cursor);
    if (failure_) return;
    if (cursor.failed()) return fail(Anomaly::garbled_varbinds, place());
    keep_places();
    learn(varbinds_ - before - 1, bytes);
    drop_finished();
    idle_replies_ = moved ? 0 : idle_replies_ + 1;
    if (idle_replies_ >= idle_replies_allowed) fail(Anomaly::nothing_new, place());
}

bool Walk::take_uptime(VarBindCursor& cursor)
{
    const auto* const first = cursor.next();
    if (!first) return false;
    // A view without sysUpTime gives its successor, or an exception, instead.
    uptime_.reset();
    if (first->tag == Tag::timeticks && ber_starts_with(first->oid, sys_up_time_object())) {
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
        const bool is_hole = is_exception(value->tag);
        if (value->tag == Tag::end_of_mib_view || !ber_starts_with(value->oid, column.prefix)) {
            end_column(column, *value);
            continue;
        }
        const auto index = value->oid.subspan(column.prefix.size());
        if (!ber_less(column.index, index)) {
            // An exception for the very name that was asked is how some agents say "no more".
            column.done = is_hole;
            if (is_hole) continue;
            fail(Anomaly::not_increasing, describe_oid(value->oid));
            return false;
        }
        column.index = index;
        column.done = options_.first_only;
        ++column.rows;
        if (is_hole) {
            note_hole(value->oid);
        } else {
            values_.emplace_back(number, index, *value);
        }
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
    if (v1 && reply.error_status == error_status::no_such_name) {
        // v1 says "the end" this way: the column named by error-index is done (sysUpTime is 1).
        const auto position = static_cast<std::size_t>(std::max(reply.error_index, 2)) - 2;
        if (position < asked_columns_) columns_[active_[position]].done = true;
        return drop_finished();
    }
    if (reply.error_status == error_status::too_big ||
        reply.error_status == error_status::gen_err) {
        const bool is_least = asked_repetitions_ == 1 && asked_columns_ == 1;
        if (!is_least) return take_limit();
    }
    fail(Anomaly::error_status, place(), describe_error(reply.error_status));
}

// The device says that it was too much.
void Walk::take_limit()
{
    const bool is_of_rows = asked_repetitions_ > 1;
    ask_for_less();
    if (is_of_rows) {
        pace_.most = pace_.repetitions;
    } else {
        pace_.columns = static_cast<unsigned>(widest_);
    }
}

void Walk::shrink()
{
    const bool is_new = asked_repetitions_ > pace_.answered;
    note_loss();
    ask_for_less();
    if (is_new && uses_bulk()) pace_.most = std::max(pace_.answered, pace_.repetitions);
}

// Where rows grow longer, as many as ever may be more octets than come through: some lines and
// firewalls drop what is fragmented.
void Walk::note_loss()
{
    const std::size_t values = asked_columns_ * asked_repetitions_;
    const std::size_t expected = message_overhead + value_octets_ * values;
    if (value_octets_ == 0 || expected <= longest_answer_) return;
    if (++long_losses_ < long_losses_believed) return;
    long_losses_ = 0;
    const std::size_t octets = std::max(longest_answer_, expected / 2);
    pace_.octets = static_cast<unsigned>(
        std::clamp<std::size_t>(octets, WalkPace::shortest_reply, pace_.octets)
    );
}

void Walk::ask_for_less()
{
    if (asked_repetitions_ > 1) {
        pace_.repetitions = asked_repetitions_ / 2;
    } else {
        widest_ = std::max<std::size_t>(1, asked_columns_ / 2);
    }
}

void Walk::give_up_bulk()
{
    options_.no_bulk = true;
    widest_ = WalkPace::columns_per_request;
    pace_.forget_limits(); // they were of GETBULK
}

void Walk::learn(std::size_t values, std::size_t bytes)
{
    if (asked_columns_ == 0 || values < asked_columns_ || bytes <= message_overhead) return;
    if (uses_bulk()) pace_.answered = std::max(pace_.answered, asked_repetitions_);
    value_octets_ = (bytes - message_overhead) / values;
    longest_answer_ = std::max(longest_answer_, bytes);
    const std::size_t rows = values / asked_columns_;
    const std::size_t row_bytes = std::max<std::size_t>(1, (bytes - message_overhead) / rows);
    const std::size_t fitting = (pace_.octets - message_overhead) / row_bytes;
    const auto wanted = static_cast<unsigned>(std::clamp<std::size_t>(fitting, 1, pace_.most));
    // Grows only by full replies: an agent that cuts them short has its own limit.
    const bool was_cut = rows < pace_.repetitions && !columns_[active_.front()].done &&
                         !(options_.expected_rows > 0);
    pace_.repetitions = was_cut ? std::min(wanted, static_cast<unsigned>(rows)) : wanted;
}

void Walk::drop_finished()
{
    std::erase_if(active_, [this](std::size_t number) { return columns_[number].done; });
}

void Walk::end_column(Column& column, const VarBindView& behind)
{
    column.done = true;
    const bool is_back = !is_exception(behind.tag) && ber_less(behind.oid, column.prefix);
    if (is_back && step_back_.empty()) step_back_ = describe_oid(behind.oid);
}

void Walk::note_hole(std::span<const std::byte> oid)
{
    if (holes_++ == 0) first_hole_ = describe_oid(oid);
}

std::vector<Finding> Walk::findings() const
{
    std::vector<Finding> found;
    if (holes_ > 0)
        found.push_back(
            {.what = Anomaly::exception_in_table,
             .oid = first_hole_,
             .detail = std::to_string(holes_) + " values"}
        );
    if (!step_back_.empty())
        found.push_back({.what = Anomaly::steps_back, .oid = step_back_, .detail = {}});
    return found;
}

std::string Walk::place() const
{
    return active_.empty() ? std::string{} : describe_oid(columns_[active_.front()].last);
}

void Walk::fail(Anomaly what, std::string oid, std::string detail)
{
    failure_ = Finding{.what = what, .oid = std::move(oid), .detail = std::move(detail)};
}

} // namespace hallmonitor::agent
