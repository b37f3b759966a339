#include "collector/io/ledger_sql.hpp"

#include "collector/store/bytes.hpp"
#include "collector/store/packed_sums.hpp"

#include <array>
#include <utility>
#include <vector>

namespace hallmonitor::collector {
namespace {

using sqlite::run;
using sqlite::SqlError;
using sqlite::Statement;

constexpr int schema_version = 4;

// place: of table_state the kind, of rollup the hour since 1970; times 2^32, plus the table's id.
constexpr auto schema = R"(
CREATE TABLE agent_epoch (
    site TEXT NOT NULL, agent TEXT NOT NULL, epoch INTEGER NOT NULL, applied BLOB NOT NULL,
    turn INTEGER NOT NULL, forwarded BLOB NOT NULL,
    PRIMARY KEY (site, agent, epoch)) WITHOUT ROWID;
CREATE TABLE table_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, device TEXT NOT NULL,
    kind INTEGER NOT NULL, UNIQUE (site, device, kind));
CREATE TABLE table_definition (id INTEGER PRIMARY KEY, definition BLOB NOT NULL);
CREATE TABLE table_state (place INTEGER PRIMARY KEY, state BLOB NOT NULL);
CREATE TABLE journal (number INTEGER PRIMARY KEY, steps BLOB NOT NULL);
CREATE TABLE rollup (place INTEGER PRIMARY KEY, sums BLOB NOT NULL);
CREATE VIEW rollup_hour AS
    SELECT site, device, (place >> 32) * 3600000 AS hour_ms, sums
    FROM rollup JOIN table_key ON table_key.id = rollup.place & 0xffffffff;
CREATE TABLE interval (
    site TEXT NOT NULL, device TEXT NOT NULL, kind INTEGER NOT NULL, component TEXT NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, state INTEGER NOT NULL,
    watched INTEGER NOT NULL,
    PRIMARY KEY (site, device, kind, component, from_ms, state)) WITHOUT ROWID;
CREATE INDEX interval_end ON interval (to_ms);
CREATE INDEX interval_watched ON interval (to_ms) WHERE watched = 1;
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, site TEXT NOT NULL, agent TEXT NOT NULL,
    device TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX event_at ON event (at_ms);
)";

constexpr auto put_agent = "INSERT INTO agent_epoch VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                           "applied = excluded.applied, turn = excluded.turn, "
                           "forwarded = excluded.forwarded";
constexpr auto forget_epoch = "DELETE FROM agent_epoch WHERE site = ? AND agent = ? AND epoch = ?";
constexpr auto find_key = "INSERT INTO table_key (site, device, kind) VALUES (?,?,?) "
                          "ON CONFLICT DO UPDATE SET kind = kind RETURNING id";
constexpr auto forget_key = "DELETE FROM table_key WHERE id = ?";
constexpr auto put_definition = "INSERT INTO table_definition VALUES (?,?) ON CONFLICT DO UPDATE "
                                "SET definition = excluded.definition";
constexpr auto forget_definition = "DELETE FROM table_definition WHERE id = ?";
constexpr auto put_state =
    "INSERT INTO table_state VALUES (?,?) ON CONFLICT DO UPDATE SET state = excluded.state";
constexpr auto forget_state = "DELETE FROM table_state WHERE place = ?";
constexpr auto add_rollup = "INSERT INTO rollup VALUES (?,?) ON CONFLICT DO UPDATE SET "
                            "sums = merge_sums(sums, excluded.sums)";
constexpr auto add_journal = "INSERT INTO journal VALUES (?,?)";
constexpr auto trim_journal = "DELETE FROM journal WHERE number < ?";
constexpr auto put_interval =
    "INSERT INTO interval VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
    "to_ms = max(to_ms, excluded.to_ms), watched = max(watched, excluded.watched)";
constexpr auto put_event =
    "INSERT INTO event (at_ms, site, agent, device, kind, text) VALUES (?,?,?,?,?,?)";

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

std::int64_t state_place(TableKind kind, std::int64_t id)
{
    return static_cast<std::int64_t>(kind) << 32 | id;
}

// The first place of the hour that begins at `at` or next.
std::int64_t rollup_place(WallTime at)
{
    return std::chrono::ceil<std::chrono::hours>(at.since_epoch).count() << 32;
}

TableKey key_of(const Statement& row, int first = 0)
{
    return {
        .site = row.text(first),
        .device = row.text(first + 1),
        .kind = static_cast<TableKind>(row.integer(first + 2)),
    };
}

Statement& bind_key(Statement& into, const TableKey& key)
{
    return into.bind(key.site).bind(key.device).bind(static_cast<std::int64_t>(key.kind));
}

void make_schema(sqlite3* db)
{
    std::int64_t found = 0;
    {
        Statement version{db, "PRAGMA user_version"};
        while (version.step())
            found = version.integer(0);
        Statement check{db, "PRAGMA quick_check(1)"};
        while (check.step())
            if (check.text(0) != "ok") throw SqlError{SQLITE_CORRUPT, check.text(0)};
    }
    if (found == schema_version) return;
    if (found != 0)
        throw SqlError{
            SQLITE_ERROR,
            "has version " + std::to_string(found) + ", this collector knows " +
                std::to_string(schema_version) + "; " +
                (found > schema_version ? "run the newer collector that wrote it"
                                        : "move the file away to begin a new ledger, or run the "
                                          "older collector that wrote it")};
    run(db, "BEGIN IMMEDIATE");
    run(db, schema);
    run(db, "PRAGMA user_version = " + std::to_string(schema_version));
    run(db, "COMMIT");
}

} // namespace

struct LedgerSql::Statements {
    explicit Statements(sqlite3* db)
        : find_key(db, collector::find_key), put_definition(db, collector::put_definition),
          put_state(db, collector::put_state), add_rollup(db, collector::add_rollup),
          add_journal(db, collector::add_journal), trim_journal(db, collector::trim_journal),
          put_agent(db, collector::put_agent), put_interval(db, collector::put_interval),
          put_event(db, collector::put_event)
    {}
    Statement find_key;
    Statement put_definition;
    Statement put_state;
    Statement add_rollup;
    Statement add_journal;
    Statement trim_journal;
    Statement put_agent;
    Statement put_interval;
    Statement put_event;
};

LedgerSql::LedgerSql(const std::string& path) : db_(sqlite::open(path))
{
    make_schema(db_.get());
    sqlite::define(db_.get(), "merge_sums", merge_sums);
    statements_ = std::make_unique<Statements>(db_.get());
}

LedgerSql::~LedgerSql() = default;

std::unique_ptr<sqlite::Copy> LedgerSql::copy_to(const std::string& path)
{
    return std::make_unique<sqlite::Copy>(db_.get(), path);
}

LedgerImage LedgerSql::load(WallTime since)
{
    LedgerImage image;
    Statement agents{
        db_.get(),
        "SELECT site, agent, epoch, applied, turn, forwarded FROM agent_epoch ORDER BY turn"};
    while (agents.step())
        image.agents.push_back({
            .agent = {.site = agents.text(0), .name = agents.text(1)},
            .epoch = {static_cast<std::uint64_t>(agents.integer(2))},
            .applied = decode_ranges(agents.blob(3)),
            .turn = static_cast<std::uint64_t>(agents.integer(4)),
            .forwarded = decode_ranges(agents.blob(5)),
        });
    load_tables(image);
    load_intervals(image, since);
    Statement journal{db_.get(), "SELECT number, steps FROM journal ORDER BY number"};
    while (journal.step())
        image.journal.push_back({
            .number = static_cast<std::uint64_t>(journal.integer(0)),
            .steps = journal.blob(1),
        });
    Statement events{
        db_.get(),
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

void LedgerSql::load_tables(LedgerImage& image)
{
    Statement tables{
        db_.get(),
        "SELECT site, device, kind, id, definition, state FROM table_key "
        "JOIN table_definition USING (id) "
        "JOIN table_state ON table_state.place = kind << 32 | id"};
    while (tables.step()) {
        TableKey key = key_of(tables);
        ids_.emplace(key, tables.integer(3));
        image.tables.push_back({
            .table = std::move(key),
            .definition = tables.blob(4),
            .state = tables.blob(5),
        });
    }
}

void LedgerSql::load_intervals(LedgerImage& image, WallTime since) const
{
    Statement intervals{
        db_.get(),
        "SELECT site, device, kind, component, from_ms, to_ms, state FROM interval "
        "WHERE watched = 1 AND to_ms > ? AND state BETWEEN 1 AND 3"};
    intervals.bind(ms(since));
    while (intervals.step()) {
        const Interval interval{
            .from = wall(intervals.integer(4)),
            .to = wall(intervals.integer(5)),
            .state = static_cast<State>(intervals.integer(6)),
        };
        image.intervals.push_back({key_of(intervals), intervals.text(3), interval, true});
    }
}

std::int64_t LedgerSql::id_of(const TableKey& key)
{
    const auto known = ids_.find(key);
    if (known != ids_.end()) return known->second;
    Statement& find = bind_key(statements_->find_key, key);
    std::int64_t id = 0;
    while (find.step())
        id = find.integer(0);
    ids_.emplace(key, id);
    return id;
}

void LedgerSql::write(const Checkpoint& checkpoint)
{
    try {
        run(db_.get(), "BEGIN IMMEDIATE");
        forget(checkpoint);
        write_tables(checkpoint);
        write_agents(checkpoint);
        write_history(checkpoint);
        run(db_.get(), "COMMIT");
    } catch (const SqlError&) {
        if (sqlite3_get_autocommit(db_.get()) == 0)
            sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        ids_.clear(); // those that were given meanwhile are none
        throw;
    }
}

void LedgerSql::forget(const Checkpoint& checkpoint)
{
    if (checkpoint.forgotten_epochs.empty() && checkpoint.forgotten_tables.empty()) return;
    Statement epoch{db_.get(), forget_epoch};
    for (const EpochRecord& record : checkpoint.forgotten_epochs) {
        epoch.bind(record.agent.site).bind(record.agent.name);
        epoch.bind(static_cast<std::int64_t>(record.epoch.value)).step();
    }
    Statement key{db_.get(), forget_key};
    Statement definition{db_.get(), forget_definition};
    Statement state{db_.get(), forget_state};
    for (const TableKey& forgotten : checkpoint.forgotten_tables) {
        const std::int64_t id = id_of(forgotten);
        key.bind(id).step();
        definition.bind(id).step();
        state.bind(state_place(forgotten.kind, id)).step();
        ids_.erase(forgotten);
    }
}

void LedgerSql::write_tables(const Checkpoint& checkpoint)
{
    for (const TableRecord& record : checkpoint.tables) {
        const std::int64_t id = id_of(record.table);
        if (!record.definition.empty())
            statements_->put_definition.bind(id).bind(record.definition).step();
        statements_->put_state.bind(state_place(record.table.kind, id)).bind(record.state).step();
    }
    for (const RollupRecord& record : checkpoint.rollups) {
        const std::int64_t place = rollup_place(record.hour) | id_of(record.table);
        statements_->add_rollup.bind(place).bind(record.sums).step();
    }
    // First what goes, so that what comes takes its pages.
    statements_->trim_journal.bind(static_cast<std::int64_t>(checkpoint.journal_needed_from))
        .step();
    for (const JournalRecord& record : checkpoint.journal)
        statements_->add_journal.bind(static_cast<std::int64_t>(record.number))
            .bind(record.steps)
            .step();
}

void LedgerSql::write_agents(const Checkpoint& checkpoint)
{
    Statement& put = statements_->put_agent;
    for (const AgentRecord& record : checkpoint.agents) {
        const std::vector<std::byte> applied = encode_ranges(record.applied);
        put.bind(record.agent.site).bind(record.agent.name);
        put.bind(static_cast<std::int64_t>(record.epoch.value)).bind(applied);
        put.bind(static_cast<std::int64_t>(record.turn));
        put.bind(encode_ranges(record.forwarded)).step();
    }
}

void LedgerSql::write_history(const Checkpoint& checkpoint)
{
    Statement& interval = statements_->put_interval;
    for (const IntervalRecord& record : checkpoint.intervals) {
        bind_key(interval, record.table).bind(record.component);
        interval.bind(ms(record.interval.from)).bind(ms(record.interval.to));
        interval.bind(static_cast<std::int64_t>(record.interval.state));
        interval.bind(record.is_watched ? 1 : 0).step();
    }
    Statement& put = statements_->put_event;
    for (const EventRecord& record : checkpoint.events) {
        const Event& event = record.event.event;
        put.bind(ms(record.event.wall)).bind(record.agent.site).bind(record.agent.name);
        put.bind(event.device).bind(event.kind).bind(event.text).step();
    }
}

} // namespace hallmonitor::collector
