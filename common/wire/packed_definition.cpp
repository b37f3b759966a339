#include "common/wire/packed_definition.hpp"

#include "common/check.hpp"
#include "common/wire/compression.hpp"
#include "common/wire/table_reader.hpp"
#include "common/wire/table_writer.hpp"

namespace hallmonitor::wire {

PackedDefinition::PackedDefinition(const TableDefinition& definition)
{
    const std::string fields = definition_fields(definition);
    frame_ = compress(fields);
    size_ = fields.size();
}

bool PackedDefinition::holds(const TableDefinition& definition) const
{
    return fields() == definition_fields(definition);
}

std::string PackedDefinition::fields() const
{
    if (size_ == 0) return {};
    auto fields = decompress(frame_, size_);
    INVARIANT(fields);
    return std::move(*fields);
}

std::optional<TableDefinition> PackedDefinition::unpack() const
{
    const std::string bytes = fields();
    auto read = read_definition(protozero::pbf_reader{bytes});
    if (!read) return std::nullopt;
    return std::move(read->definition);
}

} // namespace hallmonitor::wire
