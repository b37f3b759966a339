#include "tests/collector/health/memory_db.hpp"

#include <algorithm>

namespace hallmonitor::collector::ledger_test {

void MemoryDb::write(const Checkpoint& checkpoint)
{
    for (const EpochRecord& record : checkpoint.forgotten_epochs)
        agents_.erase({record.agent, record.epoch});
    for (const TableKey& key : checkpoint.forgotten_tables)
        tables_.erase(key);
    for (const AgentRecord& record : checkpoint.agents)
        agents_[{record.agent, record.epoch}] = record;
    for (const TableRecord& record : checkpoint.tables) {
        TableRecord& kept = tables_[record.table];
        kept.table = record.table;
        kept.state = record.state;
        if (!record.definition.empty()) kept.definition = record.definition;
    }
    for (const IntervalRecord& record : checkpoint.intervals) {
        const Place place{record.table, record.component, record.interval.from};
        const auto [known, is_new] = intervals_.try_emplace({place, record.interval.state}, record);
        Interval& interval = known->second.interval;
        interval.to = std::max(interval.to, record.interval.to);
    }
    for (const RollupRecord& record : checkpoint.rollups) {
        for (const auto& [component, sums] : unpack_sums(record.sums).value()) {
            auto& sum = rollups_[{record.table, component, record.hour}];
            for (std::size_t slot = 0; slot < sum.size(); ++slot)
                sum.at(slot) += sums.at(slot);
        }
    }
    std::erase_if(journal_, [&](const JournalRecord& record) {
        return record.number < checkpoint.journal_needed_from;
    });
    journal_.insert(journal_.end(), checkpoint.journal.begin(), checkpoint.journal.end());
    events_.insert(events_.end(), checkpoint.events.begin(), checkpoint.events.end());
}

LedgerImage MemoryDb::image() const
{
    LedgerImage image;
    for (const auto& [key, record] : agents_)
        image.agents.push_back(record);
    for (const auto& [key, record] : tables_)
        image.tables.push_back(record);
    for (const auto& [key, record] : intervals_)
        if (record.is_watched) image.intervals.push_back(record);
    image.journal = journal_;
    image.events = events_;
    return image;
}

std::vector<IntervalRecord> MemoryDb::intervals() const
{
    std::vector<IntervalRecord> all;
    for (const auto& [key, record] : intervals_)
        all.push_back(record);
    return all;
}

std::uint64_t MemoryDb::octets(const std::string& component) const
{
    std::uint64_t sum = 0;
    for (const auto& [place, amounts] : rollups_)
        if (std::get<1>(place) == component) sum += amounts[0];
    return sum;
}

} // namespace hallmonitor::collector::ledger_test
