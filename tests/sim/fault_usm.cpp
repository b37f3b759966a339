// What faults do to SNMPv3.

#include "tests/sim/fault_hooks.hpp"

namespace hallmonitor::sim::hooks {

void freeze_engine_boots(UsmMisdeeds& misdeeds, const FaultContext& context)
{
    misdeeds.boots = static_cast<std::uint32_t>(context.argument);
}

void lie_about_size(UsmMisdeeds& misdeeds, const FaultContext& context)
{
    misdeeds.message_size = static_cast<std::uint32_t>(context.argument);
}

void deny_engine(UsmMisdeeds& misdeeds, const FaultContext&)
{
    misdeeds.denies_engine = true;
}

void change_engine(UsmMisdeeds& misdeeds, const FaultContext&)
{
    misdeeds.has_new_engine = true;
}

void deny_time(UsmMisdeeds& misdeeds, const FaultContext&)
{
    misdeeds.denies_time = true;
}

void jump(UsmMisdeeds& misdeeds, const FaultContext&)
{
    misdeeds.jumps = true;
}

void sign_wrong(UsmMisdeeds& misdeeds, const FaultContext& context)
{
    misdeeds.signs_wrong = context.chance(context.argument);
}

void sign_nothing(UsmMisdeeds& misdeeds, const FaultContext&)
{
    misdeeds.signs_nothing = true;
}

void replay(UsmMisdeeds& misdeeds, const FaultContext& context)
{
    misdeeds.replays = context.chance(context.argument);
}

} // namespace hallmonitor::sim::hooks
