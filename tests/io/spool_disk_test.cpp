#include "agent/io/posix_disk.hpp"
#include "agent/spool/spool_disk.hpp"
#include "tests/agent/spool/spool_files.hpp"
#include "tests/io/folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace spool_disk_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::test;
using hallmonitor::test::Folder;
namespace fs = std::filesystem;

namespace {

struct Opened {
    std::unique_ptr<PosixDisk> folder;
    std::unique_ptr<SpoolDisk> disk;
    SpoolDisk::Found found;
};

Opened open_spool(const std::string& folder)
{
    Opened opened;
    opened.folder = std::make_unique<PosixDisk>(folder);
    opened.disk = std::make_unique<SpoolDisk>(*opened.folder);
    std::string problem;
    auto found = opened.disk->open(problem);
    INFO(problem);
    REQUIRE(found.has_value());
    opened.found = std::move(*found);
    return opened;
}

void write_segment(SpoolDisk& disk, Seq first, Seq last)
{
    for (SealedBatch& batch : batches_of(first, last))
        disk.write(std::move(batch));
}

std::vector<Seq> readable(const SpoolDisk& disk, Seq first, Seq last)
{
    std::vector<Seq> seqs;
    for (Seq seq = first; seq <= last; seq = next(seq))
        if (disk.read(seq)) seqs.push_back(seq);
    return seqs;
}

std::string segment_path(const std::string& folder, int first)
{
    std::string digits = std::to_string(first);
    return folder + "/" + std::string(20 - digits.size(), '0') + digits + ".seg";
}

void flip(const std::string& path, std::uint64_t offset)
{
    std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
    file.seekg(static_cast<std::streamoff>(offset));
    const int octet = file.get();
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(octet ^ 1));
}

} // namespace

TEST_CASE("what was written and synced is there after a kill", "[spool]")
{
    const Folder folder;
    Opened first = open_spool(folder.path() + "/spool");
    CHECK(first.found.next == Seq{1});
    write_segment(*first.disk, Seq{1}, Seq{3});
    write_segment(*first.disk, Seq{4}, Seq{5});
    first.disk->sync();
    CHECK(first.disk->durable() == Seq{5});
    CHECK_FALSE(first.disk->has_pending());

    // A kill runs no destructor: the copy is what another life would find.
    fs::copy(folder.path() + "/spool", folder.path() + "/copy");
    const Opened second = open_spool(folder.path() + "/copy");

    CHECK(second.found.next == Seq{6});
    CHECK(second.found.damage.empty());
    REQUIRE(second.found.files.size() == 2);
    CHECK(second.found.files[0].last == BatchId{epoch, Seq{3}, Seq{1}});
    CHECK(second.found.files[1].last == BatchId{epoch, Seq{5}, Seq{4}});
    REQUIRE(second.found.newest_segment.size() == 2);
    CHECK(second.found.newest_segment[1] == batch_of(Seq{5}, Seq{4}).bytes);
    CHECK(second.disk->read(Seq{2}).value() == batch_of(Seq{2}, Seq{1}).bytes);
    CHECK(second.disk->read(Seq{6}).error() == Errc::not_found);
}

TEST_CASE("folder and files are closed to others", "[spool]")
{
    const Folder folder;
    const std::string path = folder.path() + "/state/spool";
    Opened opened = open_spool(path);
    write_segment(*opened.disk, Seq{1}, Seq{1});
    const auto mode_of = [](const std::string& name) {
        struct stat facts {};
        REQUIRE(::stat(name.c_str(), &facts) == 0);
        return facts.st_mode & 0777U;
    };

    CHECK(mode_of(path) == 0700);
    CHECK(mode_of(segment_path(path, 1)) == 0600);
    CHECK(mode_of(path + "/lock") == 0600);
}

TEST_CASE("two agents cannot share a folder", "[spool]")
{
    const Folder folder;
    const Opened first = open_spool(folder.path());

    PosixDisk same{folder.path()};
    SpoolDisk second{same};
    std::string problem;

    CHECK_FALSE(second.open(problem).has_value());
    CHECK_THAT(problem, Catch::Contains("another agent is using spool folder " + folder.path()));
}

TEST_CASE("a folder that cannot be made is refused in one sentence", "[spool]")
{
    const Folder folder;
    std::ofstream{folder.path() + "/file"} << "x";
    PosixDisk there{folder.path() + "/file/spool"};
    SpoolDisk disk{there};
    std::string problem;

    CHECK_FALSE(disk.open(problem).has_value());
    CHECK_THAT(problem, Catch::StartsWith("cannot create spool folder " + folder.path()));
}

TEST_CASE("a torn tail is cut, named, and its numbers are not used again", "[spool]")
{
    const Folder folder;
    {
        Opened opened = open_spool(folder.path());
        write_segment(*opened.disk, Seq{1}, Seq{4});
        opened.disk->sync();
    }
    const std::string path = segment_path(folder.path(), 1);
    fs::resize_file(path, fs::file_size(path) - 1);

    const Opened opened = open_spool(folder.path());

    REQUIRE(opened.found.damage.size() == 1);
    CHECK_THAT(opened.found.damage[0], Catch::StartsWith(path + ": torn tail of "));
    CHECK(opened.found.files.at(0).last.seq == Seq{3});
    CHECK(opened.found.next > Seq{4});
    CHECK(opened.found.newest_segment.size() == 3);
    CHECK(fs::file_size(path) == opened.found.files[0].bytes);
}

TEST_CASE("damage in the middle is named and later batches are kept", "[spool]")
{
    const Folder folder;
    {
        Opened opened = open_spool(folder.path());
        write_segment(*opened.disk, Seq{1}, Seq{5});
        opened.disk->sync();
    }
    const std::string path = segment_path(folder.path(), 1);
    flip(path, fs::file_size(path) / 2);

    const Opened opened = open_spool(folder.path());

    REQUIRE(opened.found.damage.size() == 1);
    CHECK_THAT(opened.found.damage[0], Catch::Contains(path + ": octets "));
    CHECK(readable(*opened.disk, Seq{1}, Seq{5}) == std::vector<Seq>{{1}, {2}, {4}, {5}});
    CHECK(opened.found.next == Seq{6});
    CHECK(opened.found.newest_segment.empty());
}

TEST_CASE("a batch that rots under a running agent is refused, not sent", "[spool]")
{
    const Folder folder;
    Opened opened = open_spool(folder.path());
    write_segment(*opened.disk, Seq{1}, Seq{2});
    const std::string path = segment_path(folder.path(), 1);
    flip(path, fs::file_size(path) - 1);

    CHECK(opened.disk->read(Seq{1}).has_value());
    CHECK(opened.disk->read(Seq{2}).error() == Errc::checksum_mismatch);
}

TEST_CASE("a file without a good head is set aside and its numbers are passed over", "[spool]")
{
    const Folder folder;
    {
        Opened opened = open_spool(folder.path());
        write_segment(*opened.disk, Seq{1}, Seq{2});
        write_segment(*opened.disk, Seq{3}, Seq{9});
        opened.disk->sync();
    }
    const std::string path = segment_path(folder.path(), 3);
    flip(path, 10);

    const Opened opened = open_spool(folder.path());

    CHECK(fs::exists(path + ".damaged"));
    CHECK(opened.found.damage.size() == 1);
    CHECK(opened.found.files.size() == 1);
    CHECK(opened.found.newest_segment.size() == 2);
    CHECK(opened.found.next > Seq{9});
}

TEST_CASE("what a power cut leaves of a file just begun is cleared away", "[spool]")
{
    const Folder folder;
    {
        Opened opened = open_spool(folder.path());
        write_segment(*opened.disk, Seq{1}, Seq{2});
        opened.disk->sync();
    }
    std::ofstream{segment_path(folder.path(), 3)} << "HMSP";

    const Opened opened = open_spool(folder.path());

    CHECK_FALSE(fs::exists(segment_path(folder.path(), 3)));
    CHECK(opened.found.damage.empty());
    CHECK(opened.found.next == Seq{3});
    CHECK(opened.found.newest_segment.size() == 2);
}

TEST_CASE("a removed segment is gone from disk and index", "[spool]")
{
    const Folder folder;
    Opened opened = open_spool(folder.path());
    write_segment(*opened.disk, Seq{1}, Seq{2});
    write_segment(*opened.disk, Seq{3}, Seq{4});
    opened.disk->sync();

    opened.disk->remove(Seq{1});

    CHECK_FALSE(fs::exists(segment_path(folder.path(), 1)));
    CHECK(readable(*opened.disk, Seq{1}, Seq{4}) == std::vector<Seq>{{3}, {4}});
    CHECK(opened.disk->trouble().removals == 1);
}

TEST_CASE("only the newest damaged files are kept", "[spool]")
{
    const Folder folder;
    for (int first = 1; first <= 7; ++first)
        std::ofstream{segment_path(folder.path(), first) + ".damaged"} << "x";

    const Opened opened = open_spool(folder.path());

    CHECK_FALSE(fs::exists(segment_path(folder.path(), 3) + ".damaged"));
    CHECK(fs::exists(segment_path(folder.path(), 4) + ".damaged"));
}

} // namespace spool_disk_test
