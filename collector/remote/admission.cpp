#include "collector/remote/admission.hpp"

namespace hallmonitor::collector::remote {
namespace {

constexpr std::size_t bytes_per_cell = 16;              // of a request, compressed: measured
constexpr std::size_t most_cells_under_way = 8'000'000; // some 100 MiB of readings
constexpr std::size_t asked_at_once = 4;

} // namespace

std::size_t Admission::waiting() const
{
    return waiting_bytes_ + bytes_per_cell * cells_under_way_;
}

Admission::Fate Admission::miss(const BatchName& name, Fate fate)
{
    due_.insert(name.agent);
    return fate;
}

Admission::Fate Admission::offer(
    const BatchName& name,
    wire::Lane lane,
    std::size_t cells,
    bool is_new,
    const RangeSet& forwarded
)
{
    const bool is_swamped = cells_under_way_ > 0 && cells_under_way_ + cells > most_cells_under_way;
    if (!keeps_) {
        if (!is_new) return Fate::passed_over;
        if (is_swamped) {
            dropped_cells_ += cells;
            return Fate::missed;
        }
        cells_under_way_ += cells;
        return Fate::taken;
    }
    RangeSet& handed = handed_[{name.agent, name.epoch}];
    if (forwarded.contains(name.seq) || handed.contains(name.seq)) return Fate::passed_over;
    // What comes again may take half of the room, so that the present always finds some.
    const std::size_t limit = is_new ? queue_bytes_ : queue_bytes_ / 2;
    if (is_swamped || waiting() >= limit)
        return miss(name, is_new || lane == wire::Lane::live ? Fate::missed : Fate::not_now);
    handed.add(name.seq);
    cells_under_way_ += cells;
    return Fate::taken;
}

void Admission::note(std::size_t cells_done, std::size_t waiting_bytes)
{
    cells_under_way_ -= cells_done;
    waiting_bytes_ = waiting_bytes;
}

std::vector<AgentId> Admission::take_due()
{
    std::vector<AgentId> asked;
    if (waiting() >= queue_bytes_ / 4) return asked;
    while (!due_.empty() && asked.size() < asked_at_once) {
        asked.push_back(*due_.begin());
        due_.erase(due_.begin());
    }
    return asked;
}

} // namespace hallmonitor::collector::remote
