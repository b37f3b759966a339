#pragma once
// A profile: what is read of a kind of device and what it means (docs/profiles.md).

#include "agent/facts/expression.hpp"
#include "agent/snmp/oid.hpp"
#include "common/model/fact_sections.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

struct ScalarSource {
    std::string name;
    Oid oid; // without the .0
};

struct TableSource {
    std::string name;
    Oid entry;
    std::vector<std::size_t> index_lengths; // numbers of a row's index; empty: any
    std::vector<std::pair<std::string, std::uint32_t>> columns; // name and number
};

/// Makes rows of one section.
struct Rule {
    struct Condition {
        Expression column;
        std::vector<Value> values;
    };
    FactSection section{};
    std::string each;                // a table: a row of facts a row of it; empty: one row
    std::string instead_of;          // a table: its rows of the same index give way
    std::vector<std::string> unless; // tables and scalars: the rule counts where they bring nothing
    std::vector<Condition> where;
    std::vector<std::pair<std::size_t, Expression>> fields; // place of the field in its section
    int line{0};                                            // in its file
    int place{0};                                           // in its line
};

/// When a profile is a device's.
struct ProfileMatch {
    std::vector<Oid> sys_object_ids;
    std::vector<std::string> sys_descr; // in small letters
    std::vector<Oid> answers;

    [[nodiscard]] bool is_empty() const
    {
        return sys_object_ids.empty() && sys_descr.empty() && answers.empty();
    }
};

struct Profile {
    std::string name; // its path under the folder of profiles, without ending
    std::string title;
    std::string file;
    struct Base {
        std::string name;
        int line{0};
        int place{0};
    };
    std::vector<Base> extends;
    std::vector<FactSection> replace;
    ProfileMatch match;
    std::vector<ScalarSource> scalars;
    std::vector<TableSource> tables;
    std::vector<Rule> rules;
};

/// A profile with all that it extends.
struct CompleteProfile {
    std::string name;
    std::vector<std::shared_ptr<const Profile>> profiles; // that the rest points into
    std::vector<const ScalarSource*> scalars;
    std::vector<const TableSource*> tables;
    std::vector<const Rule*> rules;

    static constexpr auto none = static_cast<std::size_t>(-1);
    [[nodiscard]] std::size_t scalar_named(std::string_view wanted) const;
    [[nodiscard]] std::size_t table_named(std::string_view wanted) const;
};

/// Place of the column in the table's list.
[[nodiscard]] std::size_t column_named(const TableSource& table, std::string_view name);

} // namespace hallmonitor::agent
