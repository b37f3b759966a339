#include "tests/sim/world/recording.hpp"

#include "common/check.hpp"
#include "common/limits.hpp"

#include <utility>

namespace hallmonitor::world {

Recording::Recording(const Life& life, Spool& spool, BatchEncoder encoder, Clock clock)
    : life_(life), spool_(spool), encoder_(std::move(encoder)), clock_(std::move(clock))
{}

void Recording::add(const std::string& device, TableKind kind, const TableReading& reading)
{
    if (!encoder_.add(device, kind, reading)) {
        flush();
        INVARIANT(encoder_.add(device, kind, reading)); // schools of the world are small
    }
    flush_when_full();
}

void Recording::add(const Event& event)
{
    encoder_.add(event);
    flush_when_full();
}

void Recording::flush_when_full()
{
    if (encoder_.estimated_bytes() >= limits::batch_bytes) flush();
}

void Recording::flush()
{
    if (encoder_.empty()) return;
    spool_.append(encoder_.seal(clock_()));
    if (spool_.segment_is_full(encoder_.segment_is_worthwhile())) encoder_.start_segment();
}

void Recording::start_segment()
{
    flush();
    encoder_.start_segment();
}

void Recording::begin_anew()
{
    flush();
    encoder_.forget_readings();
    spool_.abandon();
}

void Recording::hurry()
{
    flush();
    spool_.hurry();
}

void Recording::start()
{
    life_.after(limits::batch_period, [this] {
        flush();
        start();
    });
}

} // namespace hallmonitor::world
