#pragma once
// The spool's files, as the disk thread handles them. Every method may wait for the disk; all run
// on that one thread.
//
// When a write fails (a full disk, a read-only one) batches wait in memory, bounded, in order. When
// fsync fails its file is not trusted again: Linux reports a lost page once and then calls it
// clean, so a second fsync that succeeds proves nothing. What was not durable is written anew to
// another file.

#include "agent/spool/record.hpp"
#include "common/error.hpp"
#include "common/wire/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// An open file that closes itself.
class FileHandle {
public:
    FileHandle() = default;
    explicit FileHandle(int fd) : fd_(fd) {}
    FileHandle(FileHandle&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    FileHandle& operator=(FileHandle&& other) noexcept;
    FileHandle(const FileHandle&) = delete;
    FileHandle& operator=(const FileHandle&) = delete;
    ~FileHandle();
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

private:
    int fd_{-1};
};

class SpoolDisk {
public:
    explicit SpoolDisk(std::string directory);

    /// What the folder held; see Spool::open.
    struct Found {
        Epoch epoch;                                            // 0: nothing there
        Seq last;                                               // 0: nothing there
        std::vector<std::pair<BatchId, std::uint64_t>> batches; // with their size on disk, in order
        std::vector<std::vector<std::byte>> newest_segment;
        std::vector<std::string> damage;
    };
    /// Creates and locks the folder and scans its files. Errors: with a sentence in `problem`.
    [[nodiscard]] Result<Found> open(std::string& problem);

    /// Takes a batch to write. `lost` counts batches given up for want of memory.
    void write(SealedBatch batch);
    /// Makes all that was written survive a power cut.
    void sync();

    [[nodiscard]] Result<std::vector<std::byte>> read(Seq seq);
    void remove(Seq first);

    [[nodiscard]] Seq durable() const { return durable_; }
    [[nodiscard]] bool has_unsynced() const { return !unsynced_.empty() || !waiting_.empty(); }

    struct Trouble {
        std::string text; // empty: all is well
        bool disk_full{false};
        std::uint64_t failed_writes{0};
        std::uint64_t lost_batches{0};
    };
    [[nodiscard]] const Trouble& trouble() const { return trouble_; }

private:
    struct File {
        std::string path;
        std::vector<RecordPlace> records; // in order of seq
    };

    bool write_now(const SealedBatch& batch);
    bool begin_file(const BatchId& batch);
    bool append(const SealedBatch& batch);
    void drain_waiting();
    void rewrite_unsynced();
    void fail(const std::string& what, const std::string& path);
    void scan_file(const std::string& path, Found& found);
    [[nodiscard]] std::string path_of(Seq first) const;

    std::string directory_;
    FileHandle lock_;
    FileHandle folder_;
    FileHandle current_;
    Seq current_first_;
    std::uint64_t current_bytes_{0};
    std::map<Seq, File> files_;        // by first seq of the file
    std::deque<SealedBatch> unsynced_; // written, not yet durable
    std::deque<SealedBatch> waiting_;  // not even written
    std::size_t waiting_bytes_{0};
    Epoch epoch_;
    Seq durable_;
    Trouble trouble_;
};

} // namespace hallmonitor::agent
