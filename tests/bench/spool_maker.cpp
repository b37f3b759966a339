// spool_maker: what an agent's spool holds after a time without its collector, made by the agent's
// own encoder and spool in a minute: for benches of starts and of replays. Traffic is that of
// traffic.hpp, a school day from 8 to 16 o'clock (UTC) and the night for the rest, after five days
// a weekend of nights, and ends now.

#include "agent/io/posix_disk.hpp"
#include "agent/spool/record.hpp"
#include "agent/spool/spool_disk.hpp"
#include "common/check.hpp"
#include "common/wire/batch.hpp"
#include "tests/bench/traffic.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

using namespace hallmonitor;
using namespace hallmonitor::bench;
using std::chrono::seconds;

namespace {

constexpr std::size_t segment_bytes = std::size_t{4} << 20; // as agent/io/spool.hpp has it
constexpr seconds began{100'000};                           // since the boot of the agent's machine

constexpr auto check = SwitchFleet::liveness_interval;
constexpr auto poll = SwitchFleet::poll_interval;

struct Made {
    std::uint64_t samples{0};
    std::uint64_t batches{0};
    std::uint64_t octets{0};
    std::uint64_t segments{1};
};

// `second`: of the outage, whose sixth and seventh day are a weekend.
bool is_school(WallTime at, seconds second)
{
    if (second / std::chrono::hours{24} % 7 >= 5) return false;
    const auto hour = std::chrono::floor<std::chrono::hours>(at.since_epoch) % 24;
    return hour >= std::chrono::hours{8} && hour < std::chrono::hours{16};
}

class Maker {
public:
    Maker(agent::SpoolDisk& disk, Seq next, SwitchFleet& fleet)
        : disk_(disk), fleet_(fleet), encoder_(Epoch{0x1122'3344'5566'7788}, next, 0x88'7766)
    {
        for (std::size_t d = 0; d < fleet_.size(); ++d) {
            encoder_.define(*fleet_.interfaces(d));
            encoder_.define(*fleet_.liveness(d));
        }
    }

    /// The `second` since the outage began, which is then at `wall`.
    void run(seconds second, WallTime wall)
    {
        const MonoTime now{began + second};
        for (std::size_t d = 0; d < fleet_.size(); ++d) {
            // Every device has a steady phase of its own.
            const seconds phase{static_cast<std::int64_t>(d * 60 / fleet_.size())};
            if (second % check == phase % check) {
                add(fleet_.liveness(d), fleet_.check(d, now));
                made_.samples += SwitchFleet::readings_a_device;
            }
            if (second % poll != phase) continue;
            add(fleet_.interfaces(d), fleet_.poll(d, now));
            made_.samples += fleet_.ports() * SwitchFleet::readings_a_row;
        }
        if (!encoder_.empty()) keep(encoder_.seal({.mono = now, .wall = wall}));
    }

    [[nodiscard]] Made finish()
    {
        disk_.sync();
        return made_;
    }

private:
    void add(const SwitchFleet::Table& table, const TableReading& reading)
    {
        INVARIANT(encoder_.add(table->device, table->kind, reading));
    }

    void keep(SealedBatch batch)
    {
        const std::size_t record = agent::record_head_bytes + batch.bytes.size();
        ++made_.batches;
        made_.octets += record;
        in_segment_ += record;
        unsynced_ += record;
        disk_.write(std::move(batch));
        if (unsynced_ > segment_bytes) {
            disk_.sync();
            unsynced_ = 0;
        }
        if (in_segment_ < segment_bytes || !encoder_.segment_is_worthwhile()) return;
        encoder_.start_segment();
        in_segment_ = 0;
        ++made_.segments;
        made_.octets += agent::segment_head_bytes;
    }

    agent::SpoolDisk& disk_;
    SwitchFleet& fleet_;
    BatchEncoder encoder_;
    Made made_;
    std::size_t in_segment_{0};
    std::size_t unsynced_{0};
};

int make(const std::string& folder, std::size_t devices, std::size_t ports, std::chrono::hours time)
{
    agent::PosixDisk folder_on_disk{folder};
    agent::SpoolDisk disk{folder_on_disk};
    std::string problem;
    const auto found = disk.open(problem);
    if (!found || !found->files.empty()) {
        std::fprintf(
            stderr,
            "spool_maker: %s: %s\n",
            folder.c_str(),
            found ? "is not empty" : problem.c_str()
        );
        return 1;
    }
    const auto now =
        std::chrono::floor<seconds>(std::chrono::system_clock::now().time_since_epoch());
    const seconds length{time};
    const WallTime first{now - length};
    bool in_school = is_school(first, seconds{0});
    SwitchFleet fleet{in_school ? district : evening, devices, ports};
    Maker maker{disk, found->next, fleet};
    for (seconds second{0}; second < length; ++second) {
        const WallTime wall = first + second;
        if (is_school(wall, second) != in_school) {
            in_school = !in_school;
            fleet.turn(in_school ? district : evening);
        }
        maker.run(second, wall);
    }
    const Made made = maker.finish();
    if (!disk.trouble().text.empty()) {
        std::fprintf(stderr, "spool_maker: %s\n", disk.trouble().text.c_str());
        return 1;
    }
    std::printf(
        "{\"samples\": %llu, \"batches\": %llu, \"octets\": %llu, \"segments\": %llu}\n",
        static_cast<unsigned long long>(made.samples),
        static_cast<unsigned long long>(made.batches),
        static_cast<unsigned long long>(made.octets),
        static_cast<unsigned long long>(made.segments)
    );
    return 0;
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc != 5) {
        std::fputs("usage: spool_maker FOLDER DEVICES PORTS HOURS\n", stderr);
        return 2;
    }
    const std::size_t devices = std::strtoul(argv[2], nullptr, 10);
    const std::size_t ports = std::strtoul(argv[3], nullptr, 10);
    const std::chrono::hours time{std::strtol(argv[4], nullptr, 10)};
    return make(argv[1], devices, ports, time);
} catch (const std::exception& error) {
    std::fprintf(stderr, "spool_maker: %s\n", error.what());
    return 1;
}
