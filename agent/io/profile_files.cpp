#include "agent/io/profile_files.hpp"

#include "agent/facts/built_in_profiles.hpp"
#include "common/io/files.hpp"
#include "common/limits.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace hallmonitor::agent {
namespace {

namespace fs = std::filesystem;

struct FileText {
    std::string name;
    std::string file;
    std::string yaml;
};

/// The texts of files; what cannot be read is an error.
class Texts {
public:
    void add(const std::string& file, std::string name)
    {
        auto text = read_text_file(file, limits::config_file_bytes);
        if (!text) {
            errors.push_back(
                {.file = file, .message = "cannot read the profile: " + text.error().message()}
            );
            return;
        }
        kept_.push_back({std::move(name), file, std::move(*text)});
    }

    void add_folder(const std::string& folder)
    {
        std::error_code error;
        std::vector<fs::path> files;
        for (fs::recursive_directory_iterator at{folder, error}, end; !error && at != end;
             at.increment(error))
            if (at->path().extension() == ".yaml") files.push_back(at->path());
        if (error)
            errors.push_back(
                {.file = folder, .message = "cannot read the profiles: " + error.message()}
            );
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files)
            add(file.string(),
                file.lexically_relative(folder).replace_extension().generic_string());
    }

    [[nodiscard]] Loaded<std::shared_ptr<const Catalogue>> read() const
    {
        const auto built_in = built_in_profiles();
        std::vector<ProfileText> texts(built_in.begin(), built_in.end());
        for (const FileText& one : kept_)
            texts.push_back({one.name, one.file, one.yaml});
        auto loaded = Catalogue::read(texts);
        loaded.errors.insert(loaded.errors.begin(), errors.begin(), errors.end());
        if (!errors.empty()) loaded.config.reset();
        return loaded;
    }

    std::vector<ConfigError> errors;

private:
    std::deque<FileText> kept_;
};

} // namespace

Loaded<std::shared_ptr<const Catalogue>> load_catalogue(const std::string& folder)
{
    Texts texts;
    if (!folder.empty()) texts.add_folder(folder);
    return texts.read();
}

Loaded<std::shared_ptr<const Catalogue>> load_catalogue(
    const std::string& folder, const std::string& file
)
{
    Texts texts;
    if (!folder.empty()) texts.add_folder(folder);
    texts.add(file, file);
    return texts.read();
}

} // namespace hallmonitor::agent
