#include "collector/io/ledger_db.hpp"

#include "collector/io/sqlite.hpp"
#include "collector/store/bytes.hpp"
#include "common/io/clock.hpp"
#include "common/io/log.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
using sqlite::Db;
using sqlite::explain;
using sqlite::run;
using sqlite::SqlError;
using sqlite::Statement;

constexpr int schema_version = 1;

constexpr auto schema = R"(
CREATE TABLE agent_epoch (
    site TEXT NOT NULL, agent TEXT NOT NULL, epoch INTEGER NOT NULL, applied BLOB NOT NULL,
    turn INTEGER NOT NULL, PRIMARY KEY (site, agent, epoch)) WITHOUT ROWID;
CREATE TABLE table_state (
    site TEXT NOT NULL, device TEXT NOT NULL, kind INTEGER NOT NULL, state BLOB NOT NULL,
    PRIMARY KEY (site, device, kind)) WITHOUT ROWID;
CREATE TABLE interval (
    site TEXT NOT NULL, device TEXT NOT NULL, kind INTEGER NOT NULL, component TEXT NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, state INTEGER NOT NULL,
    watched INTEGER NOT NULL,
    PRIMARY KEY (site, device, kind, component, from_ms, state)) WITHOUT ROWID;
CREATE INDEX interval_end ON interval (to_ms);
CREATE INDEX interval_watched ON interval (to_ms) WHERE watched = 1;
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

constexpr auto put_agent = "INSERT INTO agent_epoch VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                           "applied = excluded.applied, turn = excluded.turn";
constexpr auto forget_epoch = "DELETE FROM agent_epoch WHERE site = ? AND agent = ? AND epoch = ?";
constexpr auto forget_table = "DELETE FROM table_state WHERE site = ? AND device = ? AND kind = ?";
constexpr auto put_table =
    "INSERT INTO table_state VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET state = excluded.state";
constexpr auto put_interval =
    "INSERT INTO interval VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
    "to_ms = max(to_ms, excluded.to_ms), watched = max(watched, excluded.watched)";
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

// A piece of what is too old at a time, so that no commit waits long behind it.
constexpr int trim_rows = 2'000;
constexpr std::array trims{
    "DELETE FROM interval WHERE (site, device, kind, component, from_ms, state) IN (SELECT site, "
    "device, kind, component, from_ms, state FROM interval WHERE to_ms < ? LIMIT ?)",
    "DELETE FROM rollup WHERE (site, device, component, hour_ms) IN (SELECT site, device, "
    "component, hour_ms FROM rollup WHERE hour_ms < ? LIMIT ?)",
    "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at_ms < ? LIMIT ?)",
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

} // namespace

struct LedgerDb::State {
    std::string path;
    int lock{-1};
    Db db;
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::atomic<bool> is_closing{false};
    std::thread thread;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        db.reset();
        if (lock >= 0) ::close(lock);
    }
    void open();
    [[nodiscard]] LedgerImage load(WallTime since) const;
    void write(const Checkpoint& checkpoint) const;
    Outcome commit(const Checkpoint& checkpoint);
    void trim(WallTime limit);
};

void LedgerDb::State::open()
{
    db = sqlite::open(path);
    std::int64_t found = 0;
    {
        Statement version{db.get(), "PRAGMA user_version"};
        while (version.step())
            found = version.integer(0);
        Statement check{db.get(), "PRAGMA quick_check(1)"};
        while (check.step())
            if (check.text(0) != "ok") throw SqlError{SQLITE_CORRUPT, check.text(0)};
    }
    if (found == schema_version) return;
    if (found != 0)
        throw SqlError{
            SQLITE_ERROR,
            "has version " + std::to_string(found) + ", this collector knows " +
                std::to_string(schema_version) + "; run the newer collector that wrote it"};
    run(db.get(), "BEGIN IMMEDIATE");
    run(db.get(), schema);
    run(db.get(), "PRAGMA user_version = " + std::to_string(schema_version));
    run(db.get(), "COMMIT");
}

LedgerImage LedgerDb::State::load(WallTime since) const
{
    LedgerImage image;
    const auto key_of = [](const Statement& row) {
        return TableKey{
            .site = row.text(0),
            .device = row.text(1),
            .kind = static_cast<TableKind>(row.integer(2)),
        };
    };
    Statement agents{
        db.get(), "SELECT site, agent, epoch, applied, turn FROM agent_epoch ORDER BY turn"};
    while (agents.step())
        image.agents.push_back({
            .agent = {.site = agents.text(0), .name = agents.text(1)},
            .epoch = {static_cast<std::uint64_t>(agents.integer(2))},
            .applied = decode_ranges(agents.blob(3)),
            .turn = static_cast<std::uint64_t>(agents.integer(4)),
        });
    Statement tables{db.get(), "SELECT site, device, kind, state FROM table_state"};
    while (tables.step())
        image.tables.push_back({.table = key_of(tables), .blob = tables.blob(3)});
    Statement intervals{
        db.get(),
        "SELECT site, device, kind, component, from_ms, to_ms, state FROM interval "
        "WHERE watched = 1 AND to_ms > ? AND state BETWEEN 1 AND 3"};
    intervals.bind(ms(since));
    while (intervals.step()) {
        const Interval interval{
            .from = wall(intervals.integer(4)),
            .to = wall(intervals.integer(5)),
            .state = static_cast<hallmonitor::State>(intervals.integer(6)),
        };
        image.intervals.push_back({key_of(intervals), intervals.text(3), interval, true});
    }
    Statement events{
        db.get(),
        "SELECT at_ms, site, agent, device, kind, text FROM "
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

void LedgerDb::State::write(const Checkpoint& checkpoint) const
{
    const auto bind_key = [](Statement& into, const TableKey& key) -> Statement& {
        return into.bind(key.site).bind(key.device).bind(static_cast<std::int64_t>(key.kind));
    };
    Statement epochs{db.get(), forget_epoch};
    for (const EpochRecord& record : checkpoint.forgotten_epochs) {
        epochs.bind(record.agent.site).bind(record.agent.name);
        epochs.bind(static_cast<std::int64_t>(record.epoch.value)).step();
    }
    Statement forgotten{db.get(), forget_table};
    for (const TableKey& key : checkpoint.forgotten_tables)
        bind_key(forgotten, key).step();
    Statement agents{db.get(), put_agent};
    for (const AgentRecord& record : checkpoint.agents) {
        const std::vector<std::byte> applied = encode_ranges(record.applied);
        agents.bind(record.agent.site).bind(record.agent.name);
        agents.bind(static_cast<std::int64_t>(record.epoch.value)).bind(applied);
        agents.bind(static_cast<std::int64_t>(record.turn)).step();
    }
    Statement tables{db.get(), put_table};
    for (const TableRecord& record : checkpoint.tables)
        bind_key(tables, record.table).bind(record.blob).step();
    Statement intervals{db.get(), put_interval};
    for (const IntervalRecord& record : checkpoint.intervals) {
        bind_key(intervals, record.table).bind(record.component);
        intervals.bind(ms(record.interval.from)).bind(ms(record.interval.to));
        intervals.bind(static_cast<std::int64_t>(record.interval.state));
        intervals.bind(record.is_watched ? 1 : 0).step();
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
    if (is_closing) return;
    bool is_done = true;
    try {
        for (const char* sql : trims) {
            Statement statement{db.get(), sql};
            statement.bind(ms(limit)).bind(trim_rows).step();
            if (statement.changes() > 0) is_done = false;
        }
    } catch (const SqlError& error) {
        log::warning("trim_failed", {{"reason", explain(error, path)}});
        return;
    }
    if (!is_done) asio::post(context, [this, limit] { trim(limit); });
}

LedgerDb::LedgerDb(std::unique_ptr<State> state) : state_(std::move(state))
{}

LedgerDb::~LedgerDb()
{
    state_->is_closing = true;
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
    std::shared_ptr<const Checkpoint> checkpoint,
    asio::any_io_executor executor,
    std::function<void(Outcome)> done
)
{
    asio::post(
        state_->context,
        [state = state_.get(),
         checkpoint = std::move(checkpoint),
         executor = std::move(executor),
         done = std::move(done)]() mutable {
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
