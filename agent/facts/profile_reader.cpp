#include "agent/facts/profile_reader.hpp"

#include "agent/facts/expression_reader.hpp"
#include "common/config/strict_yaml.hpp"
#include "common/config/values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr std::uint32_t most_column = 1'000'000;

std::string in_small_letters(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return text;
}

using Source = Expression::Source;

// The kind of sensor that each reading of the section is of, where a rule does not say it.
Expression kind_of(const FieldInfo& field)
{
    Expression kind;
    kind.constant = std::string{field.kind};
    return kind;
}

// What no sensor of its kind measures is no value, nor a threshold.
void limit_by_kind(Rule& rule)
{
    const auto fields = info_of(rule.section).fields;
    const auto said = std::find_if(rule.fields.begin(), rule.fields.end(), [&](const auto& one) {
        return rule.section == FactSection::sensors && fields[one.first].name == "kind";
    });
    const auto shared =
        said != rule.fields.end() ? std::make_shared<const Expression>(said->second) : nullptr;
    for (auto& [field, expression] : rule.fields) {
        const FieldInfo& info = fields[field];
        if (!info.kind.empty())
            expression.steps.emplace_back(KindStep{
                std::make_shared<const Expression>(kind_of(info))});
        if (info.kind.empty() && info.is_gauge && shared)
            expression.steps.emplace_back(KindStep{shared});
    }
}

// The objects that a reading is made of, not those that scale it.
void mark_gauges(Expression& expression)
{
    const bool is_object = expression.source == Source::word ||
                           expression.source == Source::column ||
                           expression.source == Source::scalar || expression.source == Source::all;
    expression.is_gauge = is_object;
    for (Expression& part : expression.parts)
        mark_gauges(part);
}

/// Reads one file; its sections are read by functions that take the mapping at hand.
class ProfileReader {
public:
    ProfileReader(ConfigErrors& errors, Profile& profile) : errors_(errors), profile_(profile) {}

    void read(const YamlValue& root);

private:
    void read_match(Section match);
    void read_extends(Section& root);
    void read_replace(Section& root);
    void read_scalars(const YamlValue* mapping);
    void read_tables(const YamlValue& mapping);
    void read_table(const YamlEntry& entry);
    void read_index_length(const YamlValue& yaml, TableSource& table);
    void read_facts(const YamlValue& mapping);
    void read_rule(FactSection section, const YamlValue& yaml);
    void check_needs(const Rule& rule, const std::vector<bool>& said);
    void read_where(Rule& rule, const YamlValue& mapping);
    std::optional<Oid> oid(const YamlValue& yaml, std::string_view key);
    bool is_mapping(const YamlValue& yaml, std::string_view key);

    ConfigErrors& errors_;
    Profile& profile_;
};

void ProfileReader::read(const YamlValue& root)
{
    Section section{root, errors_};
    section.require("title", "what kind of device it is for");
    section.text("title", profile_.title);
    read_extends(section);
    if (auto match = section.section("match")) read_match(*match);
    read_replace(section);
    read_scalars(section.find("scalars"));
    if (const YamlValue* tables = section.find("tables")) read_tables(*tables);
    if (const YamlValue* facts = section.find("facts")) read_facts(*facts);
    section.finish();
}

bool ProfileReader::is_mapping(const YamlValue& yaml, std::string_view key)
{
    if (yaml.kind == YamlValue::Kind::mapping) return true;
    errors_.add(yaml.line, yaml.column, in_quotes(key) + " must be a mapping");
    return false;
}

std::optional<Oid> ProfileReader::oid(const YamlValue& yaml, std::string_view key)
{
    constexpr std::size_t least_arcs = 3;
    auto parsed =
        yaml.kind == YamlValue::Kind::scalar ? Oid::parse(yaml.text) : Result<Oid>{Errc::malformed};
    if (parsed && parsed->arcs().size() >= least_arcs) return std::move(*parsed);
    errors_.add(
        yaml.line,
        yaml.column,
        in_quotes(key) + " must be an OID in numbers, such as 1.3.6.1.2.1.47.1.1.1.1"
    );
    return std::nullopt;
}

void ProfileReader::read_match(Section match)
{
    const auto oids = [&](std::string_view key, std::vector<Oid>& into) {
        const YamlValue* const list = match.find(key);
        if (list == nullptr) return;
        if (list->kind != YamlValue::Kind::sequence || list->items.empty())
            return match.complain(*list, in_quotes(key) + " must be a list of OIDs");
        for (const YamlValue& item : list->items)
            if (auto one = oid(item, key)) into.push_back(std::move(*one));
    };
    oids("sys_object_id", profile_.match.sys_object_ids);
    oids("answers", profile_.match.answers);
    match.text_list("sys_descr", profile_.match.sys_descr);
    for (std::string& text : profile_.match.sys_descr)
        text = in_small_letters(std::move(text));
    match.finish();
}

void ProfileReader::read_extends(Section& root)
{
    std::vector<std::string> names;
    if (!root.text_list("extends", names)) return;
    for (const YamlValue& item : root.find("extends")->items)
        profile_.extends.push_back({.name = item.text, .line = item.line, .place = item.column});
}

void ProfileReader::read_replace(Section& root)
{
    std::vector<std::string> names;
    root.text_list("replace", names);
    for (const std::string& name : names) {
        if (const auto section = section_named(name)) {
            profile_.replace.push_back(*section);
        } else {
            root.complain(*root.find("replace"), "there is no section " + in_quotes(name));
        }
    }
}

void ProfileReader::read_scalars(const YamlValue* mapping)
{
    if (mapping == nullptr || !is_mapping(*mapping, "scalars")) return;
    for (const YamlEntry& entry : mapping->entries)
        if (auto at = oid(entry.value, entry.key))
            profile_.scalars.push_back({entry.key, std::move(*at)});
}

void ProfileReader::read_tables(const YamlValue& mapping)
{
    if (!is_mapping(mapping, "tables")) return;
    for (const YamlEntry& entry : mapping.entries)
        if (is_mapping(entry.value, entry.key)) read_table(entry);
}

void ProfileReader::read_table(const YamlEntry& entry)
{
    Section section{entry.value, errors_};
    TableSource table;
    table.name = entry.key;
    section.require("entry", "the OID of the table's entry");
    if (const YamlValue* at = section.find("entry"))
        if (auto parsed = oid(*at, "entry")) table.entry = std::move(*parsed);
    if (const YamlValue* length = section.find("index_length")) read_index_length(*length, table);
    section.require("columns", "names and numbers of the columns");
    if (const YamlValue* columns = section.find("columns");
        columns != nullptr && is_mapping(*columns, "columns")) {
        for (const YamlEntry& column : columns->entries) {
            const auto number = parse_whole(column.value.text);
            if (number && *number > 0 && *number <= most_column) {
                table.columns.emplace_back(column.key, static_cast<std::uint32_t>(*number));
            } else {
                section.complain(
                    column.value, in_quotes(column.key) + " must be a column's number"
                );
            }
        }
    }
    section.finish();
    profile_.tables.push_back(std::move(table));
}

// A number or a list of them.
void ProfileReader::read_index_length(const YamlValue& yaml, TableSource& table)
{
    const auto take = [&](const YamlValue& one) {
        const auto length =
            one.kind == YamlValue::Kind::scalar ? parse_whole(one.text) : std::nullopt;
        if (length && *length > 0 && *length < Oid::most_arcs)
            return table.index_lengths.push_back(static_cast<std::size_t>(*length));
        errors_.add(one.line, one.column, "'index_length' must be how many numbers an index has");
    };
    if (yaml.kind != YamlValue::Kind::sequence) return take(yaml);
    for (const YamlValue& item : yaml.items)
        take(item);
}

void ProfileReader::read_facts(const YamlValue& mapping)
{
    if (!is_mapping(mapping, "facts")) return;
    for (const YamlEntry& entry : mapping.entries) {
        const auto section = section_named(entry.key);
        if (!section) {
            errors_.add(entry.line, entry.column, "there is no section " + in_quotes(entry.key));
        } else if (entry.value.kind != YamlValue::Kind::sequence) {
            errors_.add(
                entry.value.line,
                entry.value.column,
                in_quotes(entry.key) + " must be a list of rules"
            );
        } else {
            for (const YamlValue& rule : entry.value.items)
                if (is_mapping(rule, entry.key)) read_rule(*section, rule);
        }
    }
}

void ProfileReader::read_rule(FactSection section, const YamlValue& yaml)
{
    Section keys{yaml, errors_};
    Rule rule;
    rule.section = section;
    rule.line = yaml.line;
    rule.place = yaml.column;
    keys.text("each", rule.each);
    keys.text("instead_of", rule.instead_of);
    keys.text_list("unless", rule.unless);
    if (const YamlValue* where = keys.find("where");
        where != nullptr && is_mapping(*where, "where"))
        read_where(rule, *where);
    const auto fields = info_of(section).fields;
    std::vector<bool> said(fields.size());
    for (std::size_t field = 0; field < fields.size(); ++field) {
        const YamlValue* const at = keys.find(fields[field].name);
        said[field] = at != nullptr;
        if (at == nullptr) continue;
        if (auto read = read_expression(*at, &fields[field], errors_))
            rule.fields.emplace_back(field, std::move(*read));
    }
    keys.finish();
    check_needs(rule, said);
    limit_by_kind(rule);
    for (auto& [field, expression] : rule.fields)
        if (fields[field].is_gauge) mark_gauges(expression);
    profile_.rules.push_back(std::move(rule));
}

// A rule without them never makes a row. `said`: which of the section's fields it has.
void ProfileReader::check_needs(const Rule& rule, const std::vector<bool>& said)
{
    const SectionInfo& section = info_of(rule.section);
    const auto complain = [&](const std::string& what) {
        errors_.add(
            rule.line, rule.place, "a rule of " + in_quotes(section.name) + " needs " + what
        );
    };
    if (std::find(said.begin(), said.end(), true) == said.end())
        return complain("at least one field");
    std::string choice;
    bool has_one = false;
    for (std::size_t field = 0; field < section.fields.size(); ++field) {
        const FieldInfo& info = section.fields[field];
        if (info.need == FieldInfo::Need::required && !said[field]) complain(in_quotes(info.name));
        if (info.need != FieldInfo::Need::one_of) continue;
        choice += (choice.empty() ? "" : ", ") + std::string{info.name};
        has_one = has_one || said[field];
    }
    if (!choice.empty() && !has_one) complain("one of " + choice);
}

void ProfileReader::read_where(Rule& rule, const YamlValue& mapping)
{
    constexpr std::string_view index_word = "index ";
    for (const YamlEntry& entry : mapping.entries) {
        Rule::Condition condition;
        condition.column.source = Expression::Source::word;
        condition.column.name = entry.key;
        condition.column.line = entry.line;
        condition.column.place = entry.column;
        condition.values = read_values(entry.value, entry.key, errors_);
        if (entry.key.starts_with(index_word)) {
            const auto number = parse_whole(std::string_view{entry.key}.substr(index_word.size()));
            if (!number || *number == 0 || *number > Oid::most_arcs) {
                errors_.add(entry.line, entry.column, "'index' needs a number from 1");
                continue;
            }
            condition.column.source = Expression::Source::index;
            condition.column.from = condition.column.to = static_cast<int>(*number);
            rule.where.push_back(std::move(condition));
            continue;
        }
        const std::size_t point = entry.key.find('.');
        if (point != std::string::npos) {
            condition.column.source = Expression::Source::column;
            condition.column.table = entry.key.substr(0, point);
            condition.column.name = entry.key.substr(point + 1);
        }
        rule.where.push_back(std::move(condition));
    }
}

} // namespace

Loaded<Profile> read_profile(
    std::string_view yaml, const std::string& file, const std::string& name
)
{
    Loaded<Profile> loaded;
    ConfigErrors errors{file};
    Profile profile;
    profile.name = name;
    profile.file = file;
    if (const auto root = parse_yaml(yaml, errors)) ProfileReader{errors, profile}.read(*root);
    if (errors.empty()) loaded.config = std::move(profile);
    loaded.errors = std::move(errors).take();
    return loaded;
}

} // namespace hallmonitor::agent
