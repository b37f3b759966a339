#pragma once
// A folder of the file system for the spool. Every call may wait for the disk.

#include "agent/io/file_handle.hpp"
#include "agent/spool/disk.hpp"

namespace hallmonitor::agent {

class PosixDisk final : public Disk {
public:
    explicit PosixDisk(std::string directory) : directory_(std::move(directory)) {}

    [[nodiscard]] Result<void> lock(std::string& problem) override;
    [[nodiscard]] std::string path() const override { return directory_; }
    [[nodiscard]] Result<std::vector<std::string>> names() const override;
    [[nodiscard]] Result<std::unique_ptr<DiskFile>> open(const std::string& name, Mode mode)
        override;
    [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] Result<void> unlink(const std::string& name) override;
    [[nodiscard]] Result<void> sync_names() override;

private:
    [[nodiscard]] std::string path_of(const std::string& name) const
    {
        return directory_ + "/" + name;
    }

    std::string directory_;
    FileHandle lock_;
    FileHandle folder_;
};

} // namespace hallmonitor::agent
