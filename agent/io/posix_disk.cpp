#include "agent/io/posix_disk.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace hallmonitor::agent {
namespace {

boost::system::error_code last_system_error()
{
    return {errno, boost::system::system_category()};
}

Result<void> result_of(int status)
{
    if (status != 0) return last_system_error();
    return {};
}

iovec part_of(std::span<const std::byte> bytes)
{
    // pwritev reads only, but its type does not say so.
    return {const_cast<std::byte*>(bytes.data()), bytes.size()};
}

class PosixFile final : public DiskFile {
public:
    explicit PosixFile(FileHandle handle) : handle_(std::move(handle)) {}

    [[nodiscard]] Result<std::uint64_t> size() const override
    {
        struct stat facts {};
        if (::fstat(handle_.get(), &facts) != 0) return last_system_error();
        return static_cast<std::uint64_t>(facts.st_size);
    }

    [[nodiscard]] Result<std::vector<std::byte>> read(std::uint64_t offset, std::size_t size)
        const override
    {
        std::vector<std::byte> bytes(size);
        std::size_t got = 0;
        while (got < size) {
            const ssize_t count = ::pread(
                handle_.get(), bytes.data() + got, size - got, static_cast<off_t>(offset + got)
            );
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return last_system_error();
            if (count == 0) break;
            got += static_cast<std::size_t>(count);
        }
        bytes.resize(got);
        return bytes;
    }

    [[nodiscard]] Result<void> write(
        std::uint64_t offset, std::span<const std::byte> head, std::span<const std::byte> body
    ) override
    {
        const std::array<iovec, 2> parts{part_of(head), part_of(body)};
        const ssize_t written =
            ::pwritev(handle_.get(), parts.data(), 2, static_cast<off_t>(offset));
        if (written < 0) return last_system_error();
        if (static_cast<std::size_t>(written) == head.size() + body.size()) return {};
        // A short write: the rest did not fit.
        return boost::system::error_code{ENOSPC, boost::system::system_category()};
    }

    [[nodiscard]] Result<void> truncate(std::uint64_t size) override
    {
        return result_of(::ftruncate(handle_.get(), static_cast<off_t>(size)));
    }

    [[nodiscard]] Result<void> sync() override { return result_of(::fdatasync(handle_.get())); }

private:
    FileHandle handle_;
};

int flags_of(Disk::Mode mode)
{
    switch (mode) {
    case Disk::Mode::read: return O_RDONLY | O_CLOEXEC;
    case Disk::Mode::write: return O_RDWR | O_CLOEXEC;
    case Disk::Mode::create: return O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
    }
    return O_RDONLY | O_CLOEXEC;
}

} // namespace

Result<void> PosixDisk::lock(std::string& problem)
{
    const auto failed = [&](const std::string& what) {
        const auto error = last_system_error();
        problem = "cannot " + what + ": " + error.message();
        return error;
    };
    std::error_code made;
    std::filesystem::create_directories(std::filesystem::path{directory_}.parent_path(), made);
    if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST)
        return failed("create spool folder " + directory_);
    folder_ = FileHandle{::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder_.is_open()) return failed("open spool folder " + directory_);
    const std::string lock_path = path_of("lock");
    lock_ = FileHandle{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!lock_.is_open()) return failed("open " + lock_path);
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
    const auto error = failed("lock " + lock_path);
    if (error.value() == EWOULDBLOCK)
        problem = "another agent is using spool folder " + directory_ +
                  "; stop it, or give this one another state_directory";
    return error;
}

Result<std::vector<std::string>> PosixDisk::names() const
{
    const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir(directory_.c_str()), ::closedir};
    if (!folder) return last_system_error();
    std::vector<std::string> names;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): each stream has one reader
    while (const dirent* entry = ::readdir(folder.get()))
        names.emplace_back(entry->d_name);
    return names;
}

Result<std::unique_ptr<DiskFile>> PosixDisk::open(const std::string& name, Mode mode)
{
    FileHandle handle{::open(path_of(name).c_str(), flags_of(mode), 0600)};
    if (!handle.is_open()) return last_system_error();
    return std::unique_ptr<DiskFile>{std::make_unique<PosixFile>(std::move(handle))};
}

Result<void> PosixDisk::rename(const std::string& from, const std::string& to)
{
    return result_of(std::rename(path_of(from).c_str(), path_of(to).c_str()));
}

Result<void> PosixDisk::unlink(const std::string& name)
{
    return result_of(::unlink(path_of(name).c_str()));
}

Result<void> PosixDisk::sync_names()
{
    return result_of(::fsync(folder_.get()));
}

} // namespace hallmonitor::agent
