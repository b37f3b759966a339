#include "agent/poll/hot_read.hpp"

#include "agent/profile/if_mib.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr std::size_t wide = 0;
constexpr std::size_t narrow = 1;

} // namespace

HotRead::HotRead(const SnmpSettings& settings) : version_(settings.version)
{
    repetitions_.fill(settings.max_repetitions);
}

void HotRead::begin(const InterfaceInventory& inventory, Manner manner)
{
    varbinds_ = 0;
    reading_.emplace(inventory);
    for (std::size_t part = 0; part < parts; ++part) {
        walks_.at(part).reset();
        columns_.at(part) = part == wide     ? inventory.wide_columns()
                            : part == narrow ? inventory.narrow_columns()
                                             : if_mib::states();
        if (columns_.at(part).empty()) continue;
        std::vector<OidBytes> prefixes;
        for (const if_mib::HotColumn& column : columns_.at(part))
            prefixes.push_back(column.oid);
        walks_.at(part).emplace(
            std::move(prefixes),
            Walk::Options{
                .version = version_,
                .no_bulk = manner.no_bulk,
                .has_uptime = manner.has_uptime,
                .repetitions = repetitions_.at(part),
                .last_index = inventory.last_index(),
                .expected_rows = inventory.size(),
            }
        );
    }
}

void HotRead::drop()
{
    for (std::optional<Walk>& walk : walks_)
        walk.reset();
    reading_.reset();
}

bool HotRead::is_open(std::size_t part) const
{
    const std::optional<Walk>& walk = walks_.at(part);
    return walk && !walk->finished();
}

bool HotRead::finished() const
{
    for (std::size_t part = 0; part < parts; ++part)
        if (is_open(part)) return false;
    return true;
}

Ask HotRead::ask(std::size_t part)
{
    return walks_.at(part)->ask();
}

HotRead::Step HotRead::feed(
    std::size_t part, const ResponseView& reply, std::size_t bytes, MonoTime now
)
{
    Walk& walk = *walks_.at(part);
    const std::uint64_t before = walk.varbinds();
    const auto values = walk.feed(reply, bytes);
    varbinds_ += walk.varbinds() - before;
    Step step{.uptime = walk.uptime()};
    step.all_known = reading_->feed(
        columns_.at(part), part == wide, values, {.arrived = now, .uptime = step.uptime}
    );
    step.failure = walk.failure();
    if (walk.finished() && !step.failure) repetitions_.at(part) = walk.repetitions();
    return step;
}

std::string HotRead::place() const
{
    for (std::size_t part = 0; part < parts; ++part)
        if (is_open(part)) return walks_.at(part)->place();
    return {};
}

std::vector<Finding> HotRead::findings() const
{
    std::vector<Finding> all;
    for (const std::optional<Walk>& walk : walks_) {
        if (!walk) continue;
        for (Finding& finding : walk->findings())
            all.push_back(std::move(finding));
    }
    return all;
}

TableReading HotRead::take()
{
    TableReading reading = std::move(*reading_).finish();
    drop();
    return reading;
}

} // namespace hallmonitor::agent
