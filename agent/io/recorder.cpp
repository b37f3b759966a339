#include "agent/io/recorder.hpp"

#include "common/io/clock.hpp"
#include "common/limits.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace hallmonitor::agent {

Recorder::Recorder(Spool& spool, BatchEncoder encoder) : spool_(spool), encoder_(std::move(encoder))
{}

void Recorder::add(const std::shared_ptr<const TableDefinition>& table, const TableReading& reading)
{
    auto& defined = defined_[{table->device, table->kind}];
    if (defined != table) {
        encoder_.define(*table);
        defined = table;
    }
    encoder_.add(table->device, table->kind, reading);
    if (encoder_.estimated_bytes() >= limits::batch_bytes) flush();
}

void Recorder::add(Event event)
{
    encoder_.add(event);
}

void Recorder::flush()
{
    if (encoder_.empty()) return;
    spool_.append(encoder_.seal({.mono = mono_now(), .wall = wall_now()}));
    if (spool_.segment_is_full()) encoder_.start_segment();
}

void Recorder::start_segment()
{
    flush();
    encoder_.start_segment();
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
