#pragma once
// A device's facts as last read live (common/model/fact_sections.hpp): sensors, supplies, batteries
// and whatever else its profile names. Nothing is copied: definition and reading are the ledger's.

#include "common/model/fact_sections.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"
#include "common/wire/batch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hallmonitor::collector {

/// Where in a table of facts its sections are; made once a definition. Rows whose key is none, or
/// that come twice, are left out: each key stands for one row.
class FactLayout {
public:
    explicit FactLayout(std::shared_ptr<const TableDefinition> definition);

    [[nodiscard]] const std::shared_ptr<const TableDefinition>& definition() const
    {
        return definition_;
    }
    /// Numbers of a section's rows, in the order of the definition.
    [[nodiscard]] std::span<const std::uint32_t> rows(FactSection section) const;
    /// How many rows the sections before this one have.
    [[nodiscard]] std::size_t rows_before(FactSection section) const
    {
        return begins_.at(static_cast<std::size_t>(section));
    }
    /// Where the column of this number stands; empty when the table has none such.
    [[nodiscard]] std::optional<std::size_t> column(std::size_t number) const;

private:
    static constexpr std::uint16_t absent = 0xffff;
    std::shared_ptr<const TableDefinition> definition_;
    std::vector<std::uint32_t> rows_; // section by section
    std::array<std::uint32_t, fact_sections + 1> begins_{};
    std::array<std::uint16_t, fact_columns> columns_{};
};

/// A row's key behind its section, which tells it from the others there; empty for a single row.
[[nodiscard]] std::string_view fact_id(const Row& row);

struct FactTable {
    std::shared_ptr<const FactLayout> layout;     // null: nothing was told of any
    std::shared_ptr<const PlacedReading> reading; // null before the first
    WallTime read_at;                             // of it, by the collector's clock

    /// True while the values stand (2.5 intervals).
    [[nodiscard]] bool is_fresh(WallTime now) const;
    [[nodiscard]] std::span<const std::uint32_t> rows(FactSection section) const;
    [[nodiscard]] const Row& row(std::uint32_t number) const
    {
        return layout->definition()->rows[number];
    }
    /// Cell of a field that moves. Empty for one that does not, and without a reading.
    [[nodiscard]] Cell cell(std::uint32_t row, const FieldInfo& field) const;
    /// What the cell of a number, count, ratio or flag holds.
    [[nodiscard]] std::optional<double> number(std::uint32_t row, const FieldInfo& field) const;
    /// What the cell of a word holds; empty also for a newer agent's.
    [[nodiscard]] std::string_view word(std::uint32_t row, const FieldInfo& field) const;
};

/// The field of this name, which the section must have.
[[nodiscard]] const FieldInfo& fact_field(FactSection section, std::string_view name);

/// What a row is called: its name, else its description, else its id.
[[nodiscard]] std::string_view fact_name(const Row& row);

/// A threshold: the finite number that a text is.
[[nodiscard]] std::optional<double> fact_threshold(const Row& row, Attribute name);

/// Whether a UPS feeds out of its battery: by its output source, else by how long it has done so.
/// Empty where it says neither.
[[nodiscard]] std::optional<bool> is_on_battery(const FactTable& facts);

} // namespace hallmonitor::collector
