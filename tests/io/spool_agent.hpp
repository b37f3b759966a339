#pragma once
// A spool and the loop that would poll, for tests.

#include "agent/io/spool.hpp"
#include "tests/agent/spool/spool_files.hpp"
#include "tests/io/folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hallmonitor::agent::test {

using namespace std::chrono_literals;

struct Agent {
    explicit Agent(const SpoolLimits& limits, Disk* disk = nullptr)
    {
        std::string problem;
        auto result = disk == nullptr ? Spool::open(limits, loop.get_executor(), problem)
                                      : Spool::open(limits, loop.get_executor(), problem, *disk);
        INFO(problem);
        REQUIRE(result.has_value());
        opened = std::move(*result);
        spool().on_durable([this] { ++durable_calls; });
    }

    [[nodiscard]] Spool& spool() const { return *opened.spool; }

    /// Appends the next batch as the recorder does.
    Seq append(std::size_t bytes = 100)
    {
        const Seq seq = spool().next_seq();
        if (starts_segment) segment = seq;
        spool().append(batch_of(seq, segment, bytes, spool().epoch()));
        starts_segment = spool().segment_is_full(true);
        return seq;
    }

    /// Runs the loop until `condition`, which something on it makes true.
    template <class Condition>
    void run_until(Condition condition)
    {
        constexpr auto deadline = 10s;
        const auto end = std::chrono::steady_clock::now() + deadline;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) FAIL("deadline passed");
            loop.run_one_for(10ms);
        }
    }

    Result<std::vector<std::byte>> read(Seq seq)
    {
        std::optional<Result<std::vector<std::byte>>> got;
        boost::asio::co_spawn(loop, read_into(spool(), seq, got), boost::asio::detached);
        run_until([&] { return got.has_value(); });
        return std::move(*got);
    }

    static Task<void> read_into(
        Spool& from, Seq seq, std::optional<Result<std::vector<std::byte>>>& into
    )
    {
        into = co_await from.read(seq);
    }

    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        loop.get_executor()};
    Spool::Opened opened;
    bool starts_segment{true};
    Seq segment;
    int durable_calls{0};
};

inline SpoolLimits limits_of(const hallmonitor::test::Folder& folder)
{
    return {
        .directory = folder.path() + "/spool",
        .max_bytes = 1 << 20,
        .fsync_period = 5ms,
        .segment_bytes = 1'000,
    };
}

} // namespace hallmonitor::agent::test
