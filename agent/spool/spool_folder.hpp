#pragma once
// The spool's folder as a start finds it: locked, its files scanned, torn tails cut, what is broken
// named and set aside. Files are read one at a time, so memory stays at one segment.

#include "agent/spool/disk.hpp"
#include "agent/spool/record_index.hpp"
#include "common/error.hpp"
#include "common/model/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

/// One spool file.
struct SpoolFile {
    std::string name;
    Epoch epoch;
    Seq segment; // first batch of its segment
    std::uint64_t bytes{0};
    RecordIndex index;
    bool was_sent{false}; // as its name says
};

/// What the folder held.
struct FolderScan {
    /// No batch of this number or above was ever durable, even where a tail was cut off: numbers
    /// that it may have held are passed over, since the collector may have seen them.
    Seq next{1};
    std::vector<SpoolFile> files;    // by first seq, none empty, disjoint
    std::vector<std::string> damage; // one sentence each: file, offset, what was lost
    /// Names of files that cannot be read now, and of those that are worth nothing without them, in
    /// order.
    std::vector<std::string> unread;
};

/// The name of the file whose first batch is `first`, while nothing of it was sent and after that.
[[nodiscard]] std::string spool_file_name(Seq first);
[[nodiscard]] std::string sent_file_name(Seq first);
/// The first batch of a file with such a name; empty for any other name.
[[nodiscard]] std::optional<Seq> first_of(std::string_view name);
/// Of a file that is being written to take the place of one. A start throws it away.
[[nodiscard]] std::string unfinished_file_name(Seq first);

/// Errors: a file that may not be read, with a sentence in `problem`. Broken ones are no error.
[[nodiscard]] Result<FolderScan> scan_folder(Disk& disk, std::string& problem);
/// The same of these files alone.
[[nodiscard]] Result<FolderScan> scan_files(
    Disk& disk, const std::vector<std::string>& names, std::string& problem
);

} // namespace hallmonitor::agent
