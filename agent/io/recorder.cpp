#include "agent/io/recorder.hpp"

#include "common/io/clock.hpp"
#include "common/limits.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace hallmonitor::agent {
namespace {

Event left_out(const TableDefinition& table)
{
    return {
        .at = mono_now(),
        .device = table.device,
        .kind = "table_left_out",
        .text = "a table of " + std::to_string(table.rows.size()) + " rows and " +
                std::to_string(table.columns.size()) +
                " columns is over this agent's limits and is not recorded; poll fewer devices "
                "with this agent, or look at what this one claims",
    };
}

} // namespace

Recorder::Recorder(Spool& spool, BatchEncoder encoder) : spool_(spool), encoder_(std::move(encoder))
{}

void Recorder::add(const std::shared_ptr<const TableDefinition>& table, const TableReading& reading)
{
    auto place = known_.find(TableIdView{table->device, table->kind});
    if (place == known_.end())
        place = known_.try_emplace(TableId{table->device, table->kind}).first;
    Known& known = place->second;
    if (known.table != table) {
        encoder_.define(table);
        known = {.table = table, .is_left_out = false};
    }
    const bool added = encode(*table, reading);
    if (!added && !known.is_left_out) add(left_out(*table));
    known.is_left_out = !added;
    flush_when_full();
}

// What does not fit beside what is waiting may fit alone.
bool Recorder::encode(const TableDefinition& table, const TableReading& reading)
{
    if (encoder_.add(table.device, table.kind, reading)) return true;
    flush();
    return encoder_.add(table.device, table.kind, reading);
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
