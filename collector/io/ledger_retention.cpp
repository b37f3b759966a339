// What the ledger lets go.

#include "collector/io/ledger_sql.hpp"

#include <utility>

namespace hallmonitor::collector {
namespace {

using sqlite::Statement;

// A piece of what is too old at a time, so that no commit waits long behind it.
constexpr auto count_used = "SELECT (page_count - freelist_count) * page_size "
                            "FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
constexpr auto find_oldest = "SELECT MIN(at) FROM (SELECT MIN(to_ms) AS at FROM interval UNION ALL "
                             "SELECT ((MIN(place) >> 32) + 1) * 3600000 FROM rollup)";
constexpr int trim_rows = 2'000;
constexpr auto trim_intervals =
    "DELETE FROM interval WHERE (site, device, kind, component, from_ms, state) IN (SELECT site, "
    "device, kind, component, from_ms, state FROM interval WHERE to_ms < ? LIMIT ?)";
constexpr auto trim_rollups =
    "DELETE FROM rollup WHERE place IN (SELECT place FROM rollup WHERE place < ? LIMIT ?)";
constexpr auto trim_events =
    "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at_ms < ? LIMIT ?)";

} // namespace

bool LedgerSql::trim(WallTime limit)
{
    bool is_done = true;
    for (const auto& [sql, bound] :
         {std::pair{trim_intervals, limit.since_epoch.count()},
          {trim_rollups, std::chrono::ceil<std::chrono::hours>(limit.since_epoch).count() << 32},
          {trim_events, limit.since_epoch.count()}}) {
        Statement statement{db_.get(), sql};
        statement.bind(bound).bind(trim_rows).step();
        if (statement.changes() > 0) is_done = false;
    }
    return is_done;
}

std::uint64_t LedgerSql::used_bytes() const
{
    Statement used{db_.get(), count_used};
    return used.step() ? static_cast<std::uint64_t>(used.integer(0)) : 0;
}

std::optional<WallTime> LedgerSql::oldest() const
{
    Statement found{db_.get(), find_oldest};
    if (!found.step() || found.integer(0) == 0) return std::nullopt;
    return WallTime{std::chrono::milliseconds{found.integer(0)}};
}

} // namespace hallmonitor::collector
