#include "agent/poll/hot_read.hpp"

#include "agent/profile/if_mib.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr std::size_t wide = 0;

} // namespace

HotRead::HotRead(const SnmpSettings& settings) : version_(settings.version)
{
    paces_.fill({.repetitions = settings.max_repetitions});
}

void HotRead::begin(const InterfaceInventory& inventory, Manner manner, const DueRows& rows)
{
    cycle_ = std::make_unique<Cycle>(inventory, rows);
    if (!rows.empty()) {
        cycle_->rows.emplace(inventory, rows, manner.has_uptime, at_once_);
        return;
    }
    at_once_ = RowRead::most_at_once;
    const auto states = if_mib::states();
    cycle_->columns = {
        inventory.wide_columns(), inventory.narrow_columns(), {states.begin(), states.end()}};
    for (std::size_t part = 0; part < parts; ++part) {
        if (cycle_->columns.at(part).empty()) continue;
        std::vector<OidBytes> prefixes;
        for (const if_mib::HotColumn& column : cycle_->columns.at(part))
            prefixes.push_back(column.oid);
        cycle_->walks.at(part).emplace(
            std::move(prefixes),
            Walk::Options{
                .version = version_,
                .no_bulk = manner.no_bulk,
                .has_uptime = manner.has_uptime,
                .pace = paces_.at(part),
                .last_index = inventory.last_index(),
                .expected_rows = inventory.size(),
            }
        );
    }
}

void HotRead::drop()
{
    cycle_.reset();
}

bool HotRead::is_open(std::size_t part) const
{
    if (!cycle_) return false;
    if (cycle_->rows) return part == 0 && !cycle_->rows->finished();
    return cycle_->walks.at(part) && !cycle_->walks.at(part)->finished();
}

bool HotRead::finished() const
{
    for (std::size_t part = 0; part < parts; ++part)
        if (is_open(part)) return false;
    return true;
}

Ask HotRead::ask(std::size_t part)
{
    return cycle_->rows ? cycle_->rows->ask() : cycle_->walks.at(part)->ask();
}

bool HotRead::is_answer(std::size_t part, const ResponseView& reply) const
{
    return cycle_->rows ? cycle_->rows->is_answer(reply) : cycle_->walks.at(part)->is_answer(reply);
}

void HotRead::shrink(std::size_t part)
{
    if (cycle_->rows) {
        cycle_->rows->shrink();
    } else {
        cycle_->walks.at(part)->shrink();
    }
}

HotRead::Step HotRead::feed_rows(const ResponseView& reply, MonoTime now)
{
    RowRead& rows = *cycle_->rows;
    Step step;
    step.failure = rows.feed(reply, now, cycle_->reading);
    step.uptime = rows.uptime();
    cycle_->varbinds = rows.varbinds();
    at_once_ = rows.at_once();
    return step;
}

HotRead::Step HotRead::feed(
    std::size_t part, const ResponseView& reply, std::size_t bytes, MonoTime now
)
{
    if (cycle_->rows) return feed_rows(reply, now);
    Walk& walk = *cycle_->walks.at(part);
    const std::uint64_t before = walk.varbinds();
    const auto values = walk.feed(reply, bytes);
    cycle_->varbinds += walk.varbinds() - before;
    Step step{.uptime = walk.uptime()};
    step.all_known = cycle_->reading.feed(
        cycle_->columns.at(part), part == wide, values, {.arrived = now, .uptime = step.uptime}
    );
    step.failure = walk.failure();
    if (walk.finished() && !step.failure) paces_.at(part) = walk.pace();
    return step;
}

std::string HotRead::place() const
{
    for (std::size_t part = 0; part < parts; ++part)
        if (is_open(part))
            return cycle_->rows ? cycle_->rows->place() : cycle_->walks.at(part)->place();
    return {};
}

std::vector<Finding> HotRead::findings() const
{
    std::vector<Finding> all;
    if (!cycle_) return all;
    for (const std::optional<Walk>& walk : cycle_->walks) {
        if (!walk) continue;
        for (Finding& finding : walk->findings())
            all.push_back(std::move(finding));
    }
    add_finding(all, Anomaly::wrong_type, cycle_->reading.mistyped(), "value");
    add_finding(all, Anomaly::speed_implausible, cycle_->reading.implausible_speeds(), "interface");
    return all;
}

TableReading HotRead::take()
{
    TableReading reading = std::move(cycle_->reading).take();
    drop();
    return reading;
}

} // namespace hallmonitor::agent
