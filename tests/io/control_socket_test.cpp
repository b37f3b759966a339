// The Unix socket from both ends: the server's file and the command line's client.

#include "collector/io/control_client.hpp"
#include "tests/io/http_client.hpp"

#include <boost/json/object.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace control_socket_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder()
    {
        std::string pattern = (fs::temp_directory_path() / "control-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string socket() const { return path / "control.sock"; }
    fs::path path;
};

Task<HttpResponse> handler(HttpRequest request)
{
    if (request.path == "/text") co_return HttpResponse{.body = "no JSON"};
    if (request.path == "/bad") co_return problem_response(400, "Since must be a span.");
    co_return HttpResponse{
        .content_type = "application/json",
        .body = R"({"path":")" + request.path + R"(","site":")" + request.query["site"] + R"("})"};
}

bool listens(Served& served, const std::string& path, std::string& problem)
{
    return served.server().listen_unix(path, problem).has_value();
}

} // namespace

TEST_CASE("the client gets a document over the control socket", "[http]")
{
    const Folder folder;
    Served served{handler};
    std::string problem;
    REQUIRE(listens(served, folder.socket(), problem));
    served.start();

    const auto document =
        ask_collector(folder.socket(), "/x?site=" + escape_query("Größe & co"), problem);

    REQUIRE(document);
    CHECK(document->at("path") == "/x");
    CHECK(document->at("site") == "Größe & co");
}

TEST_CASE("the control socket is for its owner and group alone", "[http]")
{
    const Folder folder;
    Served served{handler};
    std::string problem;
    REQUIRE(listens(served, folder.socket(), problem));

    struct stat found {};
    REQUIRE(stat(folder.socket().c_str(), &found) == 0);
    CHECK((found.st_mode & 07777U) == 0660U);
}

TEST_CASE("a socket that a killed collector left is replaced, and removed at the end", "[http]")
{
    const Folder folder;
    std::string problem;
    {
        Served killed{handler};
        REQUIRE(listens(killed, folder.socket(), problem));
        fs::rename(folder.socket(), folder.path / "kept");
    }
    fs::rename(folder.path / "kept", folder.socket());
    {
        Served served{handler};
        CHECK(listens(served, folder.socket(), problem));
        served.start();
        CHECK(ask_collector(folder.socket(), "/x", problem));
    }
    CHECK_FALSE(fs::exists(folder.socket()));
}

TEST_CASE("a second collector leaves the first one's socket alone", "[http]")
{
    const Folder folder;
    Served first{handler};
    std::string problem;
    REQUIRE(listens(first, folder.socket(), problem));
    first.start();
    Served second{handler};

    CHECK_FALSE(listens(second, folder.socket(), problem));

    CHECK_THAT(problem, Contains("another collector answers"));
    CHECK(ask_collector(folder.socket(), "/x", problem));
}

TEST_CASE("a file that is no socket is never removed", "[http]")
{
    const Folder folder;
    std::ofstream{folder.socket()} << "precious";
    Served served{handler};
    std::string problem;

    CHECK_FALSE(listens(served, folder.socket(), problem));

    CHECK_THAT(problem, Contains("is no socket"));
    CHECK(fs::file_size(folder.socket()) == 8);
}

TEST_CASE("a path too long for a socket is told before it is tried", "[http]")
{
    Served served{handler};
    std::string problem;

    CHECK_FALSE(listens(served, "/tmp/" + std::string(120, 'x'), problem));

    CHECK_THAT(problem, Contains("longer than"));
}

TEST_CASE("each failure of the client is a sentence with a remedy", "[http]")
{
    const Folder folder;
    Served served{handler};
    std::string problem;
    REQUIRE(listens(served, folder.socket(), problem));
    served.start();

    CHECK_FALSE(ask_collector((folder.path / "absent").string(), "/x", problem));
    CHECK_THAT(problem, Contains("absent") && Contains("is it running"));
    CHECK_FALSE(ask_collector(folder.socket(), "/text", problem));
    CHECK_THAT(problem, Contains("no JSON"));
    CHECK_FALSE(ask_collector(folder.socket(), "/bad", problem));
    CHECK(problem == "Since must be a span.");
    CHECK_FALSE(ask_collector("/tmp/" + std::string(120, 'x'), "/x", problem));
    CHECK_THAT(problem, Contains("too long"));
}

} // namespace control_socket_test
