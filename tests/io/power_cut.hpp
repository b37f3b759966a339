#pragma once
// A disk on which only what was fsynced is sure to survive: what a power cut may leave of a folder.
// Writes and fsyncs fail now and then; a failed fsync forgets the pages that it should have
// written.

#include "agent/io/spool_disk.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace hallmonitor::test {

class PowerCut {
public:
    PowerCut(std::string folder, std::uint64_t seed) : folder_(std::move(folder)), random_(seed) {}

    /// To be used by one SpoolDisk, which this outlives.
    agent::DiskCalls calls();

    /// Files as after a cut: of octets never fsynced any number, right or wrong; of files whose
    /// folder was never fsynced all or nothing.
    void copy_survivors(const std::string& to);

private:
    struct Survival {
        std::uint64_t synced_bytes{0};
        std::vector<std::pair<std::uint64_t, std::uint64_t>> forgotten; // from, to
        bool is_named{false}; // the folder was fsynced since it was made
    };
    bool strikes(unsigned one_in) { return random_() % one_in == 0; }

    std::string folder_;
    std::mt19937_64 random_;
    std::map<ino_t, Survival> files_;
};

} // namespace hallmonitor::test
