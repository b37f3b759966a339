#pragma once
// A folder for one test, gone after it.

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace hallmonitor::test {

class Folder {
public:
    Folder() : Folder(std::filesystem::temp_directory_path()) {}
    explicit Folder(const std::filesystem::path& parent)
    {
        std::string name = parent / "hallmonitor-test-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    /// In memory where there is such a file system: for tests with thousands of fsyncs.
    static std::filesystem::path memory()
    {
        const std::filesystem::path shared{"/dev/shm"};
        std::error_code ignored;
        return std::filesystem::is_directory(shared, ignored)
                   ? shared
                   : std::filesystem::temp_directory_path();
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace hallmonitor::test
