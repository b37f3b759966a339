#include "common/io/files.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace files_test {

using namespace hallmonitor;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone after the test.
class Folder {
public:
    Folder()
    {
        std::string name = fs::temp_directory_path() / "hallmonitor-files-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }

    [[nodiscard]] std::string write(const std::string& text, unsigned mode) const
    {
        auto file = (path_ / "file").string();
        std::ofstream{file} << text;
        REQUIRE(::chmod(file.c_str(), mode) == 0);
        return file;
    }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    fs::path path_;
};

std::string problem(const SecretLookup& lookup)
{
    return std::get<SecretProblem>(lookup).message;
}

} // namespace

TEST_CASE("a file is read whole, up to its limit", "[io]")
{
    const Folder folder;
    const auto file = folder.write("hello\n", 0644);

    CHECK(read_text_file(file, 6).value() == "hello\n");
    CHECK(read_text_file(file, 5).error() == Errc::too_large);
    CHECK(read_text_file(file + ".absent", 5).error().value() == ENOENT);
    CHECK(read_text_file(folder.path(), 5).error().value() == EISDIR);
}

TEST_CASE("whether others may read a file is told, with what to do", "[io]")
{
    const Folder folder;
    const auto file = folder.write("", 0640);

    CHECK_THAT(exposure_of(file).value(), Catch::Contains("(mode 0640); run chmod 600 " + file));
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    CHECK_FALSE(exposure_of(file));
    CHECK_FALSE(exposure_of(folder.path()));
    CHECK_FALSE(exposure_of(file + ".absent"));
}

TEST_CASE("the secret of a closed file comes without its newline", "[io]")
{
    const Folder folder;

    CHECK(std::get<std::string>(system_secrets().file(folder.write("s3cret\n", 0600))) == "s3cret");
    CHECK(std::get<std::string>(system_secrets().file(folder.write("s3cret", 0400))) == "s3cret");
}

TEST_CASE("a secret that others may read is refused with the remedy", "[io]")
{
    const Folder folder;
    const auto file = folder.write("s3cret\n", 0640);

    const auto lookup = system_secrets().file(file);

    CHECK(
        problem(lookup) == file + " is open to group or others (mode 0640); run chmod 600 " + file
    );
}

TEST_CASE("a secret is a regular file that exists", "[io]")
{
    const Folder folder;
    const auto fifo = folder.path() + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);

    CHECK(problem(system_secrets().file(fifo)) == fifo + " is not a regular file");
    CHECK(
        problem(system_secrets().file("/absent/file")) ==
        "/absent/file cannot be opened: No such file or directory"
    );
}

TEST_CASE("a secret may be an environment variable", "[io]")
{
    ::setenv("HALLMONITOR_TEST_SECRET", "s3cret", 1);

    CHECK(
        std::get<std::string>(system_secrets().environment("HALLMONITOR_TEST_SECRET")) == "s3cret"
    );
    CHECK(
        problem(system_secrets().environment("HALLMONITOR_TEST_ABSENT")) ==
        "the environment variable 'HALLMONITOR_TEST_ABSENT' is not set"
    );
}

} // namespace files_test
