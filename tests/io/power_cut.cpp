#include "tests/io/power_cut.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <vector>

namespace hallmonitor::test {
namespace {

namespace fs = std::filesystem;

struct stat facts_of(const std::string& path)
{
    struct stat facts {};
    static_cast<void>(::stat(path.c_str(), &facts));
    return facts;
}

std::vector<char> content_of(const std::string& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

agent::DiskCalls PowerCut::calls()
{
    agent::DiskCalls calls;
    calls.pwritev = [this](int fd, const iovec* parts, int count, off_t offset) -> ssize_t {
        if (strikes(20)) {
            errno = ENOSPC;
            return -1;
        }
        return ::pwritev(fd, parts, strikes(20) ? 1 : count, offset);
    };
    calls.fdatasync = [this](int fd) {
        struct stat facts {};
        ::fstat(fd, &facts);
        const auto size = static_cast<std::uint64_t>(facts.st_size);
        Survival& survival = files_[facts.st_ino];
        const std::uint64_t before = std::exchange(survival.synced_bytes, size);
        if (!strikes(10)) return 0;
        survival.forgotten.emplace_back(before, size); // and the next one says that all is well
        errno = EIO;
        return -1;
    };
    calls.fsync_folder = [this](int) {
        if (strikes(10)) {
            errno = EIO;
            return -1;
        }
        for (const auto& entry : fs::directory_iterator{folder_})
            files_[facts_of(entry.path()).st_ino].is_named = true;
        return 0;
    };
    calls.unlink = [this](const char* path) {
        files_.erase(facts_of(path).st_ino);
        return ::unlink(path);
    };
    return calls;
}

void PowerCut::copy_survivors(const std::string& to)
{
    for (const auto& entry : fs::directory_iterator{folder_}) {
        if (entry.path().extension() != ".seg") continue;
        const Survival survival = files_[facts_of(entry.path()).st_ino];
        if (!survival.is_named && strikes(2)) continue;
        std::vector<char> bytes = content_of(entry.path());
        const std::size_t sure = std::min<std::size_t>(survival.synced_bytes, bytes.size());
        const std::size_t unsure = bytes.size() - sure;
        bytes.resize(sure + (unsure == 0 ? 0 : random_() % (unsure + 1)));
        if (strikes(2))
            for (std::size_t i = sure; i < bytes.size(); ++i)
                if (strikes(8)) bytes[i] = 0;
        for (const auto& [begin, end] : survival.forgotten)
            for (std::size_t i = begin; i < std::min<std::size_t>(end, bytes.size()); ++i)
                bytes[i] = 0;
        std::ofstream out{fs::path{to} / entry.path().filename(), std::ios::binary};
        out.write(bytes.data(), std::ssize(bytes));
    }
}

} // namespace hallmonitor::test
