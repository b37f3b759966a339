#include "tests/sim/world/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <set>
#include <utility>

namespace hallmonitor::world {
namespace {

constexpr std::uint64_t sector = 512;

// The file is written from `at` on: below it, the disk has what it has.
void soil(SimDisk::File& file, std::uint64_t at)
{
    if (at >= file.synced) return;
    const auto from = file.bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto to =
        file.bytes.begin() +
        static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(file.synced, file.bytes.size()));
    std::vector<std::byte> past{from, to};
    past.insert(past.end(), file.past.begin(), file.past.end());
    file.past = std::move(past);
    file.synced = at;
}

} // namespace

boost::system::error_code disk_error(int number)
{
    return {number, boost::system::system_category()};
}

class SimDisk::Open final : public agent::DiskFile {
public:
    Open(SimDisk& disk, std::string name, std::shared_ptr<File> file)
        : disk_(disk), name_(std::move(name)), file_(std::move(file))
    {}

    [[nodiscard]] Result<std::uint64_t> size() const override { return file_->bytes.size(); }

    [[nodiscard]] Result<std::vector<std::byte>> read(std::uint64_t offset, std::size_t size)
        const override
    {
        if (const auto error = disk_.ask(Call::read, name_)) return error;
        const std::vector<std::byte>& bytes = file_->bytes;
        const std::uint64_t from = std::min<std::uint64_t>(offset, bytes.size());
        const std::uint64_t to = std::min<std::uint64_t>(from + size, bytes.size());
        return std::vector<std::byte>{
            bytes.begin() + static_cast<std::ptrdiff_t>(from),
            bytes.begin() + static_cast<std::ptrdiff_t>(to)};
    }

    [[nodiscard]] Result<void> write(
        std::uint64_t offset, std::span<const std::byte> head, std::span<const std::byte> body
    ) override
    {
        if (const auto error = disk_.ask(Call::write, name_)) return error;
        std::vector<std::byte> octets{head.begin(), head.end()};
        octets.insert(octets.end(), body.begin(), body.end());
        const std::uint64_t end = offset + octets.size();
        const std::uint64_t grows = end > file_->bytes.size() ? end - file_->bytes.size() : 0;
        const std::uint64_t used = disk_.used();
        const std::uint64_t room = disk_.capacity_ > used ? disk_.capacity_ - used : 0;
        const bool fits = grows <= room;
        if (!fits)
            octets.resize(octets.size() - std::min<std::uint64_t>(grows - room, octets.size()));
        soil(*file_, offset);
        if (file_->bytes.size() < offset + octets.size())
            file_->bytes.resize(offset + octets.size());
        std::copy(
            octets.begin(), octets.end(), file_->bytes.begin() + static_cast<std::ptrdiff_t>(offset)
        );
        if (!fits) return disk_error(ENOSPC);
        return {};
    }

    [[nodiscard]] Result<void> truncate(std::uint64_t size) override
    {
        if (const auto error = disk_.ask(Call::truncate, name_)) return error;
        soil(*file_, size);
        file_->bytes.resize(size);
        std::erase_if(file_->forgotten, [&](const Range& range) { return range.from >= size; });
        return {};
    }

    [[nodiscard]] Result<void> sync() override
    {
        const auto error = disk_.ask(Call::sync, name_);
        if (disk_.lies_) return {};
        if (error && file_->synced < file_->bytes.size())
            file_->forgotten.push_back({file_->synced, file_->bytes.size()});
        file_->synced = file_->bytes.size();
        file_->past.clear();
        if (error) return error;
        return {};
    }

private:
    SimDisk& disk_;
    std::string name_;
    std::shared_ptr<File> file_;
};

boost::system::error_code SimDisk::ask(Call call, const std::string& name) const
{
    return hook_ ? hook_(call, name) : boost::system::error_code{};
}

Result<void> SimDisk::lock(std::string& problem)
{
    if (!std::exchange(is_locked_, true)) return {};
    problem = "another agent is using the folder";
    return disk_error(EWOULDBLOCK);
}

Result<std::vector<std::string>> SimDisk::names() const
{
    std::vector<std::string> names;
    for (const auto& [name, file] : files_)
        names.push_back(name);
    return names;
}

Result<std::unique_ptr<agent::DiskFile>> SimDisk::open(const std::string& name, Mode mode)
{
    const Call call = mode == Mode::create ? Call::create : Call::open;
    if (const auto error = ask(call, name)) return error;
    const auto found = files_.find(name);
    if (mode == Mode::create) {
        auto fresh = std::make_shared<File>();
        // As with O_TRUNC: the old octets are there until the file is synced again.
        if (found != files_.end()) {
            fresh = found->second;
            soil(*fresh, 0);
            fresh->bytes.clear();
        }
        files_[name] = fresh;
        return std::unique_ptr<agent::DiskFile>{std::make_unique<Open>(*this, name, fresh)};
    }
    if (found == files_.end()) return disk_error(ENOENT);
    return std::unique_ptr<agent::DiskFile>{std::make_unique<Open>(*this, name, found->second)};
}

Result<void> SimDisk::rename(const std::string& from, const std::string& to)
{
    if (const auto error = ask(Call::rename, from)) return error;
    const auto found = files_.find(from);
    if (found == files_.end()) return disk_error(ENOENT);
    files_[to] = found->second;
    files_.erase(found);
    return {};
}

Result<void> SimDisk::unlink(const std::string& name)
{
    if (const auto error = ask(Call::unlink, name)) return error;
    if (files_.erase(name) == 0) return disk_error(ENOENT);
    return {};
}

Result<void> SimDisk::sync_names()
{
    if (const auto error = ask(Call::sync_names, "")) return error;
    synced_ = files_;
    return {};
}

std::unique_ptr<SimDisk> SimDisk::copy(std::uint64_t seed) const
{
    auto other = std::make_unique<SimDisk>(seed);
    std::map<const File*, std::shared_ptr<File>> copies;
    const auto copy_of = [&](const std::shared_ptr<File>& file) {
        auto& known = copies[file.get()];
        if (!known) known = std::make_shared<File>(*file);
        return known;
    };
    for (const auto& [name, file] : files_)
        other->files_[name] = copy_of(file);
    for (const auto& [name, file] : synced_)
        other->synced_[name] = copy_of(file);
    other->capacity_ = capacity_;
    return other;
}

void SimDisk::cut_power()
{
    std::set<std::string> all;
    for (const Files* files : {&files_, &synced_})
        for (const auto& [name, file] : *files)
            all.insert(name);
    Files left;
    for (const std::string& name : all) {
        const auto now = files_.find(name);
        const auto before = synced_.find(name);
        const bool is_settled =
            now != files_.end() && before != synced_.end() && now->second == before->second;
        const bool takes_new = is_settled || happens(2);
        const Files& from = takes_new ? files_ : synced_;
        const auto found = from.find(name);
        if (found != from.end()) left.insert(*found);
    }
    std::set<File*> torn; // a file may have two names, its old one and its new one
    for (const auto& [name, file] : left)
        if (torn.insert(file.get()).second) tear(*file);
    files_ = left;
    synced_ = left;
    is_locked_ = false;
}

void SimDisk::tear(File& file)
{
    const std::uint64_t sure = std::min<std::uint64_t>(file.synced, file.bytes.size());
    const std::uint64_t old_end = sure + file.past.size();
    const std::uint64_t new_end = file.bytes.size();
    const std::uint64_t shortest = std::min(old_end, new_end);
    const std::uint64_t longest = std::max(old_end, new_end);
    std::vector<std::byte> left = file.bytes;
    left.resize(shortest + random_() % (longest - shortest + 1));
    const bool is_patchy = happens(2); // else what is there is right, up to where it ends
    for (std::uint64_t at = sure; at < left.size();) {
        const std::uint64_t end = std::min<std::uint64_t>((at / sector + 1) * sector, left.size());
        const bool is_written = !is_patchy || !happens(4);
        for (; at < end; ++at) {
            if (is_written && at < new_end) continue;
            const std::uint64_t in_past = at - sure;
            left[at] = in_past < file.past.size() ? file.past[in_past] : std::byte{0};
        }
    }
    for (const Range& range : file.forgotten)
        for (std::uint64_t at = range.from; at < std::min<std::uint64_t>(range.to, left.size());
             ++at)
            left[at] = std::byte{0};
    file = {.bytes = std::move(left), .synced = 0, .past = {}, .forgotten = {}};
    file.synced = file.bytes.size();
}

std::string SimDisk::flip_a_bit()
{
    std::vector<Files::iterator> candidates;
    for (auto at = files_.begin(); at != files_.end(); ++at)
        if (!at->second->bytes.empty()) candidates.push_back(at);
    if (candidates.empty()) return {};
    const auto& chosen = *candidates[random_() % candidates.size()];
    std::vector<std::byte>& bytes = chosen.second->bytes;
    bytes[random_() % bytes.size()] ^= std::byte{1} << (random_() % 8);
    return chosen.first;
}

std::uint64_t SimDisk::used() const
{
    std::uint64_t octets = 0;
    for (const auto& [name, file] : files_)
        octets += file->bytes.size();
    return octets;
}

} // namespace hallmonitor::world
