#include "collector/health/step_code.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::collector {
namespace {

using Numbers = std::span<const std::uint64_t>;

// What a column did from one reading to the next. Most columns of most tables stand still, and most
// of the others move by much the same in all rows (row_ticks).
enum class Move : std::uint8_t { none, alike, each };

// Modulo 2^64, as everything here: clocks and damaged octets may say anything.
std::int64_t difference(std::uint64_t later, std::uint64_t earlier)
{
    return static_cast<std::int64_t>(later - earlier);
}

template <class Duration>
std::int64_t apart(Duration later, Duration earlier)
{
    return difference(
        static_cast<std::uint64_t>(later.count()), static_cast<std::uint64_t>(earlier.count())
    );
}

template <class Duration>
Duration moved(Duration from, std::int64_t by)
{
    const auto to = static_cast<std::uint64_t>(from.count()) + static_cast<std::uint64_t>(by);
    return Duration{static_cast<std::int64_t>(to)};
}

Move move_of(Numbers earlier, Numbers later)
{
    if (std::equal(earlier.begin(), earlier.end(), later.begin())) return Move::none;
    const std::uint64_t first = later[0] - earlier[0];
    for (std::size_t row = 1; row < later.size(); ++row)
        if (later[row] - earlier[row] != first) return Move::each;
    return Move::alike;
}

void put_column(ByteWriter& out, Numbers earlier, Numbers later)
{
    const Move move = move_of(earlier, later);
    out.u8(static_cast<std::uint8_t>(move));
    if (move == Move::alike) out.signed_number(difference(later[0], earlier[0]));
    if (move != Move::each) return;
    for (std::size_t row = 0; row < later.size(); ++row)
        out.signed_number(difference(later[row], earlier[row]));
}

void take_column(ByteReader& in, std::span<std::uint64_t> numbers)
{
    switch (static_cast<Move>(in.u8())) {
    case Move::none: return;
    case Move::alike: {
        const auto moved = static_cast<std::uint64_t>(in.signed_number());
        for (std::uint64_t& number : numbers)
            number += moved;
        return;
    }
    case Move::each:
        for (std::uint64_t& number : numbers)
            number += static_cast<std::uint64_t>(in.signed_number());
        return;
    }
    in.fail();
}

} // namespace

bool is_plain(const PlacedReading& earlier, const PlacedReading& later)
{
    return earlier.boot == later.boot &&
           earlier.reading.uptime.has_value() == later.reading.uptime.has_value() &&
           earlier.reading.cells.size() == later.reading.cells.size() &&
           earlier.reading.cells.has_presence_of(later.reading.cells) &&
           later.reading.covered.count() == 0;
}

void put_step(ByteWriter& out, const StepOrigin& origin, const Step& step)
{
    const PlacedReading& earlier = *step.earlier;
    const PlacedReading& later = *step.later;
    const TableReading& reading = later.reading;
    const WallTime wall = later.wall;
    const auto taken_at = reading.taken_at.since_boot;
    out.signed_number(apart(wall.since_epoch, earlier.wall.since_epoch));
    out.signed_number(apart(taken_at, earlier.reading.taken_at.since_boot));
    if (reading.uptime)
        out.signed_number(
            difference(reading.uptime->centiseconds, earlier.reading.uptime->centiseconds)
        );
    out.number(origin.boot);
    out.signed_number(apart(origin.sealed_at.mono.since_boot, taken_at));
    out.signed_number(apart(origin.sealed_at.wall.since_epoch, wall.since_epoch));
    out.signed_number(apart(origin.received.value_or(wall).since_epoch, wall.since_epoch));
    const std::size_t rows = step.table->rows.size();
    const Numbers before = earlier.reading.cells.numbers();
    const Numbers after = reading.cells.numbers();
    for (std::size_t cell = 0; cell < after.size(); cell += rows)
        put_column(out, before.subspan(cell, rows), after.subspan(cell, rows));
}

Result<PlainStep> take_step(
    std::span<const std::byte> bytes,
    std::shared_ptr<const TableDefinition> table,
    std::shared_ptr<const PlacedReading> earlier
)
{
    ByteReader in{bytes};
    PlainStep out;
    PlacedReading later = *earlier;
    TableReading& reading = later.reading;
    reading.covered = {};
    later.wall.since_epoch = moved(earlier->wall.since_epoch, in.signed_number());
    reading.taken_at.since_boot = moved(reading.taken_at.since_boot, in.signed_number());
    if (reading.uptime)
        reading.uptime->centiseconds += static_cast<std::uint32_t>(in.signed_number());
    out.origin.boot = in.number();
    out.origin.sealed_at.mono.since_boot = moved(reading.taken_at.since_boot, in.signed_number());
    out.origin.sealed_at.wall.since_epoch = moved(later.wall.since_epoch, in.signed_number());
    out.origin.received = WallTime{moved(later.wall.since_epoch, in.signed_number())};
    const std::size_t rows = table->rows.size();
    const std::span<std::uint64_t> numbers = reading.cells.numbers();
    if (rows * table->columns.size() != numbers.size()) return Errc::malformed;
    for (std::size_t cell = 0; cell < numbers.size(); cell += rows)
        take_column(in, numbers.subspan(cell, rows));
    if (in.failed() || in.left() > 0) return Errc::malformed;
    out.step = {
        .table = std::move(table),
        .earlier = std::move(earlier),
        .later = std::make_shared<const PlacedReading>(std::move(later)),
    };
    return out;
}

} // namespace hallmonitor::collector
