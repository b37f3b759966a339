// ingest_bench: samples a second on one core, from a frame as it comes off TLS to the ledger's
// books: framing, decoding, evidence, sums by hour, totals, rates and utilization, with a
// checkpoint written to SQLite every 2 s of the fleet's time and a snapshot every 15 s, as
// Prometheus scrapes. The traffic is that of traffic.hpp's school day: 1,000 switches of 48 ports,
// each polled every 60 s, sealed once a second; and the same with each asked for life every 10 s,
// readings of eight cells that cost much more a cell. The first round, in which all of them are
// new, is not timed; the others are as many as lie between a table's records, once or twice. A
// sample is a cell, stamps included.
//
// Beside it: the same frames decoded, and a rate a cell computed, with nothing kept; as many octets
// a checkpoint as one blob in a bare SQLite; and the parts by themselves. The database has a folder
// of its own below $TMPDIR. CPU of all threads counts. Time series databases store every sample for
// good; this keeps sums, intervals and last readings.

#include "collector/health/ledger.hpp"
#include "collector/io/ledger_db.hpp"
#include "collector/io/sqlite.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/traffic.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <stdexcept>

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::bench;

namespace {

constexpr std::size_t devices = 1'000;
constexpr std::size_t ports = 48;
constexpr std::int64_t seconds_a_round = 60;
constexpr std::int64_t checkpoint_seconds = 2;
constexpr std::int64_t scrape_seconds = 15;
constexpr std::int64_t first_wall = 1'790'000'000;

using Frame = std::string;

// What the agent sends in each second.
std::vector<Frame> frames_of(std::int64_t rounds, bool with_liveness)
{
    SwitchFleet fleet{district, devices, ports};
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    const auto add = [&](const SwitchFleet::Table& table, const TableReading& reading) {
        if (!encoder.define(*table) || !encoder.add(table->device, table->kind, reading))
            throw std::runtime_error{"does not fit a batch"};
    };
    std::vector<Frame> frames;
    for (std::int64_t second = 0; second < rounds * seconds_a_round; ++second) {
        const MonoTime now{std::chrono::seconds{second}};
        for (std::size_t device = 0; device < devices; ++device) {
            const auto phase = second - static_cast<std::int64_t>(device);
            if (with_liveness && phase % SwitchFleet::liveness_interval.count() == 0)
                add(fleet.liveness(device), fleet.check(device, now));
            if (phase % seconds_a_round == 0)
                add(fleet.interfaces(device), fleet.poll(device, now));
        }
        SealedBatch sealed = encoder.seal({
            .mono = now + std::chrono::milliseconds{500},
            .wall = WallTime{std::chrono::seconds{first_wall + second}},
        });
        frames.push_back(wire::encode_frame(wire::BatchMessage{
            .lane = wire::Lane::live,
            .batch = std::move(sealed.bytes),
        }));
    }
    return frames;
}

DecodedBatch decode(BatchDecoder& decoder, const Frame& frame)
{
    const auto all = std::as_bytes(std::span{frame});
    const auto length = wire::frame_body_length(all.first<4>());
    if (!length || *length != all.size() - 4) throw std::runtime_error{"bad frame"};
    const auto message = wire::decode_message(all.subspan(4));
    if (!message) throw std::runtime_error{"bad message"};
    auto batch = decoder.decode(std::get<wire::BatchMessage>(*message).batch);
    if (!batch) throw std::runtime_error{"bad batch"};
    return std::move(*batch);
}

// The least that a collector could do: a rate a counter, kept nowhere.
double bare_rates(const DecodedBatch& batch)
{
    double sum = 0;
    for (const Step& step : batch.steps) {
        if (!step.earlier) continue;
        const auto& earlier = step.earlier->reading;
        const auto& later = step.later->reading;
        const double passed =
            std::chrono::duration<double>(later.taken_at - earlier.taken_at).count();
        for (std::size_t cell = 0; cell < later.cells.size(); ++cell) {
            const Cell before = earlier.cells[cell];
            const Cell after = later.cells[cell];
            if (before && after && *after >= *before)
                sum += static_cast<double>(*after - *before) / passed;
        }
    }
    return sum;
}

// A collector without its sockets.
class Collector {
public:
    explicit Collector(const std::filesystem::path& folder)
    {
        std::string problem;
        auto db = LedgerDb::open(folder.string(), problem);
        if (!db) throw std::runtime_error{problem};
        db_ = std::move(*db);
        if (!db_->load({}, problem)) throw std::runtime_error{problem};
    }

    void apply(const DecodedBatch& batch)
    {
        ledger_.heard(agent_, batch.sealed_at.wall);
        ledger_.apply(agent_, wire::Lane::live, batch);
    }

    void checkpoint()
    {
        const auto taken = std::make_shared<const Checkpoint>(ledger_.take_checkpoint());
        for (const JournalRecord& record : taken->journal)
            octets_ += record.steps.size();
        for (const TableRecord& record : taken->tables)
            octets_ += record.definition.size() + record.state.size();
        for (const RollupRecord& record : taken->rollups)
            octets_ += record.sums.size();
        bool committed = false;
        db_->commit(taken, loop_.get_executor(), [&](const LedgerDb::Outcome& outcome) {
            committed = outcome.committed;
        });
        auto work = boost::asio::make_work_guard(loop_);
        loop_.restart();
        loop_.run_one();
        if (!committed) throw std::runtime_error{"the database did not commit"};
        ledger_.committed(*taken);
    }

    void snapshot(WallTime now) { shown_ = ledger_.snapshot(now); }
    [[nodiscard]] const auto& counts() const { return ledger_.counts(); }
    [[nodiscard]] std::size_t octets() const { return octets_; } // in checkpoints

private:
    boost::asio::io_context loop_{1};
    std::unique_ptr<LedgerDb> db_;
    Ledger ledger_{{}};
    AgentId agent_{"site", "agent"};
    std::shared_ptr<const Snapshot> shown_;
    std::size_t octets_{0};
};

enum Part : std::size_t { decoding, applying, storing, showing, parts };

struct Taken {
    std::array<double, parts> seconds{};
    std::uint64_t samples{0};
    std::size_t octets{0}; // in checkpoints
};

Taken ingest(const std::vector<Frame>& frames, const std::filesystem::path& folder)
{
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    Collector collector{folder};
    BatchDecoder decoder;
    Taken taken;
    std::uint64_t first_samples = 0;
    std::size_t first_octets = 0;
    double last = 0;
    const auto lap = [&](Part part) {
        const double now = cpu_seconds();
        taken.seconds.at(part) += now - last;
        last = now;
    };
    for (std::size_t second = 0; second < frames.size(); ++second) {
        if (second == seconds_a_round) {
            taken = {};
            first_samples = collector.counts().samples;
            first_octets = collector.octets();
        }
        last = cpu_seconds();
        const DecodedBatch batch = decode(decoder, frames[second]);
        lap(decoding);
        collector.apply(batch);
        lap(applying);
        if (second % checkpoint_seconds == 0) collector.checkpoint();
        lap(storing);
        if (second % scrape_seconds == 0) collector.snapshot(batch.sealed_at.wall);
        lap(showing);
    }
    taken.samples = collector.counts().samples - first_samples;
    taken.octets = collector.octets() - first_octets;
    if (collector.counts().misplaced != 0) throw std::runtime_error{"readings misplaced"};
    return taken;
}

double bare_seconds(const std::vector<Frame>& frames)
{
    BatchDecoder decoder;
    double sum = 0;
    double before = 0;
    for (std::size_t second = 0; second < frames.size(); ++second) {
        if (second == seconds_a_round) before = cpu_seconds();
        sum += bare_rates(decode(decoder, frames[second]));
    }
    const double passed = cpu_seconds() - before;
    if (sum <= 0) throw std::runtime_error{"no rates"};
    return passed;
}

// The least that SQLite takes: a blob a commit, and one deleted that is as old as the journal keeps
// them.
double bare_commits(std::size_t commits, std::size_t octets, const std::filesystem::path& folder)
{
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const sqlite::Db db = sqlite::open((folder / "bare.db").string());
    sqlite::run(db.get(), "CREATE TABLE journal (number INTEGER PRIMARY KEY, steps BLOB NOT NULL)");
    sqlite::Statement put{db.get(), "INSERT INTO journal VALUES (?,?)"};
    sqlite::Statement trim{db.get(), "DELETE FROM journal WHERE number < ?"};
    const std::vector<std::byte> blob(octets / commits, std::byte{0x5a});
    constexpr std::int64_t kept = 15 * seconds_a_round / checkpoint_seconds;
    const double before = cpu_seconds();
    for (std::int64_t number = 0; number < static_cast<std::int64_t>(commits); ++number) {
        sqlite::run(db.get(), "BEGIN IMMEDIATE");
        trim.bind(number - kept).step();
        put.bind(number).bind(blob).step();
        sqlite::run(db.get(), "COMMIT");
    }
    return cpu_seconds() - before;
}

Figure figure_of(const std::string& subject, const std::vector<double>& rates)
{
    const Spread spread = spread_of(rates);
    return {
        .bench = "ingest",
        .name = "samples a second on one core",
        .subject = subject,
        .value = spread.median,
        .unit = "M/s",
        .minimum = spread.minimum,
        .maximum = spread.maximum,
        .more_is_better = true,
    };
}

double seconds_of(const Taken& taken)
{
    return std::accumulate(taken.seconds.begin(), taken.seconds.end(), 0.0);
}

void compare(std::int64_t rounds, int runs, const std::filesystem::path& folder)
{
    const std::vector<Frame> frames = frames_of(rounds, false);
    const std::vector<Frame> lively = frames_of(rounds, true);
    const auto seconds = static_cast<std::size_t>((rounds - 1) * seconds_a_round);
    std::vector<double> bare;
    std::vector<double> commits;
    std::vector<double> all;
    std::vector<double> all_lively;
    std::vector<double> shares;
    std::array<std::vector<double>, parts> each;
    for (int run = 0; run < runs; ++run) {
        const Taken taken = ingest(frames, folder);
        const double millions = static_cast<double>(taken.samples) / 1e6;
        all.push_back(millions / seconds_of(taken));
        for (std::size_t part = 0; part < parts; ++part)
            each.at(part).push_back(millions / taken.seconds.at(part));
        bare.push_back(millions / bare_seconds(frames));
        commits.push_back(
            millions / bare_commits(seconds / checkpoint_seconds, taken.octets, folder)
        );
        const Taken with_liveness = ingest(lively, folder);
        const double whole = seconds_of(with_liveness);
        all_lively.push_back(static_cast<double>(with_liveness.samples) / 1e6 / whole);
        shares.push_back(100 * whole / static_cast<double>(seconds));
    }
    const Figure peer = figure_of("raw limit: the same frames decoded, a rate a cell", bare);
    print(peer);
    print(figure_of("raw limit: as many octets in SQLite, a blob a checkpoint", commits));
    print(figure_of("hallmonitor: frames and batches decoded", each[decoding]));
    print(figure_of("hallmonitor: evidence, sums, totals, rates, journal", each[applying]));
    print(figure_of("hallmonitor: checkpoints to SQLite", each[storing]));
    print(figure_of("hallmonitor: snapshots", each[showing]));
    Figure ours = figure_of("hallmonitor: frame to store, all of it", all);
    ours.peer = peer.subject;
    ours.peer_value = peer.value;
    ours.target = 20;
    print(ours);
    print(figure_of("hallmonitor: all of it, with liveness every 10 s", all_lively));
    const Spread share = spread_of(shares);
    print({
        .bench = "ingest",
        .name = "share of one core",
        .subject = "hallmonitor: 1,000 switches of 48 ports every 60 s, liveness every 10 s",
        .value = share.median,
        .unit = "%",
        .minimum = share.minimum,
        .maximum = share.maximum,
    });
}

} // namespace

int main()
try {
    const bool is_quick = std::getenv("HALLMONITOR_BENCH_QUICK") != nullptr;
    const auto folder = std::filesystem::temp_directory_path() / "hallmonitor-ingest-bench";
    compare(is_quick ? 17 : 33, is_quick ? 1 : 5, folder);
    std::filesystem::remove_all(folder);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "ingest_bench: %s\n", error.what());
    return 1;
}
