// Files of a spool that a disk does not give at a start.

#include "tests/agent/spool/spool_on_disk.hpp"

#include <algorithm>
#include <cerrno>

namespace unread_files_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::test;
using Call = SimDisk::Call;

namespace {

void put(SimDisk& folder, const std::string& name, const std::vector<SealedBatch>& batches)
{
    auto file = folder.open(name, Disk::Mode::create);
    REQUIRE((*file)->write(0, file_of(batches), {}).has_value());
}

// A folder of which these files cannot be read until `fails` is false.
void break_reads(SimDisk& folder, const bool& fails, std::vector<std::string> names)
{
    folder.set_hook([&fails, names = std::move(names)](Call call, const std::string& name) {
        const bool is_one = std::find(names.begin(), names.end(), name) != names.end();
        return call == Call::read && is_one && fails ? world::disk_error(EIO)
                                                     : boost::system::error_code{};
    });
}

std::vector<SpoolDisk::Found::File> reread_for_long(SpoolDisk& disk)
{
    std::vector<SpoolDisk::Found::File> files;
    for (int i = 0; i < 30; ++i) {
        disk.sync();
        const SpoolDisk::Found more = disk.reread();
        files.insert(files.end(), more.files.begin(), more.files.end());
    }
    return files;
}

constexpr const char* file_1 = "00000000000000000001.seg";
constexpr const char* file_3 = "00000000000000000003.seg";
constexpr const char* file_6 = "00000000000000000006.seg";

} // namespace

TEST_CASE("a file that cannot be read at a start is found once it can", "[spool]")
{
    SimDisk folder{1};
    {
        SpoolDisk disk{folder};
        opened(disk);
        write_segment(disk, Seq{1}, Seq{3});
        write_segment(disk, Seq{4}, Seq{6});
        disk.sync();
    }
    folder.release();
    bool fails = true;
    folder.set_hook([&](Call call, const std::string& name) {
        const bool is_first = name == "00000000000000000001.seg";
        return call == Call::read && is_first && fails ? world::disk_error(EIO)
                                                       : boost::system::error_code{};
    });
    SpoolDisk disk{folder};
    const SpoolDisk::Found found = opened(disk);
    REQUIRE(found.damage.size() == 1);
    CHECK_THAT(found.damage[0], Catch::EndsWith("tried again from time to time"));
    CHECK(found.next > Seq{6}); // whatever it holds
    REQUIRE(found.files.size() == 1);
    CHECK(found.files[0].last.segment == Seq{4});

    const auto sync_for_long = [&disk] {
        std::vector<SpoolDisk::Found::File> files;
        for (int i = 0; i < 30; ++i) {
            disk.sync();
            const SpoolDisk::Found more = disk.reread();
            CHECK(more.damage.empty());
            files.insert(files.end(), more.files.begin(), more.files.end());
        }
        return files;
    };
    CHECK(sync_for_long().empty());
    fails = false;
    const std::vector<SpoolDisk::Found::File> later = sync_for_long();

    REQUIRE(later.size() == 1);
    CHECK(later[0].last.seq == Seq{3});
    CHECK(later[0].last.epoch == test::epoch);
    check_all_there(disk, Seq{1}, Seq{6});
    disk.remove(Seq{1});
    CHECK(names(folder).size() == 1);
}

TEST_CASE("what lacks the beginning of its segment waits for it", "[spool]")
{
    SimDisk folder{1};
    const std::vector<SealedBatch> batches = batches_of(Seq{1}, Seq{5});
    put(folder, file_1, {batches.begin(), batches.begin() + 3});
    put(folder, file_3, {batches.begin() + 2, batches.end()});
    bool fails = true;
    break_reads(folder, fails, {file_1});
    SpoolDisk disk{folder};
    CHECK(opened(disk).files.empty());
    fails = false;

    const auto files = reread_for_long(disk);
    REQUIRE(files.size() == 2);
    CHECK(files[0].last.segment == Seq{1});
    CHECK(files[1].last.segment == Seq{1});
    check_all_there(disk, Seq{1}, Seq{5});
}

TEST_CASE("what waits for its beginning costs no later file", "[spool]")
{
    SimDisk folder{1};
    const std::vector<SealedBatch> batches = batches_of(Seq{1}, Seq{5});
    put(folder, file_1, {batches.begin(), batches.begin() + 2});
    put(folder, file_3, {batches.begin() + 2, batches.end()});
    put(folder, file_6, batches_of(Seq{6}, Seq{7}));
    bool fails = true;
    break_reads(folder, fails, {file_1, file_6});
    SpoolDisk disk{folder};
    CHECK(opened(disk).files.empty());
    fails = false;

    CHECK(reread_for_long(disk).size() == 3);
    check_all_there(disk, Seq{1}, Seq{7});
}

TEST_CASE("the beginning of a segment stays while the rest cannot be read", "[spool]")
{
    SimDisk folder{1};
    const std::vector<SealedBatch> batches = batches_of(Seq{1}, Seq{5});
    put(folder, file_1, {batches.begin(), batches.begin() + 2});
    put(folder, file_3, {batches.begin() + 2, batches.end()});
    bool fails = true;
    break_reads(folder, fails, {file_3});
    SpoolDisk disk{folder};
    CHECK(opened(disk).files.size() == 1);
    disk.remove(Seq{1}); // what is known of it has been told
    fails = false;

    CHECK(reread_for_long(disk).size() == 1);
    check_all_there(disk, Seq{1}, Seq{5});
    disk.remove(Seq{1});
    CHECK(names(folder).empty());
}

} // namespace unread_files_test
