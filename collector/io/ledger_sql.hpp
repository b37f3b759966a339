#pragma once
// What the ledger's database holds and how it is written and read, on the thread that calls. What
// fails is thrown as sqlite::SqlError.
//
// What each checkpoint writes again lies in tables by number, those of one kind together: there a
// record is overwritten in its place, where one found by its names would cost ten times as much.
// `table_key` names the numbers, and never gives one twice.

#include "collector/health/ledger.hpp"
#include "collector/io/sqlite.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace hallmonitor::collector {

class LedgerSql {
public:
    /// Opens or creates the file; damage and newer versions are errors.
    explicit LedgerSql(const std::string& path);
    ~LedgerSql();
    LedgerSql(const LedgerSql&) = delete;
    LedgerSql& operator=(const LedgerSql&) = delete;

    /// Everything kept since `since`.
    [[nodiscard]] LedgerImage load(WallTime since);

    /// All of the checkpoint in one transaction, or nothing.
    void write(const Checkpoint& checkpoint);

    /// A copy of all of it, to be made step by step between writes.
    [[nodiscard]] std::unique_ptr<sqlite::Copy> copy_to(const std::string& path);

    /// Deletes some of what ended before `limit`; true when nothing was left to delete.
    bool trim(WallTime limit);
    /// Octets in use; what was deleted is used again and does not count.
    [[nodiscard]] std::uint64_t used_bytes() const;
    /// The end of the oldest hour or interval; empty where there is none.
    [[nodiscard]] std::optional<WallTime> oldest() const;

private:
    std::int64_t id_of(const TableKey& key);
    void forget(const Checkpoint& checkpoint);
    void write_tables(const Checkpoint& checkpoint);
    void write_agents(const Checkpoint& checkpoint);
    void write_history(const Checkpoint& checkpoint);
    void load_tables(LedgerImage& image);
    void load_intervals(LedgerImage& image, WallTime since) const;

    struct Statements; // that a checkpoint runs

    sqlite::Db db_;
    std::unique_ptr<Statements> statements_;
    std::map<TableKey, std::int64_t> ids_; // of table_key, as far as they were asked for
};

} // namespace hallmonitor::collector
