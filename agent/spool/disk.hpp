#pragma once
// The folder that holds the spool's files, as the spool sees it: whatever can fail about a disk,
// and what a power cut leaves of it, is behind this. agent/io has the real one; the simulated
// district has one that fails, tears and forgets as its seed says.

#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// An open file; closed when it is destroyed. Errors of all its calls: those of the file system.
class DiskFile {
public:
    DiskFile() = default;
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;
    virtual ~DiskFile() = default;

    [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
    /// Exactly `size` octets at `offset`; fewer at the file's end.
    [[nodiscard]] virtual Result<std::vector<std::byte>> read(
        std::uint64_t offset, std::size_t size
    ) const = 0;
    /// Both pieces, one behind the other. After an error any part of them may stand in the file.
    [[nodiscard]] virtual Result<void> write(
        std::uint64_t offset, std::span<const std::byte> head, std::span<const std::byte> body
    ) = 0;
    [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
    /// What was written survives a power cut, if the file's name does (fdatasync).
    [[nodiscard]] virtual Result<void> sync() = 0;
};

/// One folder; names are those of files in it.
class Disk {
public:
    enum class Mode : std::uint8_t { read, write, create };

    Disk() = default;
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    virtual ~Disk() = default;

    /// Creates the folder where there is none and locks it for this process. Errors: with a
    /// sentence in `problem`.
    [[nodiscard]] virtual Result<void> lock(std::string& problem) = 0;
    /// Where the folder is, for people.
    [[nodiscard]] virtual std::string path() const = 0;
    /// In any order.
    [[nodiscard]] virtual Result<std::vector<std::string>> names() const = 0;
    /// `create`: empties a file that is there already.
    [[nodiscard]] virtual Result<std::unique_ptr<DiskFile>> open(
        const std::string& name, Mode mode
    ) = 0;
    [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    [[nodiscard]] virtual Result<void> unlink(const std::string& name) = 0;
    /// The names of files survive a power cut as they are now.
    [[nodiscard]] virtual Result<void> sync_names() = 0;
};

} // namespace hallmonitor::agent
