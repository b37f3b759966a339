#include "collector/io/daemon.hpp"

#include "collector/health/ledger.hpp"
#include "collector/io/backup.hpp"
#include "collector/io/http_server.hpp"
#include "collector/io/ingest_server.hpp"
#include "collector/io/ledger_db.hpp"
#include "collector/io/remote_write.hpp"
#include "collector/io/routes.hpp"
#include "collector/report/time_range.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"
#include "common/io/supervise.hpp"
#include "common/limits.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto snapshot_reuse = 100ms;
constexpr auto trim_period = 1h;
constexpr auto least_retention = 48h; // whatever the ledger's size

// The ingest loop's half: everything here runs on it.
class Ingest {
public:
    Ingest(
        asio::io_context& loop,
        const Config& config,
        LedgerDb& db,
        const LedgerImage& image,
        std::shared_ptr<asio::ssl::context> context
    )
        : loop_(loop), config_(config), db_(db), ledger_(image),
          server_(loop.get_executor(), std::move(context), sink())
    {
        if (config.remote_write)
            remote_ = std::make_unique<RemoteWrite>(
                *config.remote_write,
                loop.get_executor(),
                [this](const remote::BatchName& name) {
                    ledger_.set_forwarded(name.agent, name.epoch, name.seq);
                }
            );
    }

    Result<void> listen(std::string& problem)
    {
        return server_.listen(config_.agents.address, config_.agents.port, problem);
    }
    void start()
    {
        supervise(loop_.get_executor(), "checkpoints", checkpoints(), end_daemon);
        supervise(loop_.get_executor(), "retention", retention(), end_daemon);
    }
    [[nodiscard]] std::uint16_t port() const { return server_.port(); }

    /// What the HTTP loop shows; called on this loop.
    Present present();
    /// Takes no more, writes what there is, then ends the loop.
    void stop();

private:
    IngestSink sink();
    Applied apply(const AgentId& agent, wire::Lane lane, const DecodedBatch& batch);
    [[nodiscard]] RangeSet settled(const AgentId& agent, Epoch epoch) const;
    Task<void> checkpoints();
    Task<void> retention();
    void checkpoint();
    void commit(const std::shared_ptr<const Checkpoint>& checkpoint);
    void committed(
        const std::shared_ptr<const Checkpoint>& checkpoint, const LedgerDb::Outcome& outcome
    );

    asio::io_context& loop_;
    Config config_;
    LedgerDb& db_;
    Ledger ledger_;
    IngestServer server_;
    std::unique_ptr<RemoteWrite> remote_;       // null: samples go nowhere
    std::shared_ptr<const Checkpoint> pending_; // handed to the database, not yet durable
    bool in_flight_{false};
    bool stopping_{false};
    std::string trouble_; // why commits fail; empty when they do not
    DaemonFigures figures_;
    std::shared_ptr<const Snapshot> snapshot_;
    MonoTime snapshot_at_;
};

IngestSink Ingest::sink()
{
    return {
        .settled = [this](const AgentId& agent, Epoch epoch) { return settled(agent, epoch); },
        .is_durable = [this](
                          const AgentId& agent, const BatchId& batch
                      ) { return ledger_.durable(agent, batch.epoch).contains(batch.seq); },
        .fenced = [this](
                      const AgentId& agent, const std::string& first, const std::string& second
                  ) { ledger_.fenced(agent, first, second, wall_now()); },
        .apply = [this](
                     const AgentId& agent, wire::Lane lane, const DecodedBatch& batch
                 ) { return apply(agent, lane, batch); },
        .connected =
            [this](const AgentId& agent, const wire::Hello& hello, const std::string& peer) {
                ledger_.connected(agent, hello, peer, wall_now());
                if (remote_) remote_->connected(agent);
            },
        .disconnected = [this](const AgentId& agent) { ledger_.disconnected(agent); },
        .heard = [this](const AgentId& agent) { ledger_.heard(agent, wall_now()); },
    };
}

Applied Ingest::apply(const AgentId& agent, wire::Lane lane, const DecodedBatch& batch)
{
    const WallTime now = wall_now();
    ledger_.heard(agent, now);
    const bool is_new = ledger_.apply(agent, lane, batch).is_new;
    if (!remote_) return {.is_new = is_new};
    const RangeSet forwarded = ledger_.forwarded(agent, batch.id.epoch);
    const auto fate = remote_->offer(agent, lane, batch, now, is_new, forwarded);
    return {.is_new = is_new, .has_no_room = fate == remote::Admission::Fate::not_now};
}

RangeSet Ingest::settled(const AgentId& agent, Epoch epoch) const
{
    const RangeSet durable = ledger_.durable(agent, epoch);
    const bool keeps = config_.remote_write && config_.remote_write->keeps();
    return keeps ? durable.common_with(ledger_.durably_forwarded(agent, epoch)) : durable;
}

Task<void> Ingest::checkpoints()
{
    for (;;) {
        const bool slept = co_await sleep_for(limits::checkpoint_period);
        if (!slept) co_return;
        checkpoint();
        if (!remote_) continue;
        for (const AgentId& agent : remote_->take_due())
            server_.ask_for_history(agent);
    }
}

void Ingest::checkpoint()
{
    if (in_flight_) return;
    if (!pending_) {
        if (!ledger_.dirty()) return;
        pending_ = std::make_shared<const Checkpoint>(ledger_.take_checkpoint());
    }
    commit(pending_);
}

void Ingest::commit(const std::shared_ptr<const Checkpoint>& checkpoint)
{
    in_flight_ = true;
    db_.commit(
        checkpoint,
        loop_.get_executor(),
        [this, checkpoint](const LedgerDb::Outcome& outcome) { committed(checkpoint, outcome); }
    );
}

void Ingest::committed(
    const std::shared_ptr<const Checkpoint>& checkpoint, const LedgerDb::Outcome& outcome
)
{
    in_flight_ = false;
    figures_.last_commit_seconds = std::chrono::duration<double>(outcome.took).count();
    if (outcome.committed) {
        ++figures_.commits;
        figures_.commit_seconds += figures_.last_commit_seconds;
        pending_.reset();
        ledger_.committed(*checkpoint);
        for (const AgentRecord& record : checkpoint->agents)
            server_.acknowledge(record.agent, record.epoch, settled(record.agent, record.epoch));
    } else {
        ++figures_.failed_commits;
    }
    if (outcome.problem != trouble_) {
        if (outcome.problem.empty()) {
            log::info("ledger_writes_again");
        } else {
            log::error("ledger_cannot_write", {{"reason", outcome.problem}});
        }
        // Agents keep what we cannot: nothing more is read until it can be stored.
        server_.pause(!outcome.problem.empty());
        trouble_ = outcome.problem;
    }
    if (!stopping_) return;
    // One more for what came while this one was written; after a failure there is no use in
    // waiting.
    if (outcome.committed && ledger_.dirty()) {
        this->checkpoint();
    } else {
        loop_.stop();
    }
}

Task<void> Ingest::retention()
{
    for (;;) {
        const bool slept = co_await sleep_for(trim_period);
        if (!slept) co_return;
        const WallTime now = wall_now();
        const LedgerDb::Retention retention{
            .limit = now - config_.retention,
            .max_bytes = config_.retention_bytes,
            .keep_from = now - least_retention,
        };
        db_.trim(retention, loop_.get_executor(), [this, retention](WallTime limit) {
            ledger_.trim(limit);
            if (limit == retention.limit) return;
            log::warning(
                "ledger_at_its_size",
                {{"retention_max_bytes", retention.max_bytes}, {"begins", to_rfc3339(limit)}}
            );
        });
    }
}

Present Ingest::present()
{
    const MonoTime now = mono_now();
    if (!snapshot_ || now - snapshot_at_ >= snapshot_reuse) {
        snapshot_ = ledger_.snapshot(wall_now());
        snapshot_at_ = now;
    }
    DaemonFigures figures = figures_;
    figures.ledger = ledger_.counts();
    figures.connections = server_.counts().connections;
    figures.refused_connections = server_.counts().refused;
    figures.rejected_batches = server_.counts().rejected_batches;
    figures.received_bytes = server_.counts().bytes;
    figures.ready = trouble_.empty();
    if (remote_) figures.remote_write = remote_->figures(wall_now());
    return {.snapshot = snapshot_, .figures = figures, .not_ready = trouble_};
}

void Ingest::stop()
{
    server_.stop();
    stopping_ = true;
    if (in_flight_) return;
    if (!pending_ && !ledger_.dirty()) {
        loop_.stop();
    } else {
        checkpoint();
    }
}

Task<Present> present_on(Ingest& ingest)
{
    co_return ingest.present();
}

// The HTTP loop's half, with its thread.
class Web {
public:
    Web(const Config& config, Ingest& ingest, asio::any_io_executor ingest_loop, LedgerDb& db)
        : backup_(db, config.state_directory),
          routes_(
              config,
              {
                  .present = [&ingest, ingest_loop]() -> Task<Present> {
                      return ask(ingest, ingest_loop);
                  },
                  .http = [this] { return server_.figures(); },
                  .backup = [this] { return backup_.answer(); },
              }
          ),
          server_(loop_.get_executor(), [this](HttpRequest request) {
              return routes_.answer(std::move(request));
          })
    {}
    ~Web()
    {
        asio::post(loop_, [this] { server_.stop(); });
        asio::post(loop_, [this] { loop_.stop(); });
        if (thread_.joinable()) thread_.join();
    }
    Web(const Web&) = delete;
    Web& operator=(const Web&) = delete;

    Result<void> listen(const Config& config, std::string& problem)
    {
        if (auto control = server_.listen_unix(control_socket_of(config), problem); !control)
            return control;
        return server_.listen_tcp(config.http.address, config.http.port, problem);
    }
    void start()
    {
        thread_ = std::thread{[this] {
            try {
                loop_.run();
            } catch (const std::exception& error) {
                // Without its pages the collector still takes data, but nobody would see: end it
                // all.
                log::error("http_failed", {{"reason", error.what()}});
                std::raise(SIGTERM);
            }
        }};
    }

private:
    static Task<Present> ask(Ingest& ingest, asio::any_io_executor ingest_loop)
    {
        auto work = present_on(ingest);
        auto token = asio::use_awaitable;
        co_return co_await asio::co_spawn(ingest_loop, std::move(work), token);
    }

    asio::io_context loop_{1};
    Backup backup_;
    Routes routes_;
    HttpServer server_;
    std::thread thread_;
};

int cannot_run(const std::string& problem)
{
    log::error("collector_cannot_run", {{"reason", problem}});
    return 1;
}

} // namespace

std::string control_socket_of(const Config& config)
{
    return config.control_socket.empty() ? config.state_directory + "/control.sock"
                                         : config.control_socket;
}

int run_daemon(const Config& config)
try {
    std::signal(SIGPIPE, SIG_IGN);
    log::set_level(config.log_level);
    std::string problem;
    const tls::Files files{
        .ca = config.tls.ca_file,
        .certificate = config.tls.certificate_file,
        .key = config.tls.key_file,
    };
    auto context = tls::make_server_context(files, problem);
    if (!context) return cannot_run(problem);
    auto db = LedgerDb::open(config.state_directory, problem);
    if (!db) return cannot_run(problem);
    const auto image = (*db)->load(wall_now() - config.retention, problem);
    if (!image) return cannot_run(problem);

    asio::io_context loop{1};
    Ingest ingest{loop, config, **db, *image, *context};
    Web web{config, ingest, loop.get_executor(), **db};
    if (auto listening = ingest.listen(problem); !listening) return cannot_run(problem);
    if (auto listening = web.listen(config, problem); !listening) return cannot_run(problem);
    ingest.start();
    web.start();
    log::info(
        "collector_started",
        {{"version", HALLMONITOR_VERSION},
         {"agents", config.agents.address},
         {"agents_port", ingest.port()},
         {"http", config.http.address},
         {"http_port", config.http.port}}
    );
    asio::signal_set signals{loop, SIGINT, SIGTERM};
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) ingest.stop();
    });
    loop.run();
    log::info("collector_stopped");
    return 0;
} catch (const std::exception& error) {
    return cannot_run(error.what());
}

} // namespace hallmonitor::collector
