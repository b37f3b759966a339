#include "tests/tidy/homes.hpp"

#include "tests/tidy/tree.hpp"

#include <algorithm>

namespace hallmonitor::tidy {
namespace {

constexpr auto any_io = "*/io/";

// The longest beginning that matches a header decides. Tests are free.
const std::vector<Home>& homes()
{
    static const std::vector<Home> list{
        {"net-snmp/", {"agent/io/mib_reader.cpp"}, "agent/io/mib_reader.cpp and tests"},
        {"yaml-cpp/", {"common/config/"}, "common/config/"},
        {"protozero/", {"common/wire/"}, "common/wire/"},
        {"snappy", {"collector/remote/write_request.cpp"}, "collector/remote/write_request.cpp"},
        {"zstd", {"common/wire/"}, "common/wire/"},
        {"sqlite3", {"collector/io/sqlite."}, "collector/io/sqlite.*"},
        {"openssl/",
         {"common/io/tls", "collector/io/ca", "agent/snmp/usm_crypto."},
         "common/io/tls*, collector/io/ca* and agent/snmp/usm_crypto.cpp"},
        {"prometheus/", {"collector/expose/self_metrics.cpp"}, "collector/expose/self_metrics.cpp"},
        {"zlib", {"collector/expose/gzip.cpp"}, "collector/expose/gzip.cpp"},
        {"spdlog/", {"common/io/log.cpp"}, "common/io/log.cpp"},
        {"CLI/", {"agent/main.cpp", "collector/main.cpp"}, "the two main.cpp"},
        {"boost/json/",
         {"collector/report/",
          "collector/io/",
          "agent/inspect/",
          "agent/io/inspect_run.cpp",
          "common/report/",
          "common/json_impl.cpp"},
         "report/, inspect and collector/io/"},
        {"boost/asio/", {any_io}, "io/ folders"},
        {"boost/beast/", {any_io}, "io/ folders"},
        // The kernel's sockets, files and processes. Its message layouts (rtnetlink, ethtool) are
        // only bytes and are read by logic.
        {"netinet/", {any_io, "agent/snmp/peer"}, "io/ folders"},
        {"arpa/", {any_io, "agent/snmp/peer", "common/config/values.cpp"}, "io/ folders"},
        {"netdb.h", {any_io}, "io/ folders"},
        {"sys/", {any_io}, "io/ folders"},
        {"sys/types.h", {""}, "anywhere"},
        {"sys/socket.h", {any_io, "agent/snmp/peer"}, "io/ folders"},
        {"unistd.h", {any_io}, "io/ folders"},
        {"fcntl.h", {any_io}, "io/ folders"},
        {"poll.h", {any_io}, "io/ folders"},
        {"fstream", {any_io}, "io/ folders"},
        {"filesystem", {any_io, "common/config/values.cpp"}, "io/ folders"},
        {"iostream", {any_io}, "io/ folders and main.cpp"},
        {"thread", {any_io}, "io/ folders"},
        {"mutex", {any_io}, "io/ folders"},
    };
    return list;
}

} // namespace

const Home* home_of(std::string_view header)
{
    const Home* best = nullptr;
    for (const Home& home : homes()) {
        const bool is_whole =
            home.headers.ends_with('/') || header == home.headers || header == home.headers + ".h";
        if (!is_whole || !header.starts_with(home.headers)) continue;
        if (best == nullptr || home.headers.size() > best->headers.size()) best = &home;
    }
    return best;
}

bool is_at_home(const Home& home, std::string_view path)
{
    // A test may hold a library against what we made of it.
    if (is_below(path, "tests")) return true;
    return std::any_of(home.files.begin(), home.files.end(), [&](const std::string& place) {
        return place == any_io ? may_touch_the_world(path) : path.starts_with(place);
    });
}

} // namespace hallmonitor::tidy
