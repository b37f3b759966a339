#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hallmonitor::tidy {

std::string_view folder_of(std::string_view path)
{
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

bool is_below(std::string_view path, std::string_view folder)
{
    return path == folder ||
           (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

bool may_touch_the_world(std::string_view path)
{
    return path.find("/io/") != std::string_view::npos || path.ends_with("/main.cpp");
}

SourceFile file_of(std::string path, std::string_view text)
{
    SourceFile file{.path = std::move(path), .lines = {}};
    std::istringstream in{std::string{text}};
    for (std::string line; std::getline(in, line);)
        file.lines.push_back(line);
    return file;
}

std::vector<SourceFile> read_tree(
    const std::string& root,
    const std::vector<std::string>& folders,
    const std::vector<std::string>& endings
)
{
    namespace fs = std::filesystem;
    std::vector<SourceFile> files;
    for (const auto& folder : folders) {
        for (const auto& entry : fs::recursive_directory_iterator{fs::path{root} / folder}) {
            const std::string ending = entry.path().extension().string();
            if (std::find(endings.begin(), endings.end(), ending) == endings.end()) continue;
            std::ifstream in{entry.path(), std::ios::binary};
            std::ostringstream text;
            text << in.rdbuf();
            files.push_back(file_of(fs::relative(entry.path(), root).generic_string(), text.str()));
        }
    }
    std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) {
        return a.path < b.path;
    });
    return files;
}

} // namespace hallmonitor::tidy
