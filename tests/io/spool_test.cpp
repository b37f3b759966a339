#include "agent/io/spool.hpp"
#include "agent/spool/spool_disk.hpp"
#include "tests/io/spool_agent.hpp"
#include "tests/sim/world/disk.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <mutex>

namespace spool_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::test;
using namespace std::chrono_literals;
using hallmonitor::test::Folder;
using world::SimDisk;
namespace asio = boost::asio;

namespace {

RangeSet first_to(Seq last)
{
    RangeSet set;
    set.add(SeqRange{Seq{1}, last});
    return set;
}

} // namespace

TEST_CASE("appended batches become durable and can be read", "[spool]")
{
    const Folder folder;
    Agent agent{limits_of(folder)};
    CHECK(agent.spool().epoch() != Epoch{0});
    CHECK(agent.spool().durable() == Seq{0});
    for (int i = 0; i < 20; ++i)
        agent.append();

    agent.run_until([&] { return agent.spool().durable() == Seq{20}; });

    CHECK(agent.durable_calls > 0);
    CHECK(agent.spool().segments().size() > 1);
    CHECK(agent.read(Seq{7}).has_value());
    CHECK(agent.read(Seq{21}).error() == Errc::not_found);
    CHECK(agent.spool().status().last_problem.empty());
}

TEST_CASE("a batch in a hurry does not wait for the period", "[spool]")
{
    const Folder folder;
    SpoolLimits limits = limits_of(folder);
    limits.fsync_period = 1h;
    Agent agent{limits};
    const Seq seq = agent.append();

    agent.spool().hurry();

    agent.run_until([&] { return agent.spool().durable() == seq; });
    CHECK(agent.durable_calls == 1);
}

TEST_CASE("another life has an epoch of its own and goes on with the numbers", "[spool]")
{
    const Folder folder;
    Epoch epoch_before;
    {
        Agent agent{limits_of(folder)};
        epoch_before = agent.spool().epoch();
        for (int i = 0; i < 5; ++i)
            agent.append();
    } // the destructor flushes

    Agent agent{limits_of(folder)};

    CHECK(agent.spool().epoch() != epoch_before);
    CHECK(agent.spool().older_epochs() == std::vector<wire::OlderEpoch>{{epoch_before, Seq{5}}});
    CHECK(agent.spool().next_seq() == Seq{6});
    CHECK(agent.spool().durable() == Seq{5});
    CHECK(agent.opened.newest_segment.size() == 5);
    CHECK(agent.opened.damage.empty());
}

TEST_CASE("what is abandoned is gone from the disk too and counted", "[spool]")
{
    const Folder folder;
    {
        Agent agent{limits_of(folder)};
        for (int i = 0; i < 5; ++i)
            agent.append();
        agent.run_until([&] { return agent.spool().durable() == Seq{5}; });
        agent.spool().abandon();
        CHECK(agent.spool().segments().empty());
        CHECK(agent.spool().status().dropped.total() == 5);
    }
    Agent agent{limits_of(folder)};

    CHECK(agent.spool().segments().empty());
    CHECK(agent.spool().older_epochs().empty());
    CHECK(agent.opened.newest_segment.empty());
}

TEST_CASE("acknowledged segments are unlinked, the newest is kept", "[spool]")
{
    const Folder folder;
    Agent agent{limits_of(folder)};
    for (int i = 0; i < 30; ++i)
        agent.append();
    agent.run_until([&] { return agent.spool().durable() == Seq{30}; });
    const SegmentInfo newest = agent.spool().segments().back();

    agent.spool().acknowledge(first_to(Seq{30}));

    CHECK(agent.spool().segments() == std::vector<SegmentInfo>{newest});
    CHECK(agent.read(Seq{1}).error() == Errc::not_found);
    CHECK(agent.read(newest.first).has_value());
    CHECK(agent.spool().status().dropped.total() == 0);
}

TEST_CASE("over its size the spool drops the oldest segments and counts", "[spool]")
{
    const Folder folder;
    SpoolLimits limits = limits_of(folder);
    limits.max_bytes = 10'000;
    Agent agent{limits};

    for (int i = 0; i < 200; ++i)
        agent.append();
    agent.run_until([&] { return agent.spool().durable() == Seq{200}; });
    agent.run_until([&] { return agent.spool().status().bytes <= limits.max_bytes; });

    const SpoolStatus status = agent.spool().status();
    CHECK(status.thinned_readings == 0); // these batches cannot be thinned
    const Seq oldest = agent.spool().segments().front().first;
    CHECK(status.dropped.total() == oldest.value - 1);
    CHECK(agent.read(oldest).has_value());
    CHECK(agent.read(Seq{1}).error() == Errc::not_found);
}

TEST_CASE("a full disk costs the oldest segment and recovers by itself", "[spool]")
{
    const Folder folder;
    SimDisk disk{1};
    disk.set_capacity(6'000);
    Agent agent{limits_of(folder), &disk};

    for (int i = 0; i < 100; ++i) {
        const Seq seq = agent.append();
        agent.run_until([&] { return agent.spool().durable() == seq; });
    }

    const SpoolStatus status = agent.spool().status();
    CHECK(status.failed_writes > 0);
    CHECK(status.last_problem.empty());
    CHECK(status.dropped.total() > 0);
    CHECK(status.dropped.total() == agent.spool().segments().front().first.value - 1);
    CHECK(status.bytes > 3'000); // no more was dropped than had to be
}

TEST_CASE("a disk of one segment makes room by beginning another", "[spool]")
{
    const Folder folder;
    std::atomic<bool> is_full{false};
    SimDisk disk{1};
    disk.set_hook([&](SimDisk::Call call, const std::string&) -> boost::system::error_code {
        if (call == SimDisk::Call::unlink) is_full = false;
        if (call != SimDisk::Call::write || !is_full) return {};
        return world::disk_error(ENOSPC);
    });
    SpoolLimits limits = limits_of(folder);
    limits.segment_bytes = 1 << 20;
    Agent agent{limits, &disk};
    agent.append();
    agent.run_until([&] { return agent.spool().durable() == Seq{1}; });
    is_full = true;
    agent.append();
    agent.run_until([&] { return !agent.spool().status().last_problem.empty(); });

    Seq last = agent.append(); // the recorder learns that a new segment is wanted
    last = agent.append();     // and begins it

    agent.run_until([&] { return agent.spool().durable() == last; });
    CHECK(agent.spool().status().dropped.total() == 3);
    CHECK(agent.read(last).has_value());
}

TEST_CASE("a disk that hangs stops nobody and fills no memory", "[spool]")
{
    const Folder folder;
    std::mutex mutex;
    std::condition_variable changed;
    bool hangs = true;
    SimDisk disk{1};
    disk.set_hook([&](SimDisk::Call call, const std::string&) -> boost::system::error_code {
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return call != SimDisk::Call::sync || !hangs; });
        return {};
    });
    SpoolLimits limits = limits_of(folder);
    limits.max_bytes = 256 << 20;
    Agent agent{limits, &disk};
    for (int i = 0; i < 60; ++i)
        agent.append(500'000);
    const std::uint64_t dropped = agent.spool().status().dropped.total();
    CHECK(dropped > 20);

    {
        const std::lock_guard lock{mutex};
        hangs = false;
    }
    changed.notify_all();
    const Seq last = agent.append();

    agent.run_until([&] { return agent.spool().durable() >= last; });
    CHECK(agent.read(last).has_value());
}

TEST_CASE("reads that wait when the spool ends are answered or dropped, never dangling", "[spool]")
{
    const Folder folder;
    auto agent = std::make_unique<Agent>(limits_of(folder));
    agent->append();
    std::optional<Result<std::vector<std::byte>>> got;
    asio::co_spawn(agent->loop, Agent::read_into(agent->spool(), Seq{1}, got), asio::detached);
    agent->loop.run_one_for(1s);

    agent->opened.spool.reset();
    agent->loop.run_for(10ms);

    CHECK(got.has_value());
}

} // namespace spool_test
