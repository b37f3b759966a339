#include "agent/io/learnt_file.hpp"

#include "agent/poll/steady_hash.hpp"
#include "common/io/files.hpp"
#include "common/io/log.hpp"
#include "common/limits.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <utility>

namespace hallmonitor::agent {

struct LearntFile::OnDisk {
    std::string path;
    std::atomic<bool> has_failed{false};

    void write(const std::string& text)
    {
        const auto written = replace_file(path, text);
        const bool had_failed = has_failed.exchange(!written);
        if (!written && !had_failed)
            log::warning(
                "learnt_not_kept", {{"file", path}, {"reason", written.error().message()}}
            );
    }
};

LearntFile::LearntFile(std::string path, boost::asio::any_io_executor disk)
    : on_disk_(std::make_shared<OnDisk>()), disk_(std::move(disk))
{
    on_disk_->path = std::move(path);
}

LearntDevices LearntFile::read() const
{
    const std::string& path = on_disk_->path;
    const auto say = [&](const std::string& reason) {
        log::warning(
            "learnt_ignored",
            {{"file", path},
             {"reason", reason},
             {"meaning", "how devices are asked is learnt anew"}}
        );
    };
    const auto text = read_text_file(path, limits::config_file_bytes);
    if (!text) {
        if (text.error() != boost::system::errc::no_such_file_or_directory)
            say(text.error().message());
        return {};
    }
    auto loaded = load_learnt(*text, path);
    if (loaded.config) return std::move(*loaded.config);
    say(to_string(loaded.errors.front()));
    return {};
}

void LearntFile::write(const LearntDevices& devices)
{
    std::string text = to_yaml(devices);
    const std::uint64_t hash = steady_hash(text);
    if (std::exchange(written_, hash) == hash && !on_disk_->has_failed) return;
    boost::asio::post(disk_, [on_disk = on_disk_, moved = std::move(text)] {
        on_disk->write(moved);
    });
}

} // namespace hallmonitor::agent
