#include "agent/io/host_loop.hpp"

#include "agent/host/host_table.hpp"
#include "agent/io/host_facts.hpp"
#include "agent/profile/device_table.hpp"
#include "common/io/clock.hpp"
#include "common/io/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace hallmonitor::agent {

HostLoop::HostLoop(boost::asio::any_io_executor loop, HostConfig config, Recorder& recorder)
    : loop_(loop), config_(std::move(config)), recorder_(recorder), links_(loop),
      device_(config_.device.empty() ? host_name() : config_.device), since_(mono_now())
{
    recorder_.define(device_table(
        device_,
        config_.poll_interval,
        {
            {Attribute::address, "localhost"},
            {Attribute::source, "kernel"},
            {Attribute::sys_descr, system_description()},
            {Attribute::sys_name, host_name()},
        }
    ));
}

Result<void> HostLoop::open(std::string& problem)
{
    return links_.open(problem);
}

void HostLoop::read()
{
    auto links = links_.read();
    if (!links) {
        log::warning("host_interfaces_unread", {{"reason", links.error().message()}});
        return;
    }
    const MonoTime now = mono_now();
    const std::vector<HostLink> kept = kept_links(std::move(*links), config_.exclude);
    TableDefinition table = host_table(device_, config_, kept);
    if (!(table == table_)) {
        recorder_.define(table);
        table_ = std::move(table);
    }
    recorder_.add(device_, TableKind::interface, host_reading(kept, now));
    // Being able to read is being up. CLOCK_BOOTTIME is the machine's uptime.
    const DeviceStatus status{
        .state = State::up,
        .since = since_,
        .uptime = DeviceTicks{static_cast<std::uint32_t>(now.since_boot.count() / 10'000)},
        .interfaces_up = true,
    };
    recorder_.add(device_, TableKind::device, device_reading(status, now));
}

Task<void> HostLoop::run()
{
    boost::asio::steady_timer timer{loop_};
    auto due = boost::asio::steady_timer::clock_type::now();
    for (;;) {
        read();
        due = std::max(due + config_.poll_interval, boost::asio::steady_timer::clock_type::now());
        timer.expires_at(due);
        const auto [error] = co_await timer.async_wait(as_result);
        if (error) co_return;
    }
}

Task<void> HostLoop::watch()
{
    auto changed = [this] { read(); };
    co_await links_.watch(std::move(changed));
}

} // namespace hallmonitor::agent
