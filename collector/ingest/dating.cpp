#include "collector/ingest/dating.hpp"

#include "collector/store/stamp.hpp"

#include <chrono>
#include <memory>

namespace hallmonitor::collector {

void date_anew(DecodedBatch& batch, const SharedMoment& known)
{
    const Stamp sealed{
        .boot = batch.boot,
        .mono = batch.sealed_at.mono,
        .wall = batch.sealed_at.wall,
        .uptime = {},
    };
    if (batch.boot != known.boot || !is_sane(sealed)) return;
    const WallTime ours = to_wall(known.at, sealed.mono);
    if (is_datable(sealed.wall) && sealed.wall <= ours + furthest_ahead) return;

    const std::chrono::milliseconds moved = ours - sealed.wall;
    for (Step& step : batch.steps) {
        if (step.later->boot != known.boot) continue;
        auto dated = std::make_shared<PlacedReading>(*step.later);
        dated->wall = to_wall(known.at, dated->reading.taken_at);
        step.later = std::move(dated);
    }
    for (PlacedEvent& event : batch.events)
        event.wall = event.wall + moved;
}

} // namespace hallmonitor::collector
