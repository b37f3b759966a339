// A file of the spool takes the place of another, on disks that fail and over power cuts.

#include "agent/spool/spool_disk.hpp"
#include "tests/agent/spool/spool_files.hpp"
#include "tests/sim/world/disk.hpp"

#include <catch2/catch.hpp>

#include <cerrno>

namespace rewriting_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using world::SimDisk;
using Call = SimDisk::Call;

namespace {

constexpr auto spacing = 5min;
constexpr Seq last{60};

SpoolDisk::Found opened(SpoolDisk& disk)
{
    std::string problem;
    auto found = disk.open(problem);
    INFO(problem);
    REQUIRE(found.has_value());
    return std::move(*found);
}

// An hour of a device, a batch a minute, and a batch of the next segment.
void write_hour(SpoolDisk& disk)
{
    BatchEncoder encoder{test::epoch, Seq{1}, 1};
    encoder.define({
        .device = "sw1",
        .kind = TableKind::interface,
        .interval = 60s,
        .columns = {Metric::if_in_octets},
        .rows = {{.key = "Gi1", .wide_columns = 1}},
    });
    for (Seq seq{1}; seq <= next(last); seq = next(seq)) {
        const MonoTime at{std::chrono::minutes{seq.value}};
        if (seq == next(last)) encoder.start_segment();
        REQUIRE(encoder.add("sw1", TableKind::interface, {.taken_at = at, .cells = {{seq.value}}}));
        disk.write(encoder.seal({.mono = at, .wall = {}}));
    }
    disk.sync();
}

// How many readings the first segment has; all of its batches must be there and fit together.
std::size_t readings_of(const SpoolDisk& disk)
{
    BatchDecoder decoder;
    std::size_t readings = 0;
    for (Seq seq{1}; seq <= last; seq = next(seq)) {
        const auto batch = decoder.decode(disk.read(seq).value());
        REQUIRE(batch.has_value());
        readings += batch->steps.size();
    }
    return readings;
}

} // namespace

TEST_CASE("a rewritten segment has less in it, in later lives too", "[spool]")
{
    SimDisk folder{1};
    {
        SpoolDisk disk{folder};
        opened(disk);
        write_hour(disk);
        const auto done = disk.thin(Seq{1}, spacing);
        REQUIRE(done.has_value());
        CHECK(readings_of(disk) == last.value - done->left_out);
        CHECK(done->left_out > last.value / 2);
    }
    folder.release();
    SpoolDisk disk{folder};
    CHECK(opened(disk).damage.empty());
    CHECK(readings_of(disk) < last.value / 2);
}

TEST_CASE("whatever call fails while a segment is rewritten, it is whole", "[spool]")
{
    for (const Call fails : {Call::write, Call::sync, Call::rename, Call::sync_names, Call::read}) {
        CAPTURE(static_cast<int>(fails));
        SimDisk folder{1};
        SpoolDisk disk{folder};
        opened(disk);
        write_hour(disk);
        bool is_failing = true;
        folder.set_hook([&](Call call, const std::string&) {
            return call == fails && is_failing ? world::disk_error(EIO)
                                               : boost::system::error_code{};
        });
        const auto done = disk.thin(Seq{1}, spacing);
        is_failing = false;
        // Without its folder's sync it is there, and a power cut may bring the other one back.
        CHECK(done.has_value() == (fails == Call::sync_names));
        CHECK(readings_of(disk) == last.value - (done ? done->left_out : 0));
        CHECK(folder.names()->size() == 2);
    }
}

TEST_CASE("a power cut leaves the segment as it was or as it was to be", "[spool]")
{
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        SimDisk folder{seed};
        {
            SpoolDisk disk{folder};
            opened(disk);
            write_hour(disk);
            folder.set_hook([seed](Call call, const std::string&) {
                const bool fails = call == Call::sync_names && seed % 2 == 0;
                return fails ? world::disk_error(EIO) : boost::system::error_code{};
            });
            REQUIRE(disk.thin(Seq{1}, spacing).has_value());
        }
        folder.set_hook({});
        folder.cut_power();
        folder.release();
        SpoolDisk disk{folder};
        CHECK(opened(disk).damage.empty());
        const std::size_t readings = readings_of(disk);
        CHECK((readings == last.value || readings < last.value / 2));
    }
}

TEST_CASE("what was sent is not rewritten, by no life", "[spool]")
{
    SimDisk folder{1};
    {
        SpoolDisk disk{folder};
        opened(disk);
        write_hour(disk);
        CHECK(disk.read_to_send(Seq{7}).has_value());
        CHECK(disk.thin(Seq{1}, spacing).error() == Errc::refused);
        CHECK(folder.names()->front() == "00000000000000000001.sent");
    }
    folder.release();
    SpoolDisk disk{folder};
    const SpoolDisk::Found found = opened(disk);
    CHECK(found.files.at(0).was_sent);
    CHECK_FALSE(found.files.at(1).was_sent);
    CHECK(disk.thin(Seq{1}, spacing).error() == Errc::refused);
    CHECK(readings_of(disk) == last.value);
}

TEST_CASE("a segment of which a part may be missing is not rewritten", "[spool]")
{
    SimDisk folder{1};
    {
        SpoolDisk disk{folder};
        opened(disk);
        write_hour(disk);
        CHECK(disk.thin(next(last), spacing).error() == Errc::not_found); // it is being written
        CHECK(disk.thin(Seq{2}, spacing).error() == Errc::not_found);     // begins none
    }
    folder.release();
    folder.set_hook([](Call call, const std::string& name) {
        const bool is_second = name == "00000000000000000061.seg";
        return call == Call::read && is_second ? world::disk_error(EIO)
                                               : boost::system::error_code{};
    });
    SpoolDisk disk{folder};
    opened(disk);
    CHECK(disk.thin(Seq{1}, spacing).error() == Errc::not_found);
}

} // namespace rewriting_test
