#include "collector/io/ledger_db.hpp"

#include "collector/store/bytes.hpp"
#include "common/io/clock.hpp"
#include "common/io/log.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;

constexpr int schema_version = 1;

constexpr auto schema = R"(
CREATE TABLE agent_epoch (
    site TEXT NOT NULL, agent TEXT NOT NULL, epoch INTEGER NOT NULL, applied BLOB NOT NULL,
    PRIMARY KEY (site, agent, epoch)) WITHOUT ROWID;
CREATE TABLE table_state (
    site TEXT NOT NULL, device TEXT NOT NULL, kind INTEGER NOT NULL, state BLOB NOT NULL,
    PRIMARY KEY (site, device, kind)) WITHOUT ROWID;
CREATE TABLE interval (
    site TEXT NOT NULL, device TEXT NOT NULL, kind INTEGER NOT NULL, component TEXT NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, state INTEGER NOT NULL,
    PRIMARY KEY (site, device, kind, component, from_ms)) WITHOUT ROWID;
CREATE INDEX interval_end ON interval (to_ms);
CREATE TABLE rollup (
    site TEXT NOT NULL, device TEXT NOT NULL, component TEXT NOT NULL, hour_ms INTEGER NOT NULL,
    in_octets INTEGER NOT NULL, out_octets INTEGER NOT NULL,
    in_ucast INTEGER NOT NULL, out_ucast INTEGER NOT NULL,
    in_multicast INTEGER NOT NULL, out_multicast INTEGER NOT NULL,
    in_broadcast INTEGER NOT NULL, out_broadcast INTEGER NOT NULL,
    in_errors INTEGER NOT NULL, out_errors INTEGER NOT NULL,
    in_discards INTEGER NOT NULL, out_discards INTEGER NOT NULL,
    PRIMARY KEY (site, device, component, hour_ms)) WITHOUT ROWID;
CREATE INDEX rollup_hour ON rollup (hour_ms);
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, site TEXT NOT NULL, agent TEXT NOT NULL,
    device TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX event_at ON event (at_ms);
)";

constexpr auto put_agent =
    "INSERT INTO agent_epoch VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET applied = excluded.applied";
constexpr auto put_table =
    "INSERT INTO table_state VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET state = excluded.state";
constexpr auto put_interval =
    "INSERT INTO interval VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
    "to_ms = max(to_ms, excluded.to_ms)";
constexpr auto add_rollup =
    "INSERT INTO rollup VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
    "in_octets = in_octets + excluded.in_octets, out_octets = out_octets + excluded.out_octets, "
    "in_ucast = in_ucast + excluded.in_ucast, out_ucast = out_ucast + excluded.out_ucast, "
    "in_multicast = in_multicast + excluded.in_multicast, "
    "out_multicast = out_multicast + excluded.out_multicast, "
    "in_broadcast = in_broadcast + excluded.in_broadcast, "
    "out_broadcast = out_broadcast + excluded.out_broadcast, "
    "in_errors = in_errors + excluded.in_errors, out_errors = out_errors + excluded.out_errors, "
    "in_discards = in_discards + excluded.in_discards, "
    "out_discards = out_discards + excluded.out_discards";
constexpr auto put_event =
    "INSERT INTO event (at_ms, site, agent, device, kind, text) VALUES (?,?,?,?,?,?)";

// One failure ends the transaction: thrown here, caught in this file.
struct SqlError {
    int code;
    std::string text;
};

struct CloseDb {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using Db = std::unique_ptr<sqlite3, CloseDb>;

void run(sqlite3* db, const char* sql)
{
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        throw SqlError{sqlite3_extended_errcode(db), sqlite3_errmsg(db)};
}

// A prepared statement that is bound by position and reset after each use.
class Statement {
public:
    Statement(sqlite3* db, const char* sql) : db_(db)
    {
        if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw_, nullptr) != SQLITE_OK)
            throw SqlError{sqlite3_extended_errcode(db), sqlite3_errmsg(db)};
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(raw_); }

    Statement& bind(std::int64_t value)
    {
        check(sqlite3_bind_int64(raw_, ++bound_, value));
        return *this;
    }
    Statement& bind(const std::string& value)
    {
        check(sqlite3_bind_text64(
            raw_, ++bound_, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8
        ));
        return *this;
    }
    Statement& bind(const std::vector<std::byte>& value)
    {
        check(sqlite3_bind_blob64(raw_, ++bound_, value.data(), value.size(), SQLITE_STATIC));
        return *this;
    }
    /// True while there is a row; resets at the end.
    bool step()
    {
        const int code = sqlite3_step(raw_);
        if (code == SQLITE_ROW) return true;
        bound_ = 0;
        sqlite3_reset(raw_);
        if (code != SQLITE_DONE) throw SqlError{code, sqlite3_errmsg(db_)};
        return false;
    }
    [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(raw_, column); }
    [[nodiscard]] std::string text(int column) const
    {
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_, column));
        const void* data = sqlite3_column_blob(raw_, column);
        return data == nullptr ? std::string{} : std::string{static_cast<const char*>(data), size};
    }
    [[nodiscard]] std::vector<std::byte> blob(int column) const
    {
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_, column));
        const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(raw_, column));
        return {data, data + size};
    }

private:
    void check(int code) const
    {
        if (code != SQLITE_OK) throw SqlError{code, sqlite3_errmsg(db_)};
    }
    sqlite3* db_;
    sqlite3_stmt* raw_{nullptr};
    int bound_{0};
};

std::vector<std::byte> encode_ranges(const RangeSet& set)
{
    ByteWriter out;
    out.number(set.ranges().size());
    for (const SeqRange& range : set.ranges()) {
        out.number(range.first.value);
        out.number(range.last.value);
    }
    return std::move(out).take();
}

RangeSet decode_ranges(const std::vector<std::byte>& bytes)
{
    ByteReader in{bytes};
    RangeSet set;
    for (std::uint64_t count = in.number(); count > 0 && !in.failed(); --count) {
        const Seq first{in.number()};
        const Seq last{in.number()};
        if (first <= last) set.add(SeqRange{first, last});
    }
    return set;
}

std::int64_t ms(WallTime at)
{
    return at.since_epoch.count();
}

WallTime wall(std::int64_t milliseconds)
{
    return {std::chrono::milliseconds{milliseconds}};
}

std::string explain(const SqlError& error, const std::string& path)
{
    const int primary = error.code & 0xff;
    if (primary == SQLITE_FULL)
        return "the disk of " + path + " is full: free space; agents keep what is not stored";
    if (primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN || primary == SQLITE_PERM)
        return "cannot write " + path + " (" + error.text + "): check the folder's owner and mount";
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
        return path + " is damaged (" + error.text + "): restore a backup or move it away";
    return "database " + path + ": " + error.text;
}

} // namespace

struct LedgerDb::State {
    std::string path;
    int lock{-1};
    Db db;
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;

    ~State()
    {
        if (lock >= 0) ::close(lock);
    }
    void open();
    LedgerImage load(WallTime since);
    void write(const Checkpoint& checkpoint);
    Outcome commit(const Checkpoint& checkpoint);
    void trim(WallTime limit);
};

void LedgerDb::State::open()
{
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    db.reset(raw);
    if (code != SQLITE_OK) throw SqlError{code, sqlite3_errmsg(raw)};
    ::chmod(path.c_str(), 0600);
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    run(raw, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
             "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
    std::int64_t found = 0;
    {
        Statement version{raw, "PRAGMA user_version"};
        if (version.step()) found = version.integer(0);
        Statement check{raw, "PRAGMA quick_check(1)"};
        if (check.step() && check.text(0) != "ok")
            throw SqlError{SQLITE_CORRUPT, check.text(0)};
    }
    if (found > schema_version)
        throw SqlError{SQLITE_ERROR, "was written by a newer collector; upgrade this one"};
    if (found == 0) {
        run(raw, "BEGIN IMMEDIATE");
        run(raw, schema);
        run(raw, ("PRAGMA user_version = " + std::to_string(schema_version)).c_str());
        run(raw, "COMMIT");
    }
}

LedgerImage LedgerDb::State::load(WallTime since)
{
    LedgerImage image;
    const auto key_of = [](const Statement& row) {
        return TableKey{
            .site = row.text(0),
            .device = row.text(1),
            .kind = static_cast<TableKind>(row.integer(2)),
        };
    };
    Statement agents{db.get(), "SELECT site, agent, epoch, applied FROM agent_epoch"};
    while (agents.step())
        image.agents.push_back({
            .agent = {.site = agents.text(0), .name = agents.text(1)},
            .epoch = {static_cast<std::uint64_t>(agents.integer(2))},
            .applied = decode_ranges(agents.blob(3)),
        });
    Statement tables{db.get(), "SELECT site, device, kind, state FROM table_state"};
    while (tables.step())
        image.tables.push_back({.table = key_of(tables), .blob = tables.blob(3)});
    Statement intervals{
        db.get(), "SELECT site, device, kind, component, from_ms, to_ms, state FROM interval "
                  "WHERE to_ms > ?"};
    intervals.bind(ms(since));
    while (intervals.step())
        image.intervals.push_back({
            .table = key_of(intervals),
            .component = intervals.text(3),
            .interval = {
                .from = wall(intervals.integer(4)),
                .to = wall(intervals.integer(5)),
                .state = static_cast<hallmonitor::State>(intervals.integer(6)),
            },
        });
    Statement events{
        db.get(), "SELECT at_ms, site, agent, device, kind, text FROM "
                  "(SELECT * FROM event ORDER BY id DESC LIMIT 1000) ORDER BY id"};
    while (events.step()) {
        EventRecord record{.agent = {.site = events.text(1), .name = events.text(2)}, .event = {}};
        record.event.wall = wall(events.integer(0));
        record.event.event = {
            .at = {}, .device = events.text(3), .kind = events.text(4), .text = events.text(5)};
        image.events.push_back(std::move(record));
    }
    return image;
}

void LedgerDb::State::write(const Checkpoint& checkpoint)
{
    const auto bind_key = [](Statement& into, const TableKey& key) -> Statement& {
        return into.bind(key.site).bind(key.device).bind(static_cast<std::int64_t>(key.kind));
    };
    Statement agents{db.get(), put_agent};
    for (const AgentRecord& record : checkpoint.agents) {
        const std::vector<std::byte> applied = encode_ranges(record.applied);
        agents.bind(record.agent.site).bind(record.agent.name);
        agents.bind(static_cast<std::int64_t>(record.epoch.value)).bind(applied).step();
    }
    Statement tables{db.get(), put_table};
    for (const TableRecord& record : checkpoint.tables)
        bind_key(tables, record.table).bind(record.blob).step();
    Statement intervals{db.get(), put_interval};
    for (const IntervalRecord& record : checkpoint.intervals) {
        bind_key(intervals, record.table).bind(record.component);
        intervals.bind(ms(record.interval.from)).bind(ms(record.interval.to));
        intervals.bind(static_cast<std::int64_t>(record.interval.state)).step();
    }
    Statement rollups{db.get(), add_rollup};
    for (const RollupRecord& record : checkpoint.rollups) {
        rollups.bind(record.table.site).bind(record.table.device).bind(record.component);
        rollups.bind(ms(record.hour));
        for (const std::uint64_t amount : record.amounts)
            rollups.bind(static_cast<std::int64_t>(amount));
        rollups.step();
    }
    Statement events{db.get(), put_event};
    for (const EventRecord& record : checkpoint.events) {
        const Event& event = record.event.event;
        events.bind(ms(record.event.wall)).bind(record.agent.site).bind(record.agent.name);
        events.bind(event.device).bind(event.kind).bind(event.text).step();
    }
}

LedgerDb::Outcome LedgerDb::State::commit(const Checkpoint& checkpoint)
{
    const MonoTime begun = mono_now();
    try {
        run(db.get(), "BEGIN IMMEDIATE");
        write(checkpoint);
        run(db.get(), "COMMIT");
        return {.committed = true, .problem = {}, .took = mono_now() - begun};
    } catch (const SqlError& error) {
        if (sqlite3_get_autocommit(db.get()) == 0)
            sqlite3_exec(db.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        return {.committed = false, .problem = explain(error, path), .took = mono_now() - begun};
    }
}

void LedgerDb::State::trim(WallTime limit)
{
    try {
        for (const char* sql : {
                 "DELETE FROM interval WHERE to_ms < ?",
                 "DELETE FROM rollup WHERE hour_ms < ?",
                 "DELETE FROM event WHERE at_ms < ?",
             }) {
            Statement statement{db.get(), sql};
            statement.bind(ms(limit)).step();
        }
    } catch (const SqlError& error) {
        log::warning("trim_failed", {{"reason", explain(error, path)}});
    }
}

LedgerDb::LedgerDb(std::unique_ptr<State> state) : state_(std::move(state)) {}

LedgerDb::~LedgerDb()
{
    state_->work.reset();
    state_->thread.join();
}

Result<std::unique_ptr<LedgerDb>> LedgerDb::open(const std::string& directory, std::string& problem)
{
    std::error_code made;
    std::filesystem::create_directories(directory, made);
    auto state = std::make_unique<State>();
    state->path = directory + "/ledger.db";
    const std::string lock_path = directory + "/lock";
    state->lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (state->lock < 0 || flock(state->lock, LOCK_EX | LOCK_NB) != 0) {
        const boost::system::error_code error{errno, boost::system::system_category()};
        problem = state->lock >= 0 && error.value() == EWOULDBLOCK
                      ? "another collector is running on " + directory
                      : "cannot write to state_directory " + directory + ": " + error.message();
        return error;
    }
    try {
        state->open();
    } catch (const SqlError& error) {
        problem = explain(error, state->path);
        return Errc::refused;
    }
    state->thread = std::thread{[context = &state->context] { context->run(); }};
    return std::unique_ptr<LedgerDb>{new LedgerDb{std::move(state)}};
}

Result<LedgerImage> LedgerDb::load(WallTime since, std::string& problem)
{
    // Nothing was posted yet, so the database thread does not touch the connection.
    try {
        return state_->load(since);
    } catch (const SqlError& error) {
        problem = explain(error, state_->path);
        return Errc::refused;
    }
}

void LedgerDb::commit(
    std::shared_ptr<const Checkpoint> checkpoint, asio::any_io_executor executor,
    std::function<void(Outcome)> done
)
{
    asio::post(
        state_->context, [state = state_.get(), checkpoint = std::move(checkpoint),
                          executor = std::move(executor), done = std::move(done)]() mutable {
            Outcome outcome = state->commit(*checkpoint);
            asio::post(executor, [done = std::move(done), outcome = std::move(outcome)]() mutable {
                done(std::move(outcome));
            });
        }
    );
}

void LedgerDb::trim(WallTime limit)
{
    asio::post(state_->context, [state = state_.get(), limit] { state->trim(limit); });
}

} // namespace hallmonitor::collector
