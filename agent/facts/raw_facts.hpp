#pragma once
// What a device answered about the objects of its profile, before anything is made of it.

#include "agent/facts/profile.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

using FactIndex = std::vector<std::uint32_t>; // arcs behind the column

enum class TableRead : std::uint8_t {
    absent, // the device has nothing of it
    ok,
    failed, // it broke off; what came before stands
};

/// Which of a profile's objects a device has, by their numbers, and which of its rules hence do not
/// count.
struct Presence {
    std::vector<bool> scalars;
    std::vector<bool> tables;
    std::vector<bool> superseded_rules;

    [[nodiscard]] bool is_superseded(std::size_t rule) const
    {
        return rule < superseded_rules.size() && superseded_rules[rule];
    }
};

class RawFacts {
public:
    /// `profile` must outlive them.
    explicit RawFacts(const CompleteProfile& profile)
        : profile_(&profile), scalars_(profile.scalars.size()), tables_(profile.tables.size())
    {}
    /// Of a device that is known to have these objects, of which only a part is read.
    RawFacts(const CompleteProfile& profile, Presence known) : RawFacts(profile)
    {
        known_ = std::move(known);
    }

    /// What the device has: as was known, else what was read.
    [[nodiscard]] Presence there() const;

    /// One row: a value a column, in the order of the table's columns.
    using Rows = std::map<FactIndex, std::vector<Value>>;

    void put_scalar(std::size_t scalar, Value value) { scalars_[scalar] = std::move(value); }
    /// Left out where the table has indexes of other lengths only.
    void put(std::size_t table, std::size_t column, FactIndex index, Value value);

    [[nodiscard]] const Value& scalar(std::size_t number) const { return scalars_[number]; }
    [[nodiscard]] const Rows& rows(std::size_t table) const { return tables_[table].rows; }
    /// Nothing where there is no such row or it lacks the column.
    [[nodiscard]] const Value& cell(std::size_t table, std::size_t column, const FactIndex& index)
        const;

private:
    struct Table {
        Rows rows;
    };
    const CompleteProfile* profile_;
    std::vector<Value> scalars_;
    std::vector<Table> tables_;
    std::optional<Presence> known_;
};

} // namespace hallmonitor::agent
