#include "collector/io/ledger_db.hpp"

#include "collector/io/ledger_sql.hpp"
#include "common/io/clock.hpp"
#include "common/io/log.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
using sqlite::explain;
using sqlite::SqlError;

} // namespace

struct LedgerDb::State {
    std::string path;
    std::optional<Lock> lock; // let go after the database is closed
    std::optional<LedgerSql> sql;
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::atomic<bool> is_closing{false};
    std::thread thread;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() = default;
    Outcome commit(const Checkpoint& checkpoint);
    struct Trimming {
        Retention retention;
        asio::any_io_executor executor;
        std::function<void(WallTime)> done;
    };
    void trim(std::shared_ptr<Trimming> trimming);
    bool trim_some(Retention& retention);
    void copy_on(std::shared_ptr<sqlite::Copy> copy, std::shared_ptr<CopyProgress> progress);
};

// One step, then others have their turn.
void LedgerDb::State::copy_on(
    std::shared_ptr<sqlite::Copy> copy, std::shared_ptr<CopyProgress> progress
)
{
    if (is_closing) return;
    try {
        const bool is_done = copy->step();
        progress->ratio = copy->done();
        if (is_done) {
            copy.reset(); // the file is whole only now
            progress->ended = true;
            return;
        }
    } catch (const SqlError& error) {
        progress->problem = explain(error, "the copy of " + path);
        progress->ended = true;
        return;
    }
    asio::post(context, [this, copy = std::move(copy), progress = std::move(progress)]() mutable {
        copy_on(std::move(copy), std::move(progress));
    });
}

LedgerDb::Outcome LedgerDb::State::commit(const Checkpoint& checkpoint)
{
    const MonoTime begun = mono_now();
    try {
        sql->write(checkpoint);
        return {.committed = true, .problem = {}, .took = mono_now() - begun};
    } catch (const SqlError& error) {
        return {.committed = false, .problem = explain(error, path), .took = mono_now() - begun};
    }
}

// True when all has gone that is to go.
bool LedgerDb::State::trim_some(Retention& retention)
{
    constexpr std::chrono::hours day{24};
    if (!sql->trim(retention.limit)) return false;
    if (retention.max_bytes == 0 || sql->used_bytes() <= retention.max_bytes) return true;
    const auto oldest = sql->oldest();
    const WallTime next = std::min(oldest.value_or(retention.keep_from) + day, retention.keep_from);
    if (next <= retention.limit) return true;
    retention.limit = next;
    return false;
}

void LedgerDb::State::trim(std::shared_ptr<Trimming> trimming)
{
    if (is_closing) return;
    try {
        if (trim_some(trimming->retention)) {
            asio::post(trimming->executor, [trimming] {
                trimming->done(trimming->retention.limit);
            });
            return;
        }
    } catch (const SqlError& error) {
        log::warning("trim_failed", {{"reason", explain(error, path)}});
        return;
    }
    asio::post(context, [this, trimming = std::move(trimming)]() mutable {
        trim(std::move(trimming));
    });
}

LedgerDb::LedgerDb(std::unique_ptr<State> state) : state_(std::move(state))
{}

LedgerDb::~LedgerDb()
{
    state_->is_closing = true;
    state_->work.reset();
    state_->thread.join();
}

LedgerDb::Lock& LedgerDb::Lock::operator=(Lock&& other) noexcept
{
    std::swap(file_, other.file_);
    return *this;
}

LedgerDb::Lock::~Lock()
{
    if (file_ >= 0) ::close(file_);
}

Result<LedgerDb::Lock> LedgerDb::lock(const std::string& directory, std::string& problem)
{
    const std::string path = directory + "/lock";
    Lock lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (lock.file_ >= 0 && flock(lock.file_, LOCK_EX | LOCK_NB) == 0) return lock;
    const boost::system::error_code error{errno, boost::system::system_category()};
    problem = lock.file_ >= 0 && error.value() == EWOULDBLOCK
                  ? "another collector is running on " + directory
                  : "cannot write to state_directory " + directory + ": " + error.message();
    return error;
}

Result<std::unique_ptr<LedgerDb>> LedgerDb::open(const std::string& directory, std::string& problem)
{
    std::error_code made;
    std::filesystem::create_directories(directory, made);
    auto state = std::make_unique<State>();
    state->path = directory + "/ledger.db";
    auto locked = lock(directory, problem);
    if (!locked) return locked.error();
    state->lock = std::move(*locked);
    try {
        state->sql.emplace(state->path);
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
        return state_->sql->load(since);
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

void LedgerDb::copy(std::string file, std::shared_ptr<CopyProgress> progress)
{
    asio::post(
        state_->context,
        [state = state_.get(), file = std::move(file), progress = std::move(progress)]() mutable {
            try {
                state->copy_on(state->sql->copy_to(file), progress);
            } catch (const SqlError& error) {
                progress->problem = explain(error, file);
                progress->ended = true;
            }
        }
    );
}

void LedgerDb::trim(
    const Retention& retention,
    boost::asio::any_io_executor executor,
    std::function<void(WallTime)> done
)
{
    auto trimming = std::make_shared<State::Trimming>(State::Trimming{
        retention, std::move(executor), std::move(done)});
    asio::post(state_->context, [state = state_.get(), trimming = std::move(trimming)]() mutable {
        state->trim(std::move(trimming));
    });
}

} // namespace hallmonitor::collector
