#include "tests/tidy/rules.hpp"

#include "tests/tidy/homes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string_view>

namespace hallmonitor::tidy {
namespace {

std::string offence(const SourceFile& file, std::size_t line, const std::string& what)
{
    return file.path + ":" + std::to_string(line) + ": " + what;
}

struct Include {
    std::size_t line;
    std::string path;
    bool is_ours; // in quotes
};

std::vector<Include> includes_of(const SourceFile& file)
{
    static const std::regex pattern{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"};
    std::vector<Include> includes;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        std::smatch match;
        if (std::regex_search(file.lines[i], match, pattern))
            includes.push_back({i + 1, match[2].str(), match[1].str() == "\""});
    }
    return includes;
}

// What each stage may include beside itself, its daemon's configuration and common/.
const std::map<std::string_view, std::set<std::string_view>>& stages()
{
    static const std::map<std::string_view, std::set<std::string_view>> table{
        {"agent/snmp", {}},
        {"agent/host", {}},
        {"agent/probe", {}},
        {"agent/profile", {"agent/snmp"}},
        {"agent/facts", {"agent/snmp", "agent/profile"}},
        {"agent/poll", {"agent/snmp", "agent/profile", "agent/facts", "agent/probe"}},
        {"agent/inspect", {"agent/snmp", "agent/profile", "agent/facts", "agent/poll"}},
        {"agent/spool", {}},
        {"agent/uplink", {"agent/spool"}},
        {"collector/ingest", {"collector/store"}},
        {"collector/store", {}},
        {"collector/health", {"collector/store"}},
        {"collector/expose", {"collector/health", "collector/store"}},
        {"collector/remote", {"collector/health", "collector/store", "collector/expose"}},
        {"collector/report", {"collector/health", "collector/store", "collector/expose"}},
        {"common/model", {}},
        {"common/config", {}},
        {"common/wire", {"common/model"}},
        {"common/report", {}},
    };
    return table;
}

std::string_view part_of(std::string_view path)
{
    return path.substr(0, path.find('/'));
}

// Why a product file may not include another; empty when it may.
std::optional<std::string> layer_fault(std::string_view from, std::string_view to)
{
    const std::string_view part = part_of(from);
    const std::string_view other = part_of(to);
    if (other == "tests") return "the product never includes its tests";
    if (part == "common" && other != "common") return "common/ knows no daemon";
    if (part != other && other != "common") return "agent/ and collector/ meet only in common/";
    if (may_touch_the_world(from)) return std::nullopt;
    if (may_touch_the_world(to)) return "logic never includes an io/ folder: turn it round";
    const std::string_view own = folder_of(from);
    const std::string_view target = folder_of(to);
    // A part's own files (config.hpp, time.hpp) are vocabulary of all its folders.
    if (own == target || target == other) return std::nullopt;
    if (own == part) {
        // The part's own files in turn stand on common's folders, nothing else.
        return other == "common" && part != "common"
                   ? std::nullopt
                   : std::optional<std::string>{"vocabulary stands on no stage"};
    }
    if (other == "common" && part != "common") return std::nullopt;
    const auto allowed = stages().find(own);
    if (allowed == stages().end())
        return "folder " + std::string{own} + " has no row in stages() of tests/tidy/rules.cpp";
    if (allowed->second.contains(target)) return std::nullopt;
    return std::string{own} + " may not include " + std::string{target} +
           ": a stage knows only those before it";
}

struct Worldly {
    std::regex pattern;
    const char* what;
};

const std::vector<Worldly>& worldly()
{
    static const std::vector<Worldly> list{
        {std::regex{R"((system|steady|high_resolution|utc)_clock::now)"}, "reads a clock"},
        {std::regex{R"(\b(gettimeofday|clock_gettime)\s*\(|\bstd::(time|clock)\s*\()"},
         "reads a clock"},
        {std::regex{R"(\b(secure_)?getenv\s*\()"}, "reads the environment"},
        {std::regex{R"(\b(fopen|freopen|mkstemp|tmpfile)\s*\(|std::[io]?fstream\b)"},
         "opens a file"},
        {std::regex{R"(\bstd::(cout|cerr|clog|cin)\b|\b(printf|puts|putchar)\s*\()"}, "prints"},
        {std::regex{R"(\brandom_device\b|\bgetrandom\s*\()"}, "draws from the system's randomness"},
        {std::regex{R"(\b(sleep_for|sleep_until|usleep|nanosleep)\s*\()"}, "waits"},
        {std::regex{R"(\bstd::(thread|mutex|async)\b)"}, "makes threads"},
    };
    return list;
}

std::string without_comment(const std::string& line)
{
    return line.substr(0, line.find("//"));
}

} // namespace

Offences layer_offences(const SourceFile& file)
{
    Offences found;
    for (const Include& include : includes_of(file)) {
        if (!include.is_ours) continue;
        if (part_of(file.path) == "tests") continue;
        if (const auto fault = layer_fault(file.path, include.path))
            found.push_back(offence(file, include.line, "includes " + include.path + ": " + *fault)
            );
    }
    return found;
}

Offences home_offences(const SourceFile& file)
{
    Offences found;
    for (const Include& include : includes_of(file)) {
        if (include.is_ours) continue;
        const Home* home = home_of(include.path);
        if (home == nullptr || is_at_home(*home, file.path)) continue;
        found.push_back(
            offence(file, include.line, "includes " + include.path + ": its home is " + home->where)
        );
    }
    return found;
}

Offences world_offences(const SourceFile& file)
{
    Offences found;
    if (part_of(file.path) == "tests" || may_touch_the_world(file.path)) return found;
    // A broken invariant is told on stderr before the process ends.
    if (file.path == "common/check.hpp") return found;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string code = without_comment(file.lines[i]);
        for (const Worldly& one : worldly())
            if (std::regex_search(code, one.pattern))
                found.push_back(offence(
                    file,
                    i + 1,
                    std::string{one.what} + ": that belongs into an io/ folder or main.cpp"
                ));
    }
    return found;
}

Offences await_offences(const SourceFile& file)
{
    static const std::regex condition{
        R"(\b(if|while|for|switch)\s*\(([^()]|\([^()]*\))*\bco_await\b)"};
    Offences found;
    if (file.path.find("/io/") == std::string::npos) return found;
    for (std::size_t i = 0; i < file.lines.size(); ++i)
        if (std::regex_search(without_comment(file.lines[i]), condition))
            found.push_back(
                offence(file, i + 1, "co_await in a condition: await into a local first")
            );
    return found;
}

Offences text_offences(const SourceFile& file)
{
    constexpr std::size_t most_lines = 400;
    static const std::regex todo{"\\b(TO"
                                 "DO|FIX"
                                 "ME|XX"
                                 "X)\\b(?!\\(#[0-9]+\\))"};
    static const std::regex machine{"(^|[^\\w.])/(work|home|root)/\\w"};
    Offences found;
    if (file.lines.size() > most_lines)
        found.push_back(
            offence(file, most_lines + 1, "longer than 400 lines: which concept hides in it?")
        );
    const bool is_header = file.path.ends_with(".hpp");
    if (is_header && (file.lines.empty() || file.lines.front() != "#pragma once"))
        found.push_back(offence(file, 1, "a header begins with #pragma once"));
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string& line = file.lines[i];
        if (line.ends_with(' ') || line.ends_with('\t') || line.ends_with('\r'))
            found.push_back(offence(file, i + 1, "white space at the end of the line"));
        if (std::regex_search(line, todo))
            found.push_back(offence(
                file,
                i + 1,
                "unfinished work needs the number of an issue, as in TO"
                "DO(#12)"
            ));
        if (std::regex_search(line, machine))
            found.push_back(offence(file, i + 1, "a path of one machine"));
    }
    return found;
}

} // namespace hallmonitor::tidy
