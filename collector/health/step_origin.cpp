#include "collector/health/step_origin.hpp"

#include "collector/store/stamp.hpp"

#include <chrono>

namespace hallmonitor::collector {

bool is_usable(const Step& step)
{
    const std::size_t cells = step.table->rows.size() * step.table->columns.size();
    const bool fits = step.later && step.later->reading.cells.size() == cells &&
                      (!step.earlier || step.earlier->reading.cells.size() == cells);
    return fits && is_sane(stamp_of(*step.later)) &&
           (!step.earlier || is_sane(stamp_of(*step.earlier)));
}

bool is_placed(const StepOrigin& origin, const Step& step)
{
    if (origin.received && step.later->wall > *origin.received + furthest_ahead) return false;
    return is_datable(
        step.earlier ? start_of_step(stamp_of(*step.earlier), stamp_of(*step.later))
                     : step.later->wall
    );
}

} // namespace hallmonitor::collector
