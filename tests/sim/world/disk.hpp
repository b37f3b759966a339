#pragma once
// A disk in memory that fails and forgets as real ones do: a folder of files, each with what it
// says now and what would be left of it by a power cut.
//
// The model, from fsync(2) and what file systems were seen to do: octets written since the last
// sync of a file survive a cut sector by sector or not at all, and a file may be longer than what
// was written of it, with zeros. Names made, moved or unlinked since the names were synced may be
// there or not. A sync that fails forgets its octets: they are read back until the cut, count as
// clean and are gone after it.

#include "agent/spool/disk.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace hallmonitor::world {

/// Thrown out of a disk call: the process ends there.
struct Killed {};

class SimDisk final : public agent::Disk {
public:
    enum class Call : std::uint8_t {
        create,
        open,
        read,
        write,
        truncate,
        sync,
        rename,
        unlink,
        sync_names,
    };
    /// Asked before each call with the file's name; what it gives is the call's error. May throw
    /// Killed.
    using Hook = std::function<boost::system::error_code(Call, const std::string& name)>;

    explicit SimDisk(std::uint64_t seed) : random_(seed) {}

    [[nodiscard]] Result<void> lock(std::string& problem) override;
    [[nodiscard]] std::string path() const override { return "/spool"; }
    [[nodiscard]] Result<std::vector<std::string>> names() const override;
    [[nodiscard]] Result<std::unique_ptr<agent::DiskFile>> open(const std::string& name, Mode mode)
        override;
    [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] Result<void> unlink(const std::string& name) override;
    [[nodiscard]] Result<void> sync_names() override;

    void set_hook(Hook hook) { hook_ = std::move(hook); }
    /// Octets that all files together may have; what does not fit is written as far as it goes.
    void set_capacity(std::uint64_t octets) { capacity_ = octets; }
    /// From now on a sync does nothing, and says that all is well.
    void lie_about_syncs() { lies_ = true; }
    /// Nobody has locked it any more.
    void release() { is_locked_ = false; }
    /// The same files, under another chance, without hook and lock.
    [[nodiscard]] std::unique_ptr<SimDisk> copy(std::uint64_t seed) const;
    /// What was not synced is lost, or not, as chance has it.
    void cut_power();
    /// One bit of a file is another from now on. Gives the file's name; empty where there is none.
    std::string flip_a_bit();

    /// Of all files there are.
    [[nodiscard]] std::uint64_t used() const;

    struct Range {
        std::uint64_t from{0};
        std::uint64_t to{0};
    };
    struct File {
        std::vector<std::byte> bytes;
        std::uint64_t synced{0};     // octets below it are as a cut leaves them
        std::vector<std::byte> past; // what the disk has from there on
        std::vector<Range> forgotten;
    };

private:
    class Open;
    using Files = std::map<std::string, std::shared_ptr<File>>;

    [[nodiscard]] boost::system::error_code ask(Call call, const std::string& name) const;
    [[nodiscard]] bool happens(unsigned one_in) { return random_() % one_in == 0; }
    void tear(File& file);

    Files files_;
    Files synced_; // names as a cut would leave them, if it took all that came after
    Hook hook_;
    std::uint64_t capacity_{~std::uint64_t{0}};
    bool is_locked_{false};
    bool lies_{false};
    std::mt19937_64 random_;
};

/// An error of the file system, by its errno.
[[nodiscard]] boost::system::error_code disk_error(int number);

} // namespace hallmonitor::world
