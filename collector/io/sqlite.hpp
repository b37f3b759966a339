#pragma once
// SQLite's C interface with owners and checked results: the one place that includes its header. A
// failure is thrown as SqlError and caught by the file that uses this; it never leaves
// collector/io.

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::collector::sqlite {

struct SqlError {
    int code{0}; // extended result code
    std::string text;
};

/// One sentence for people: what is wrong with the database at `path`, and what to do.
[[nodiscard]] std::string explain(const SqlError& error, const std::string& path);

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using Db = std::unique_ptr<sqlite3, Close>;

/// Opens or creates the file, readable for its owner alone, hardened against damaged files and
/// foreign schemas, in WAL mode with synchronous=FULL. Throws SqlError.
[[nodiscard]] Db open(const std::string& path);

/// Runs statements without results. Throws SqlError.
void run(sqlite3* db, const std::string& sql);

/// Makes `merge` a function of two blobs in this connection's statements. It throws nothing.
using Merge = std::vector<std::byte> (*)(std::span<const std::byte>, std::span<const std::byte>);
void define(sqlite3* db, const char* name, Merge merge);

/// Copies a database to another file while its own connection goes on writing: what is written in
/// between is copied too, so that the copy is the database at the moment it is finished.
class Copy {
public:
    /// Makes or overwrites the file. Throws SqlError, also below.
    Copy(sqlite3* from, const std::string& path);
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;
    ~Copy() { sqlite3_backup_finish(raw_); }

    /// Some pages more; true when all are there.
    bool step();
    /// 0 to 1.
    [[nodiscard]] double done() const;

private:
    Db into_;
    sqlite3_backup* raw_{nullptr};
};

/// A prepared statement that is bound by position and reset after its last row. What is bound must
/// live until then.
class Statement {
public:
    Statement(sqlite3* db, const char* sql);
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(raw_); }

    Statement& bind(std::int64_t value);
    Statement& bind(const std::string& value);
    Statement& bind(const std::vector<std::byte>& value);
    /// True while there is a row; resets at the end.
    bool step();
    [[nodiscard]] std::int64_t integer(int column) const
    {
        return sqlite3_column_int64(raw_, column);
    }
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::vector<std::byte> blob(int column) const;
    /// Rows that the last step() to the end changed.
    [[nodiscard]] int changes() const { return sqlite3_changes(db_); }

private:
    void check(int code) const;
    sqlite3* db_;
    sqlite3_stmt* raw_{nullptr};
    int bound_{0};
};

} // namespace hallmonitor::collector::sqlite
