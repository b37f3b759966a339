#include "agent/io/recorder.hpp"

#include "common/io/clock.hpp"
#include "common/limits.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace hallmonitor::agent {
namespace {

Event left_out(const std::string& device, std::size_t cells)
{
    return {
        .at = mono_now(),
        .device = device,
        .kind = "table_left_out",
        .text = "a table of " + std::to_string(cells) +
                " values is over this agent's limits and is not recorded; poll fewer devices with "
                "this agent, or look at what this one claims",
    };
}

} // namespace

Recorder::Recorder(Spool& spool, BatchEncoder encoder) : spool_(spool), encoder_(std::move(encoder))
{}

void Recorder::define(const TableDefinition& table)
{
    encoder_.define(table);
    left_out_.erase({table.device, table.kind});
}

void Recorder::add(
    const std::string& device,
    TableKind kind,
    const TableReading& reading,
    std::span<const std::uint32_t> rows
)
{
    if (encode(device, kind, reading, rows)) {
        if (!left_out_.empty()) left_out_.erase({device, kind});
    } else if (left_out_.insert({device, kind}).second) {
        add(left_out(device, reading.cells.size()));
    }
    flush_when_full();
}

// What does not fit beside what is waiting may fit alone.
bool Recorder::encode(
    const std::string& device,
    TableKind kind,
    const TableReading& reading,
    std::span<const std::uint32_t> rows
)
{
    if (encoder_.add(device, kind, reading, rows)) return true;
    flush();
    return encoder_.add(device, kind, reading, rows);
}

void Recorder::add(const Event& event)
{
    encoder_.add(event);
    flush_when_full();
}

void Recorder::flush_when_full()
{
    if (encoder_.estimated_bytes() >= limits::batch_bytes) flush();
}

void Recorder::flush()
{
    if (encoder_.empty()) return;
    spool_.append(encoder_.seal({.mono = mono_now(), .wall = wall_now()}));
    if (spool_.segment_is_full(encoder_.segment_is_worthwhile())) encoder_.start_segment();
}

void Recorder::hurry()
{
    flush();
    spool_.hurry();
}

void Recorder::tell_roster(std::vector<std::string> devices)
{
    encoder_.tell_roster(std::move(devices));
}

void Recorder::start_segment()
{
    flush();
    encoder_.start_segment();
}

void Recorder::begin_anew()
{
    flush();
    encoder_.forget_readings();
    spool_.abandon();
}

Task<void> Recorder::run()
{
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    for (;;) {
        timer.expires_after(limits::batch_period);
        const auto [error] = co_await timer.async_wait(as_result);
        if (error) co_return;
        flush();
    }
}

} // namespace hallmonitor::agent
