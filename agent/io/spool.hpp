#pragma once
// The spool's files and their thread (D3). The loop that polls never waits for a disk: appends are
// posted, durability comes back as a callback on the loop, reads are awaited by the uplink alone.

#include "agent/spool/segment_info.hpp"
#include "agent/spool/spool_front.hpp"
#include "common/error.hpp"
#include "common/io/task.hpp"
#include "common/model/ids.hpp"
#include "common/model/range_set.hpp"
#include "common/wire/batch.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hallmonitor::agent {

class Disk;

struct SpoolLimits {
    std::string directory;
    std::uint64_t max_bytes{256ULL << 20};
    std::chrono::milliseconds fsync_period{1'000};
    std::uint64_t segment_bytes{4ULL << 20}; // a new one is opened beyond it, if it was worthwhile
};

class Spool {
public:
    struct Opened;
    /// Opens the folder (creates it when there is none), begins a new epoch, scans the segments,
    /// cuts a torn tail, names damage and keeps later records. Callbacks and awaits run on `loop`.
    /// Errors: those of the file system, with the path in `problem`.
    static Result<Opened> open(
        const SpoolLimits& limits, boost::asio::any_io_executor loop, std::string& problem
    );
    /// The same in the folder `disk`, which outlives the spool.
    static Result<Opened> open(
        const SpoolLimits& limits,
        boost::asio::any_io_executor loop,
        std::string& problem,
        Disk& disk
    );
    ~Spool(); // flushes and fsyncs what was appended

    [[nodiscard]] Epoch epoch() const; // of this life, random
    /// Epochs of batches that former lives have left, oldest first.
    [[nodiscard]] std::vector<wire::OlderEpoch> older_epochs() const;
    [[nodiscard]] Seq next_seq() const; // number that the next batch appended must have

    /// Queues the batch. One whose id opens a segment starts a new file. When the spool is full the
    /// oldest whole segment is dropped and counted.
    void append(SealedBatch batch);

    /// Makes what was appended durable now, not at the end of the fsync period.
    void hurry();

    /// True when the encoder should start another segment: the newest is at its size, or the disk
    /// is in trouble and a new one limits what is lost. Ask after each append. A segment that is
    /// not worthwhile yet may grow beyond its size, to an eighth of the spool.
    [[nodiscard]] bool segment_is_full(bool is_worthwhile) const;

    /// Newest batch that survives a power cut. `callback` runs on the loop each time it grows.
    [[nodiscard]] Seq durable() const;
    void on_durable(std::function<void()> callback);
    /// `callback` runs on the loop when files that could not be read at the start are there after
    /// all, with sentences as of Opened::damage. What they hold is told once a new hello was said.
    void on_found(std::function<void(const std::vector<std::string>& damage)> callback);

    /// The bytes of one durable batch. Errors: not_found (dropped or damaged), file system errors.
    Task<Result<std::vector<std::byte>>> read(Seq seq);

    /// Oldest first.
    [[nodiscard]] std::vector<SegmentInfo> segments() const;

    /// These are in the collector's ledger: whole segments of them are unlinked, the newest kept.
    void acknowledge(const RangeSet& applied);

    /// Drops all of it, the newest segment too; what was not acknowledged counts as dropped. The
    /// next batch must open a segment.
    void abandon();

    [[nodiscard]] SpoolStatus status() const;

    /// The thread that may wait for the disk, for others too. What is posted is done before the
    /// spool is gone.
    [[nodiscard]] boost::asio::any_io_executor disk() const;

private:
    struct State;
    explicit Spool(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct Spool::Opened {
    std::unique_ptr<Spool> spool;
    /// All batches of the newest segment, for BatchEncoder::restore; none when part is missing.
    std::vector<std::vector<std::byte>> newest_segment;
    std::vector<std::string> damage; // one sentence each: file, offset, what was lost
};

} // namespace hallmonitor::agent
