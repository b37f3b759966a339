#include "agent/io/learnt_file.hpp"
#include "tests/io/folder.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace learnt_file_test {

using namespace hallmonitor::agent;
using hallmonitor::test::Folder;
namespace fs = std::filesystem;

namespace {

LearntDevices one_device(unsigned repetitions)
{
    Learnt learnt{.identity = 7, .objects_at_once = 8, .names = {}, .counters = {}, .facts = {}};
    learnt.names.repetitions = repetitions;
    return {{"sw-1", learnt}};
}

std::string text_of(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("what devices have taught outlives the agent, written by the disk thread", "[io]")
{
    const Folder folder;
    const std::string path = folder.path() + "/learnt.yaml";
    boost::asio::io_context disk;
    LearntFile file{path, disk.get_executor()};
    CHECK(file.read().empty());

    file.write(one_device(20));
    CHECK(!fs::exists(path)); // the loop has not waited
    disk.run();

    LearntFile after{path, disk.get_executor()};
    CHECK(after.read() == one_device(20));
    CHECK(!fs::exists(path + ".new"));
}

TEST_CASE("the file is written only when something has changed", "[io]")
{
    const Folder folder;
    const std::string path = folder.path() + "/learnt.yaml";
    boost::asio::io_context disk;
    LearntFile file{path, disk.get_executor()};
    file.write(one_device(20));
    CHECK(disk.run() == 1);
    disk.restart();

    file.write(one_device(20));
    CHECK(disk.run() == 0);
    disk.restart();
    file.write(one_device(30));
    CHECK(disk.run() == 1);
    CHECK(file.read() == one_device(30));
}

TEST_CASE("a disk that refuses leaves the file as it was, and is tried again", "[io]")
{
    const Folder folder;
    const std::string path = folder.path() + "/learnt.yaml";
    boost::asio::io_context disk;
    LearntFile file{path, disk.get_executor()};
    file.write(one_device(20));
    disk.run();
    const std::string before = text_of(path);
    fs::create_directory(path + ".new"); // cannot be written to
    file.write(one_device(30));
    disk.restart();
    disk.run();
    CHECK(text_of(path) == before);

    fs::remove(path + ".new");
    file.write(one_device(30));
    disk.restart();
    CHECK(disk.run() == 1);

    CHECK(file.read() == one_device(30));
}

TEST_CASE("a file that is damaged or newer is passed over", "[io]")
{
    const Folder folder;
    const std::string path = folder.path() + "/learnt.yaml";
    boost::asio::io_context disk;
    const LearntFile file{path, disk.get_executor()};

    std::ofstream{path} << "version: 1\ndevices:\n  - device: sw-1\n    ident";
    CHECK(file.read().empty());
    std::ofstream{path} << "version: 7\ntables: {}\n";
    CHECK(file.read().empty());
    std::ofstream{path} << "version: 1\n" << std::string(5'000'000, '#');
    CHECK(file.read().empty());
}

} // namespace learnt_file_test
