// The spool's files on disks that fail, and after power cuts.

#include "tests/agent/spool/spool_on_disk.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <random>

namespace spool_faults_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::test;
using Call = SimDisk::Call;

namespace {

struct Counts {
    int writes_to_fail{0};
    int syncs_to_fail{0};
    int folder_syncs_to_fail{0};
    int error{EIO};
};

// A disk that fails as often as `counts` say, which it counts down.
std::unique_ptr<SimDisk> failing(Counts& counts)
{
    auto disk = std::make_unique<SimDisk>(1);
    disk->set_hook([&counts](Call call, const std::string&) -> boost::system::error_code {
        int none = 0;
        int& left = call == Call::write        ? counts.writes_to_fail
                    : call == Call::sync       ? counts.syncs_to_fail
                    : call == Call::sync_names ? counts.folder_syncs_to_fail
                                               : none;
        if (left == 0) return {};
        --left;
        return world::disk_error(counts.error);
    });
    return disk;
}

} // namespace

TEST_CASE("a full disk is waited for and nothing is lost or reordered", "[spool]")
{
    Counts counts{.writes_to_fail = 3, .error = ENOSPC};
    const auto folder = failing(counts);
    SpoolDisk disk{*folder};
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
    SimDisk folder{1};
    folder.set_capacity(segment_head_bytes + record_head_bytes + 5);
    SpoolDisk disk{folder};
    opened(disk);
    write_segment(disk, Seq{1}, Seq{2});
    CHECK(disk.trouble().disk_full == 2);
    CHECK(folder.used() == segment_head_bytes);

    folder.set_capacity(1'000'000);
    disk.sync();

    CHECK(disk.durable() == Seq{2});
    check_all_there(disk, Seq{1}, Seq{2});
}

TEST_CASE("removing a segment lets what waited for room be written", "[spool]")
{
    Counts counts{.error = ENOSPC};
    const auto folder = failing(counts);
    SpoolDisk disk{*folder};
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
    Counts counts;
    const auto folder = failing(counts);
    SpoolDisk disk{*folder};
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
    CHECK_THAT(disk.trouble().text, Catch::StartsWith("cannot fsync /spool/0"));

    disk.sync();
    disk.write(batches[3]);
    disk.sync();

    CHECK(disk.durable() == Seq{4});
    CHECK(disk.trouble().text.empty());
    check_all_there(disk, Seq{1}, Seq{4});
    CHECK(names(*folder).back() == "00000000000000000003.seg");
    disk.remove(Seq{1}); // both files are one segment
    CHECK(names(*folder).empty());
}

TEST_CASE("batches that stand in two files after a failed fsync are found once", "[spool]")
{
    SimDisk folder{1};
    const auto put = [&](const char* name, const std::vector<SealedBatch>& batches) {
        auto file = folder.open(name, Disk::Mode::create);
        REQUIRE((*file)->write(0, file_of(batches), {}).has_value());
    };
    const std::vector<SealedBatch> batches = batches_of(Seq{1}, Seq{5});
    put("00000000000000000001.seg", {batches[0], batches[1], batches[2]});
    put("00000000000000000002.seg", {batches.begin() + 1, batches.end()});
    SpoolDisk disk{folder};

    const SpoolDisk::Found found = opened(disk);

    REQUIRE(found.newest_segment.size() == 5);
    CHECK(found.newest_segment[2] == batches[2].bytes);
    CHECK(found.next == Seq{6});
    CHECK(found.damage.empty());
}

TEST_CASE("an fsync that fails as the segment changes keeps the order", "[spool]")
{
    Counts counts;
    const auto folder = failing(counts);
    SpoolDisk disk{*folder};
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
    Counts counts{.folder_syncs_to_fail = 1};
    const auto folder = failing(counts);
    SpoolDisk disk{*folder};
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
    Counts counts{.writes_to_fail = 1'000'000, .error = EROFS};
    const auto folder = failing(counts);
    SpoolDisk disk{*folder};
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
    Counts counts{.writes_to_fail = 1'000'000, .error = EROFS};
    const auto folder = failing(counts);
    SpoolDisk disk{*folder};
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

namespace {

// Writes fall short and syncs fail, now and then.
SimDisk::Hook unreliable(std::mt19937_64& random)
{
    return [&random](Call call, const std::string&) -> boost::system::error_code {
        if (call == Call::write && random() % 20 == 0) return world::disk_error(ENOSPC);
        const bool syncs = call == Call::sync || call == Call::sync_names;
        if (syncs && random() % 10 == 0) return world::disk_error(EIO);
        return {};
    };
}

// What another life finds of the folder after a power cut.
void check_after_cut(
    const SimDisk& folder,
    std::uint64_t chance,
    Seq durable,
    const std::vector<SealedBatch>& written
)
{
    const auto left = folder.copy(chance);
    left->cut_power();
    SpoolDisk after{*left};
    const SpoolDisk::Found found = opened(after);
    REQUIRE(found.next > durable);
    for (const SealedBatch& batch : written) {
        const auto read = after.read(batch.id.seq);
        if (batch.id.seq <= durable) REQUIRE(read.has_value());
        if (read) REQUIRE(*read == batch.bytes);
    }
}

} // namespace

TEST_CASE("a power cut at any point loses nothing that was durable", "[spool]")
{
    const bool is_long =
        std::getenv("HALLMONITOR_LONG") != nullptr; // NOLINT(concurrency-mt-unsafe)
    const std::uint64_t seeds = is_long ? 200 : 25;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random{seed};
        std::mt19937_64 trouble{~seed};
        SimDisk folder{seed};
        SpoolDisk disk{folder};
        opened(disk);
        folder.set_hook(unreliable(trouble));
        std::vector<SealedBatch> written;
        Seq segment{1};
        for (int step = 0; step < 50; ++step) {
            const Seq seq{written.size() + 1};
            if (random() % 6 == 0) segment = seq;
            written.push_back(batch_of(seq, segment, 20 + random() % 100));
            disk.write(written.back());
            if (random() % 3 == 0) disk.sync();
            check_after_cut(folder, random(), disk.durable(), written);
        }
    }
}

} // namespace spool_faults_test
