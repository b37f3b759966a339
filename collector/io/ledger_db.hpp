#pragma once
// The ledger's database (D8): SQLite in WAL mode with synchronous=FULL, one connection, one thread
// of its own. A commit's success means that it survives a power cut; only then are agents told.

#include "collector/health/ledger.hpp"
#include "common/error.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace hallmonitor::collector {

class LedgerDb {
public:
    /// Keeps other collectors out of a state directory while it lives.
    class Lock {
    public:
        explicit Lock(int file) : file_(file) {}
        Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
        Lock& operator=(Lock&& other) noexcept;
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;
        ~Lock();

    private:
        friend class LedgerDb;
        int file_;
    };
    /// Errors: with one sentence in `problem`.
    [[nodiscard]] static Result<Lock> lock(const std::string& directory, std::string& problem);

    /// Opens or creates ledger.db in `directory`. Errors: with one sentence in `problem` (in use by
    /// another collector, damaged, from a newer version, no right to write).
    [[nodiscard]] static Result<std::unique_ptr<LedgerDb>> open(
        const std::string& directory, std::string& problem
    );
    ~LedgerDb(); // finishes what was posted

    /// Everything kept since `since`, read before the first commit. Errors: as open.
    [[nodiscard]] Result<LedgerImage> load(WallTime since, std::string& problem);

    struct Outcome {
        bool committed{false};
        std::string problem; // one sentence when not
        std::chrono::microseconds took{0};
    };
    /// Writes the checkpoint in one transaction on the database thread, then calls `done` on
    /// `executor`. After a failure nothing of it is written; write the same again.
    void commit(
        std::shared_ptr<const Checkpoint> checkpoint,
        boost::asio::any_io_executor executor,
        std::function<void(Outcome)> done
    );

    /// What the database thread writes and another reads: it may outlive whoever asked.
    struct CopyProgress {
        std::atomic<double> ratio{0};   // done
        std::atomic<bool> ended{false}; // all is there, or nothing more will come
        std::string problem;            // one sentence when it failed; written before `ended`
    };
    /// Copies the database to `file` a little at a time, between commits. One at a time.
    void copy(std::string file, std::shared_ptr<CopyProgress> progress);

    struct Retention {
        WallTime limit;             // what ended before goes
        std::uint64_t max_bytes{0}; // beyond them the oldest days go, too; 0: as many as it takes
        WallTime keep_from;         // but nothing that ended later
    };
    /// Deletes intervals, rollups and events, a little at a time; then calls `done` on `executor`
    /// with the moment before which nothing is left.
    void trim(
        const Retention& retention,
        boost::asio::any_io_executor executor,
        std::function<void(WallTime)> done
    );

private:
    struct State;
    explicit LedgerDb(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::collector
