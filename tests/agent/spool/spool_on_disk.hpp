#pragma once
// The files of a spool on a simulated disk.

#include "agent/spool/spool_disk.hpp"
#include "tests/agent/spool/spool_files.hpp"
#include "tests/sim/world/disk.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace hallmonitor::agent::test {

using world::SimDisk;

inline SpoolDisk::Found opened(SpoolDisk& disk)
{
    std::string problem;
    auto found = disk.open(problem);
    INFO(problem);
    REQUIRE(found.has_value());
    return std::move(*found);
}

inline void write_segment(SpoolDisk& disk, Seq first, Seq last, std::size_t bytes = 100)
{
    for (SealedBatch& batch : batches_of(first, last, bytes))
        disk.write(std::move(batch));
}

inline void check_all_there(SpoolDisk& disk, Seq first, Seq last)
{
    for (Seq seq = first; seq <= last; seq = next(seq)) {
        CAPTURE(seq.value);
        CHECK(disk.read(seq).has_value());
    }
}

inline std::vector<std::string> names(const SimDisk& folder)
{
    return folder.names().value();
}

} // namespace hallmonitor::agent::test
