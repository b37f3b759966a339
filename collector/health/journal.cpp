#include "collector/health/journal.hpp"

#include "collector/health/step_code.hpp"
#include "collector/health/table_state.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace hallmonitor::collector {
namespace {

constexpr std::uint8_t version = 1;

// A table's record costs as much as a dozen of its steps; a start reads back so many at most.
constexpr unsigned most_steps = 16;
// A table that is read seldom must not keep the steps of all the others.
constexpr std::chrono::milliseconds longest_wait = std::chrono::minutes{15};

// When the step was received; empty when it could not be read. What it adds to the intervals,
// events and counts of the ledger was written when it was applied first.
std::optional<WallTime> apply_again(TableState& table, std::span<const std::byte> bytes)
{
    if (!table.rows().reading()) return std::nullopt;
    auto read = take_step(bytes, table.rows().definition(), table.rows().reading());
    if (!read) return std::nullopt;
    read->origin.agent = table.agent();
    LedgerAdditions known;
    Ledger::Counts counted;
    table.apply(read->origin, read->step, known, counted);
    static_cast<void>(table.take_restart());
    return read->origin.received;
}

} // namespace

bool Journal::add(const TableState& table, const StepOrigin& origin, const Step& step)
{
    if (empty()) entry_.u8(version);
    entry_.text(table.key().site);
    entry_.text(table.key().device);
    entry_.u8(static_cast<std::uint8_t>(table.key().kind));
    step_.clear();
    put_step(step_, origin, step);
    entry_.number(step_.written().size());
    entry_.append(step_.written());
    return wait(table, number_, origin.received.value_or(step.later->wall)) >= most_steps;
}

unsigned Journal::wait(const TableState& table, std::uint64_t number, WallTime received)
{
    const auto [place, is_first] =
        waiting_.try_emplace(&table, Waiting{.first = number, .since = received});
    Waiting& waiting = place->second;
    waiting.newest = received;
    waiting.hold = evidence_hold(table.interval());
    if (is_first) {
        ++first_needed_by_[number];
        waiting.queued_at = due_at(waiting);
        queue_.emplace(waiting.queued_at, &table);
    }
    return ++waiting.steps;
}

WallTime Journal::due_at(const Waiting& waiting)
{
    return std::min(waiting.since + longest_wait, waiting.newest + waiting.hold);
}

void Journal::settle(const TableState& table)
{
    const auto waiting = waiting_.find(&table);
    if (waiting == waiting_.end()) return;
    const auto needed = first_needed_by_.find(waiting->second.first);
    if (--needed->second == 0) first_needed_by_.erase(needed);
    waiting_.erase(waiting);
}

bool Journal::has_due(WallTime now) const
{
    return !queue_.empty() && queue_.begin()->first <= now;
}

std::vector<const TableState*> Journal::take_due(WallTime now)
{
    std::vector<const TableState*> due;
    while (has_due(now)) {
        const auto entry = queue_.extract(queue_.begin());
        const TableState* const table = entry.mapped();
        const auto waiting = waiting_.find(table);
        // One that was settled since may wait anew, with an entry of its own.
        if (waiting == waiting_.end() || waiting->second.queued_at != entry.key()) continue;
        const WallTime at = due_at(waiting->second);
        if (at > now) {
            waiting->second.queued_at = at;
            queue_.emplace(at, table);
        } else {
            due.push_back(table);
        }
    }
    return due;
}

void Journal::take(Checkpoint& into)
{
    if (!empty()) {
        const auto entry = entry_.written();
        into.journal.push_back({number_, {entry.begin(), entry.end()}});
        entry_.clear();
    }
    into.journal_needed_from =
        first_needed_by_.empty() ? number_ + 1 : first_needed_by_.begin()->first;
    ++number_;
}

std::size_t Journal::replay(const JournalRecord& record, const Find& find)
{
    continue_after(record.number);
    ByteReader in{record.steps};
    if (in.u8() != version) return 1;
    std::size_t unreadable = 0;
    while (in.left() > 0 && !in.failed()) {
        TableKey key{.site = in.text(), .device = in.text()};
        key.kind = static_cast<TableKind>(in.u8());
        const std::span<const std::byte> step = in.block();
        TableState* const table = in.failed() ? nullptr : find(key);
        if (table == nullptr || record.number <= table->recorded_at()) continue;
        if (const auto received = apply_again(*table, step)) {
            wait(*table, record.number, *received);
        } else {
            ++unreadable;
        }
    }
    return unreadable + (in.failed() ? 1 : 0);
}

} // namespace hallmonitor::collector
