#pragma once
// The spool's files, as the disk thread handles them. Every method may wait for the disk; all run
// on that one thread. What the disk is, is behind Disk.
//
// When a write fails (a full disk, a read-only one) batches wait in memory, bounded, in order. When
// fsync fails its file is not trusted again: Linux reports a lost page once and then calls it
// clean, so a second fsync that succeeds proves nothing. What was not durable is written anew to
// another file. Since batches are deltas within a segment, one that is given up takes the rest of
// its segment along.

#include "agent/spool/disk.hpp"
#include "agent/spool/spool_folder.hpp"
#include "common/error.hpp"
#include "common/wire/batch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::agent {

class SpoolDisk {
public:
    /// Batches that cannot be written wait in memory up to this.
    static constexpr std::size_t most_pending_bytes = std::size_t{8} << 20;

    /// `disk` outlives it.
    explicit SpoolDisk(Disk& disk) : disk_(disk) {}

    /// What the folder held; see Spool::open.
    struct Found {
        Seq next{1}; // see FolderScan
        struct File {
            BatchId last;
            std::uint64_t bytes{0};
            bool was_sent{false}; // a batch of it was
        };
        std::vector<File> files;                            // oldest first
        std::vector<std::vector<std::byte>> newest_segment; // empty when part of it is missing
        std::vector<std::string> damage;
    };
    /// Creates and locks the folder and scans its files. Errors: with a sentence in `problem`.
    [[nodiscard]] Result<Found> open(std::string& problem);
    /// Files that open() could not read and that can be read now; `next` and `newest_segment` say
    /// nothing. Call it after each sync(): it tries now and then, where there are any.
    [[nodiscard]] Found reread();

    /// Takes a batch to write. Numbers rise.
    void write(SealedBatch batch);
    /// Makes all that was written survive a power cut; tries again what could not be written.
    void sync();

    /// Errors: not_found, checksum_mismatch, file system errors.
    [[nodiscard]] Result<std::vector<std::byte>> read(Seq seq) const;
    /// The same for sending. From the first on the segment is marked, for later lives too: what the
    /// collector may have in part is never thinned.
    [[nodiscard]] Result<std::vector<std::byte>> read_to_send(Seq seq);

    struct Rewritten {
        std::uint64_t bytes{0};    // that the segment takes now
        std::uint64_t left_out{0}; // readings
    };
    /// Tells the segment that begins with `first` in less detail (thinning.hpp). Whatever happens,
    /// its file is whole, the old one or the new. Errors: not_found (a part of it is missing, in
    /// another file or not durable), refused (the collector may have a part of it), what thin()
    /// says, file system errors.
    [[nodiscard]] Result<Rewritten> thin(Seq first, std::chrono::milliseconds spacing);
    /// Unlinks the segment that begins with `first`, and writes what waited for room. Its files
    /// stay while the next one cannot be read: that may be the rest of it, and needs its beginning.
    void remove(Seq first);

    [[nodiscard]] Seq durable() const { return durable_; }
    [[nodiscard]] bool has_pending() const { return !pending_.empty(); }

    /// Counts since the start.
    struct Trouble {
        std::string text;           // empty: all is well
        std::uint64_t disk_full{0}; // writes refused for want of room
        std::uint64_t failed{0};    // all failed writes and fsyncs
        std::uint64_t lost{0};      // batches given up for want of memory
        std::uint64_t removals{0};  // calls of remove(): what they freed is accounted for
    };
    [[nodiscard]] const Trouble& trouble() const { return trouble_; }

private:
    void take(std::vector<SpoolFile> files, Found& found);
    void advance();
    bool write_next();
    bool begin_file(const BatchId& batch);
    bool append(const SealedBatch& batch);
    bool sync_current();
    void abandon_current();
    void bound_memory();
    void drop_pending(std::size_t place);
    void fail(const std::string& what, const std::string& name, const boost::system::error_code&);
    [[nodiscard]] std::vector<std::vector<std::byte>> read_newest_segment() const;
    void mark_sent(Seq segment);
    [[nodiscard]] bool may_go_on(Seq segment) const;
    [[nodiscard]] Result<SpoolFile> write_anew(
        const SpoolFile& old, const std::vector<SealedBatch>& batches
    );

    Disk& disk_;
    std::vector<std::string> unread_; // names of files, in order
    unsigned syncs_{0};
    std::map<Seq, SpoolFile> files_;    // by first seq of the file
    std::unique_ptr<DiskFile> current_; // being written; null: none
    Seq current_first_;
    std::uint64_t durable_bytes_{0}; // of the current file
    bool folder_is_durable_{true};

    std::deque<SealedBatch>
        pending_; // not yet durable; the first `written_` are in the current file
    std::size_t written_{0};
    std::size_t pending_bytes_{0};
    std::optional<Seq> given_up_; // segment of the batch given up last
    Seq durable_;
    Trouble trouble_;
};

} // namespace hallmonitor::agent
