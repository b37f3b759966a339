// The spool's files on disks that fail, and after power cuts.

#include "agent/io/spool_disk.hpp"
#include "tests/agent/spool/spool_files.hpp"
#include "tests/io/folder.hpp"
#include "tests/io/power_cut.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::test;
using hallmonitor::test::Folder;
using hallmonitor::test::PowerCut;
namespace fs = std::filesystem;

namespace {

SpoolDisk::Found opened(SpoolDisk& disk)
{
    std::string problem;
    auto found = disk.open(problem);
    INFO(problem);
    REQUIRE(found.has_value());
    return std::move(*found);
}

void write_segment(SpoolDisk& disk, Seq first, Seq last, std::size_t bytes = 100)
{
    for (SealedBatch& batch : batches_of(first, last, bytes))
        disk.write(std::move(batch));
}

void check_all_there(SpoolDisk& disk, Seq first, Seq last)
{
    for (Seq seq = first; seq <= last; seq = next(seq)) {
        CAPTURE(seq.value);
        CHECK(disk.read(seq).has_value());
    }
}

struct Counts {
    int writes_to_fail{0};
    int syncs_to_fail{0};
    int folder_syncs_to_fail{0};
    int error{EIO};
};

DiskCalls failing(Counts& counts)
{
    const auto fails = [&counts](int& left) {
        if (left == 0) return false;
        --left;
        errno = counts.error;
        return true;
    };
    DiskCalls calls;
    calls.pwritev = [&counts, fails](int fd, const iovec* parts, int count, off_t offset) {
        return fails(counts.writes_to_fail) ? -1 : ::pwritev(fd, parts, count, offset);
    };
    calls.fdatasync = [&counts, fails](int fd) {
        return fails(counts.syncs_to_fail) ? -1 : ::fdatasync(fd);
    };
    calls.fsync_folder = [&counts, fails](int fd) {
        return fails(counts.folder_syncs_to_fail) ? -1 : ::fsync(fd);
    };
    return calls;
}

} // namespace

TEST_CASE("a full disk is waited for and nothing is lost or reordered", "[spool]")
{
    const Folder folder;
    Counts counts{.writes_to_fail = 3, .error = ENOSPC};
    SpoolDisk disk{folder.path(), failing(counts)};
    opened(disk);
    write_segment(disk, Seq{1}, Seq{2});
    disk.sync();
    CHECK(disk.trouble().disk_full == 3);
    CHECK_THAT(disk.trouble().text, Catch::Contains("No space left on device"));
    CHECK(disk.durable() == Seq{0});
    CHECK(disk.has_pending());

    disk.sync();

    CHECK(disk.durable() == Seq{2});
    CHECK(disk.trouble().text.empty());
    CHECK(disk.trouble().lost == 0);
    check_all_there(disk, Seq{1}, Seq{2});
}

TEST_CASE("a short write is undone and written again", "[spool]")
{
    const Folder folder;
    int short_writes = 1;
    DiskCalls calls;
    calls.pwritev = [&](int fd, const iovec* parts, int count, off_t offset) {
        if (count == 1 || short_writes-- <= 0) return ::pwritev(fd, parts, count, offset);
        return ::pwritev(fd, parts, 1, offset);
    };
    SpoolDisk disk{folder.path(), calls};
    opened(disk);
    write_segment(disk, Seq{1}, Seq{2});
    CHECK(disk.trouble().disk_full == 1);

    disk.sync();

    CHECK(disk.durable() == Seq{2});
    check_all_there(disk, Seq{1}, Seq{2});
}

TEST_CASE("removing a segment lets what waited for room be written", "[spool]")
{
    const Folder folder;
    Counts counts{.error = ENOSPC};
    SpoolDisk disk{folder.path(), failing(counts)};
    opened(disk);
    write_segment(disk, Seq{1}, Seq{2});
    disk.sync();
    counts.writes_to_fail = 1;
    write_segment(disk, Seq{3}, Seq{3});
    CHECK_FALSE(disk.read(Seq{3}).has_value());

    disk.remove(Seq{1});

    CHECK(disk.read(Seq{3}).has_value());
    disk.sync();
    CHECK(disk.durable() == Seq{3});
}

TEST_CASE("after a failed fsync everything not durable is in another file", "[spool]")
{
    const Folder folder;
    Counts counts;
    SpoolDisk disk{folder.path(), failing(counts)};
    opened(disk);
    std::vector<SealedBatch> batches = batches_of(Seq{1}, Seq{4});
    disk.write(batches[0]);
    disk.write(batches[1]);
    disk.sync();
    disk.write(batches[2]);
    counts.syncs_to_fail = 1;
    disk.sync();
    CHECK(disk.durable() == Seq{2});
    CHECK(disk.trouble().failed == 1);
    CHECK_THAT(disk.trouble().text, Catch::StartsWith("cannot fsync " + folder.path()));

    disk.sync();
    disk.write(batches[3]);
    disk.sync();

    CHECK(disk.durable() == Seq{4});
    CHECK(disk.trouble().text.empty());
    check_all_there(disk, Seq{1}, Seq{4});
    CHECK(fs::exists(folder.path() + "/00000000000000000003.seg"));
    disk.remove(Seq{1}); // both files are one segment
    CHECK_FALSE(fs::exists(folder.path() + "/00000000000000000001.seg"));
    CHECK_FALSE(fs::exists(folder.path() + "/00000000000000000003.seg"));
}

TEST_CASE("batches that stand in two files after a failed fsync are found once", "[spool]")
{
    const Folder folder;
    const Folder copy;
    const auto file = [](const std::string& path, const std::vector<SealedBatch>& batches) {
        const auto bytes = file_of(batches);
        std::ofstream out{path, std::ios::binary};
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets are octets
        out.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
    };
    const std::vector<SealedBatch> batches = batches_of(Seq{1}, Seq{5});
    file(folder.path() + "/00000000000000000001.seg", {batches[0], batches[1], batches[2]});
    file(folder.path() + "/00000000000000000002.seg", {batches.begin() + 1, batches.end()});
    SpoolDisk disk{folder.path()};

    const SpoolDisk::Found found = opened(disk);

    REQUIRE(found.newest_segment.size() == 5);
    CHECK(found.newest_segment[2] == batches[2].bytes);
    CHECK(found.next == Seq{6});
    CHECK(found.damage.empty());
}

TEST_CASE("an fsync that fails as the segment changes keeps the order", "[spool]")
{
    const Folder folder;
    Counts counts;
    SpoolDisk disk{folder.path(), failing(counts)};
    opened(disk);
    write_segment(disk, Seq{1}, Seq{3});
    counts.syncs_to_fail = 1;

    write_segment(disk, Seq{4}, Seq{5});

    CHECK(disk.durable() <= Seq{3});
    disk.sync();
    CHECK(disk.durable() == Seq{5});
    check_all_there(disk, Seq{1}, Seq{5});
}

TEST_CASE("a folder that cannot be synced makes nothing durable", "[spool]")
{
    const Folder folder;
    Counts counts{.folder_syncs_to_fail = 1};
    SpoolDisk disk{folder.path(), failing(counts)};
    opened(disk);
    write_segment(disk, Seq{1}, Seq{2});
    disk.sync();
    CHECK(disk.durable() == Seq{0});

    disk.sync();

    CHECK(disk.durable() == Seq{2});
    check_all_there(disk, Seq{1}, Seq{2});
}

TEST_CASE("on a dead disk memory is bounded and whole segments are given up", "[spool]")
{
    const Folder folder;
    Counts counts{.writes_to_fail = 1'000'000, .error = EROFS};
    SpoolDisk disk{folder.path(), failing(counts)};
    opened(disk);
    constexpr std::size_t large = 400'000;
    // Segments of three batches of 0.4 MB: the memory holds six of them.
    for (std::uint64_t first = 1; first <= 28; first += 3)
        write_segment(disk, Seq{first}, Seq{first + 2}, large);
    const std::uint64_t lost = disk.trouble().lost;
    CHECK(lost >= 6);
    CHECK(lost % 3 == 0);
    write_segment(disk, Seq{31}, Seq{31}, large);

    counts.writes_to_fail = 0;
    disk.sync();

    CHECK(disk.durable() == Seq{31});
    check_all_there(disk, Seq{disk.trouble().lost + 1}, Seq{31});
    CHECK_FALSE(disk.read(Seq{disk.trouble().lost}).has_value());
}

TEST_CASE("the rest of a segment that was given up is given up too", "[spool]")
{
    const Folder folder;
    Counts counts{.writes_to_fail = 1'000'000, .error = EROFS};
    SpoolDisk disk{folder.path(), failing(counts)};
    opened(disk);
    write_segment(disk, Seq{1}, Seq{30}, 400'000);
    counts.writes_to_fail = 0;
    disk.sync();
    CHECK(disk.trouble().lost == 30);

    write_segment(disk, Seq{31}, Seq{32});
    disk.sync();

    CHECK(disk.durable() == Seq{32});
    check_all_there(disk, Seq{31}, Seq{32});
}

TEST_CASE("a power cut at any point loses nothing that was durable", "[spool]")
{
    const bool is_long =
        std::getenv("HALLMONITOR_LONG") != nullptr; // NOLINT(concurrency-mt-unsafe)
    const std::uint64_t seeds = is_long ? 200 : 25;
    std::uint64_t cuts = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random{seed};
        const Folder folder{Folder::memory()};
        PowerCut power{folder.path(), seed};
        SpoolDisk disk{folder.path(), power.calls()};
        opened(disk);
        std::vector<SealedBatch> written;
        Seq segment{1};
        for (int step = 0; step < 50; ++step) {
            const Seq seq{written.size() + 1};
            if (random() % 6 == 0) segment = seq;
            written.push_back(batch_of(seq, segment, 20 + random() % 100));
            disk.write(written.back());
            if (random() % 3 == 0) disk.sync();

            const Folder copy{Folder::memory()};
            power.copy_survivors(copy.path());
            SpoolDisk after{copy.path()};
            const SpoolDisk::Found found = opened(after);
            ++cuts;
            REQUIRE(found.next > disk.durable());
            for (const SealedBatch& batch : written) {
                const auto read = after.read(batch.id.seq);
                if (batch.id.seq <= disk.durable()) REQUIRE(read.has_value());
                if (read) REQUIRE(*read == batch.bytes);
            }
        }
    }
    CHECK(cuts == seeds * 50);
}
