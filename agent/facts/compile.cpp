#include "agent/facts/compile.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace hallmonitor::agent {
namespace {

bool is_capital(char c)
{
    return std::isupper(static_cast<unsigned char>(c)) != 0;
}

bool is_small(char c)
{
    return std::islower(static_cast<unsigned char>(c)) != 0;
}

char small(char c)
{
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// "cpuLoadEntry" makes columns "cpuLoad...".
std::string_view prefix_of(const MibTable& table)
{
    constexpr std::string_view ending = "Entry";
    std::string_view prefix = table.entry_name;
    if (prefix.ends_with(ending)) prefix.remove_suffix(ending.size());
    return prefix;
}

// Which of a table's columns are called what: short where that is unique.
std::vector<std::string> column_names(const MibTable& table)
{
    const std::string_view prefix = prefix_of(table);
    std::set<std::string> taken;
    std::vector<std::string> names;
    for (const MibObject& column : table.columns) {
        std::string name = column_name(column.name, prefix);
        if (taken.contains(name)) name = column_name(column.name, {});
        names.push_back(*taken.insert(std::move(name)).first);
    }
    return names;
}

// "1: ok, 2: slow" in YAML's own form.
std::string words_of(const MibObject& object)
{
    std::string words;
    for (const auto& [number, word] : object.words) {
        if (!words.empty()) words += ", ";
        words += std::to_string(number) + ": " + word;
    }
    return words;
}

std::string comment_of(const MibObject& object, const std::string& name)
{
    std::string comment = name.empty() ? "" : name + ", ";
    comment += object.syntax;
    if (!object.units.empty()) comment += " in " + object.units;
    if (!object.words.empty()) comment += " {" + words_of(object) + "}";
    return comment;
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string all;
    for (const std::string& part : parts)
        all += (all.empty() ? "" : ", ") + part;
    return all;
}

std::string missing_text(const MibModules& modules)
{
    if (modules.missing.empty()) return {};
    std::string text = "# It is not all that these MIBs have:\n";
    for (const std::string& one : modules.missing)
        text += "#   " + one + "\n";
    return text;
}

std::string scalars_text(const MibModules& modules)
{
    if (modules.scalars.empty()) return {};
    std::string text = "\nscalars:\n";
    for (const MibObject& scalar : modules.scalars)
        text += "  " + scalar.name + ": " + scalar.oid.to_string() + " # " +
                comment_of(scalar, {}) + "\n";
    return text;
}

std::string tables_text(const MibModules& modules)
{
    std::string text;
    for (const MibTable& table : modules.tables) {
        if (text.empty()) text = "\ntables:\n";
        text += "  " + table.name + ": # index: " + joined(table.index) + "\n";
        text += "    entry: " + table.entry.to_string() + "\n    columns:\n";
        const std::vector<std::string> names = column_names(table);
        for (std::size_t place = 0; place < names.size(); ++place) {
            const MibObject& column = table.columns[place];
            text += "      " + names[place] + ": " + std::to_string(column.oid.arcs().back()) +
                    " # " + comment_of(column, column.name) + "\n";
        }
    }
    return text;
}

// What a field would say: the word alone, or with the enumeration to be put into the fact's words.
std::string expression_of(std::string_view source, const std::string& name, const MibObject& object)
{
    if (object.words.empty()) return name;
    std::string text = "{";
    text.append(source) += ": " + name + ", enum: {" + words_of(object) + "}}";
    return text;
}

std::string facts_text(const MibModules& modules)
{
    std::string text = "\n# Take what is a fact: sections, fields and expressions stand in "
                       "docs/profiles.md.\n# facts:\n";
    for (const MibObject& scalar : modules.scalars)
        text +=
            "#   SECTION:\n#     - FIELD: " + expression_of("scalar", scalar.name, scalar) + "\n";
    for (const MibTable& table : modules.tables) {
        text += "#   SECTION:\n#     - each: " + table.name + "\n";
        const std::vector<std::string> names = column_names(table);
        for (std::size_t place = 0; place < names.size(); ++place)
            text +=
                "#       FIELD: " + expression_of("column", names[place], table.columns[place]) +
                "\n";
    }
    return text;
}

// The company's own branch, 1.3.6.1.4.1.N, of the first object that lies below it.
std::string company_of(const MibModules& modules)
{
    static const Oid enterprises{1, 3, 6, 1, 4, 1};
    const auto company = [](const Oid& oid) -> std::string {
        const auto& arcs = oid.arcs();
        const std::size_t length = enterprises.arcs().size();
        const bool is_below =
            arcs.size() > length &&
            std::equal(enterprises.arcs().begin(), enterprises.arcs().end(), arcs.begin());
        return is_below ? enterprises.to_string() + "." + std::to_string(arcs[length]) : "";
    };
    for (const MibObject& scalar : modules.scalars)
        if (auto found = company(scalar.oid); !found.empty()) return found;
    for (const MibTable& table : modules.tables)
        if (auto found = company(table.entry); !found.empty()) return found;
    return "1.3.6.1.4.1.N";
}

} // namespace

std::vector<std::string> modules_in(std::string_view text)
{
    constexpr std::string_view keyword = "DEFINITIONS";
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<std::string> names;
    for (auto at = text.find(keyword); at != std::string_view::npos;
         at = text.find(keyword, at + keyword.size())) {
        std::string_view before = text.substr(0, at);
        before = before.substr(0, before.find_last_not_of(blanks) + 1);
        // Between name and keyword the module may have an OID in braces.
        if (before.ends_with('}')) before = before.substr(0, before.rfind('{'));
        before = before.substr(0, before.find_last_not_of(blanks) + 1);
        const auto begin = std::find_if_not(before.rbegin(), before.rend(), [](unsigned char c) {
            return std::isalnum(c) != 0 || c == '-';
        });
        const std::string_view name =
            before.substr(static_cast<std::size_t>(before.rend() - begin));
        if (!name.empty() && is_capital(name.front())) names.emplace_back(name);
    }
    return names;
}

std::string column_name(std::string_view object, std::string_view prefix)
{
    const bool is_below = object.size() > prefix.size() && object.starts_with(prefix);
    if (is_below && !is_small(object[prefix.size()])) object.remove_prefix(prefix.size());
    std::string name;
    for (std::size_t at = 0; at < object.size(); ++at) {
        const char letter = object[at];
        // A word begins at a capital behind a small letter or digit, and before a small one.
        const bool begins =
            is_capital(letter) && at > 0 &&
            (!is_capital(object[at - 1]) || (at + 1 < object.size() && is_small(object[at + 1])));
        if (begins && !name.empty() && name.back() != '_') name += '_';
        name += letter == '-' ? '_' : small(letter);
    }
    return name;
}

std::string draft_profile(const MibModules& modules)
{
    const std::string title = joined(modules.names);
    return "# Drafted out of " + title +
           ". Say which devices it is for and what is a fact, take out " +
           "what\n# nobody needs, then see what it makes of a recording:\n" +
           "#   hallmonitor-agent profile test THIS_FILE.yaml RECORDING\n" + missing_text(modules) +
           "title: " + title + "\nextends: [standard]\n# match:\n#   sys_object_id: [" +
           company_of(modules) + "]\n" + scalars_text(modules) + tables_text(modules) +
           facts_text(modules);
}

} // namespace hallmonitor::agent
