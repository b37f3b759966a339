#include "collector/io/sqlite.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace hallmonitor::collector::sqlite {

std::string explain(const SqlError& error, const std::string& path)
{
    const int primary = error.code & 0xff;
    if (primary == SQLITE_FULL)
        return "the disk of " + path + " is full: free space; agents keep what is not stored";
    if (primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN || primary == SQLITE_PERM)
        return "cannot write " + path + " (" + error.text + "): check the folder's owner and mount";
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
        return path + " is damaged (" + error.text + "): restore a backup or move it away";
    if (primary == SQLITE_IOERR)
        return "the disk of " + path + " fails (" + error.text +
               "): check it; agents keep what is "
               "not stored";
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
        return path + " is held by another program: close it";
    return "database " + path + ": " + error.text;
}

Db open(const std::string& path)
{
    // Made by us so that it is never readable for others, not even before a chmod; the -wal and
    // -shm files take its mode.
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);

    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    Db db{raw};
    if (code != SQLITE_OK)
        throw SqlError{code, raw == nullptr ? "out of memory" : sqlite3_errmsg(raw)};
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    run(raw,
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA busy_timeout = 1000;"
        "PRAGMA page_size = 16384;" // large records: fewer pages, fewer system calls
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "PRAGMA journal_size_limit = 67108864;");
    return db;
}

void run(sqlite3* db, const std::string& sql)
{
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw SqlError{sqlite3_extended_errcode(db), sqlite3_errmsg(db)};
}

namespace {

std::span<const std::byte> blob_of(sqlite3_value* value)
{
    const auto* data = static_cast<const std::byte*>(sqlite3_value_blob(value));
    return {data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void call_merge(sqlite3_context* context, int, sqlite3_value** values)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as given to define()
    const auto merge = reinterpret_cast<Merge>(sqlite3_user_data(context));
    const std::vector<std::byte> merged = merge(blob_of(values[0]), blob_of(values[1]));
    sqlite3_result_blob64(context, merged.data(), merged.size(), SQLITE_TRANSIENT);
}

} // namespace

void define(sqlite3* db, const char* name, Merge merge)
{
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): call_merge casts it back
    void* const data = reinterpret_cast<void*>(merge);
    const int code =
        sqlite3_create_function_v2(db, name, 2, flags, data, call_merge, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw SqlError{code, sqlite3_errmsg(db)};
}

Copy::Copy(sqlite3* from, const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    into_.reset(raw);
    if (code != SQLITE_OK)
        throw SqlError{code, raw == nullptr ? "out of memory" : sqlite3_errmsg(raw)};
    raw_ = sqlite3_backup_init(raw, "main", from, "main");
    if (raw_ == nullptr) throw SqlError{sqlite3_extended_errcode(raw), sqlite3_errmsg(raw)};
}

bool Copy::step()
{
    constexpr int pages = 64;
    const int code = sqlite3_backup_step(raw_, pages);
    if (code == SQLITE_DONE) return true;
    if (code != SQLITE_OK) throw SqlError{code, sqlite3_errstr(code)};
    return false;
}

double Copy::done() const
{
    const int all = sqlite3_backup_pagecount(raw_);
    return all == 0 ? 0.0 : 1.0 - static_cast<double>(sqlite3_backup_remaining(raw_)) / all;
}

Statement::Statement(sqlite3* db, const char* sql) : db_(db)
{
    check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw_, nullptr));
}

Statement& Statement::bind(std::int64_t value)
{
    check(sqlite3_bind_int64(raw_, ++bound_, value));
    return *this;
}

Statement& Statement::bind(const std::string& value)
{
    const auto size = static_cast<sqlite3_uint64>(value.size());
    check(sqlite3_bind_text64(raw_, ++bound_, value.data(), size, SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(const std::vector<std::byte>& value)
{
    // A null pointer would bind NULL, which no column takes.
    const void* const data = value.empty() ? "" : static_cast<const void*>(value.data());
    check(sqlite3_bind_blob64(raw_, ++bound_, data, value.size(), SQLITE_STATIC));
    return *this;
}

bool Statement::step()
{
    const int code = sqlite3_step(raw_);
    if (code == SQLITE_ROW) return true;
    std::string problem = code == SQLITE_DONE ? "" : sqlite3_errmsg(db_);
    bound_ = 0;
    sqlite3_reset(raw_);
    if (code != SQLITE_DONE) throw SqlError{code, std::move(problem)};
    return false;
}

std::string Statement::text(int column) const
{
    const void* data = sqlite3_column_blob(raw_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_, column));
    return data == nullptr ? std::string{} : std::string{static_cast<const char*>(data), size};
}

std::vector<std::byte> Statement::blob(int column) const
{
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(raw_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_, column));
    return data == nullptr ? std::vector<std::byte>{} : std::vector<std::byte>{data, data + size};
}

void Statement::check(int code) const
{
    if (code != SQLITE_OK) throw SqlError{sqlite3_extended_errcode(db_), sqlite3_errmsg(db_)};
}

} // namespace hallmonitor::collector::sqlite
