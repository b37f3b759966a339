#pragma once
// The spool's folder as a start finds it: locked, its files scanned, torn tails cut, what is broken
// named and set aside. Files are read one at a time, so memory stays at one segment.

#include "agent/io/file_handle.hpp"
#include "agent/spool/record_index.hpp"
#include "common/error.hpp"
#include "common/model/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// One spool file.
struct SpoolFile {
    std::string path;
    Epoch epoch;
    Seq segment; // first batch of its segment
    std::uint64_t bytes{0};
    RecordIndex index;
};

/// What the folder held.
struct FolderScan {
    /// No batch of this number or above was ever durable, even where a tail was cut off: numbers
    /// that it may have held are passed over, since the collector may have seen them.
    Seq next{1};
    std::vector<SpoolFile> files;    // by first seq, none empty, disjoint
    std::vector<std::string> damage; // one sentence each: file, offset, what was lost
};

class SpoolFolder {
public:
    /// Creates the folder (mode 0700) where there is none, and locks it. Errors: with a sentence in
    /// `problem`.
    [[nodiscard]] Result<void> open(const std::string& directory, std::string& problem);

    /// Errors: a file that may not be read, with a sentence in `problem`. Broken ones are no error.
    [[nodiscard]] Result<FolderScan> scan(std::string& problem) const;

    [[nodiscard]] std::string path_of(Seq first) const;
    [[nodiscard]] int fd() const { return folder_.get(); }

private:
    struct Scanning;
    Result<void> scan_file(const std::string& name, Scanning& scanning, std::string& problem) const;

    std::string directory_;
    FileHandle lock_;
    FileHandle folder_;
};

/// Exactly `size` octets at `offset`; fewer at the file's end.
[[nodiscard]] Result<std::vector<std::byte>> read_at(
    int fd, std::uint64_t offset, std::size_t size
);

[[nodiscard]] boost::system::error_code last_system_error();

} // namespace hallmonitor::agent
