#include "agent/facts/catalogue.hpp"

#include "agent/facts/profile_check.hpp"
#include "agent/facts/profile_reader.hpp"
#include "common/check.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

namespace hallmonitor::agent {
namespace {

constexpr std::string_view fallback = "standard";

bool contains_one(std::string_view text, const std::vector<std::string>& parts)
{
    return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
        const auto found = std::search(
            text.begin(),
            text.end(),
            part.begin(),
            part.end(),
            [](unsigned char a, unsigned char b) { return std::tolower(a) == b; }
        );
        return found != text.end();
    });
}

// How well a profile fits by what is known of a device; none: not at all.
struct Fit {
    bool fits{false};
    std::size_t arcs{0}; // of the longest prefix that matches
    std::size_t conditions{0};

    [[nodiscard]] bool is_better_than(const Fit& other) const
    {
        return arcs != other.arcs ? arcs > other.arcs : conditions > other.conditions;
    }
};

Fit fit_of(const ProfileMatch& match, const DeviceIdentity& device)
{
    if (match.is_empty()) return {};
    Fit fit{.fits = true};
    for (const Oid& prefix : match.sys_object_ids)
        if (device.sys_object_id.starts_with(prefix))
            fit.arcs = std::max(fit.arcs, prefix.arcs().size());
    if (!match.sys_object_ids.empty() && fit.arcs == 0) return {};
    if (!match.sys_descr.empty() && !contains_one(device.sys_descr, match.sys_descr)) return {};
    fit.conditions = (match.sys_descr.empty() ? 0U : 1U) + (match.answers.empty() ? 0U : 1U);
    return fit;
}

template <class Source>
void put(std::vector<const Source*>& into, const Source& source)
{
    const auto same = std::find_if(into.begin(), into.end(), [&](const Source* one) {
        return one->name == source.name;
    });
    if (same != into.end()) {
        *same = &source;
    } else {
        into.push_back(&source);
    }
}

} // namespace

std::size_t CompleteProfile::scalar_named(std::string_view wanted) const
{
    for (std::size_t number = 0; number < scalars.size(); ++number)
        if (scalars[number]->name == wanted) return number;
    return none;
}

std::size_t CompleteProfile::table_named(std::string_view wanted) const
{
    for (std::size_t number = 0; number < tables.size(); ++number)
        if (tables[number]->name == wanted) return number;
    return none;
}

std::size_t column_named(const TableSource& table, std::string_view name)
{
    for (std::size_t number = 0; number < table.columns.size(); ++number)
        if (table.columns[number].first == name) return number;
    return CompleteProfile::none;
}

Loaded<std::shared_ptr<const Catalogue>> Catalogue::read(std::span<const ProfileText> texts)
{
    Loaded<std::shared_ptr<const Catalogue>> loaded;
    auto catalogue = std::make_shared<Catalogue>();
    const auto add = [&](std::vector<ConfigError> errors) {
        std::move(errors.begin(), errors.end(), std::back_inserter(loaded.errors));
    };
    // All, until they are checked: those that are built in were, by a test.
    std::vector<std::shared_ptr<const Profile>> all;
    const bool is_known_good = std::all_of(texts.begin(), texts.end(), [](const ProfileText& one) {
        return one.is_built_in;
    });
    for (const ProfileText& text : texts) {
        auto read = read_profile(text.yaml, std::string{text.file}, std::string{text.name});
        add(std::move(read.errors));
        if (!read.config) continue;
        auto profile = std::make_shared<const Profile>(std::move(*read.config));
        Entry& entry = catalogue->entries_[std::string{text.name}];
        entry.file = text.file;
        entry.own_text = text.is_built_in ? "" : text.yaml;
        entry.yaml = text.is_built_in ? text.yaml : entry.own_text;
        entry.match = profile->match;
        entry.profile = profile;
        if (!is_known_good) all.push_back(std::move(profile));
    }
    if (loaded.errors.empty() && !is_known_good) add(check_profiles(*catalogue));
    if (loaded.errors.empty() && catalogue->entry_of(fallback) == nullptr)
        loaded.errors.push_back(
            {.file = "profiles",
             .message = "there is no profile 'standard', which stands for "
                        "devices that no other profile matches"}
        );
    if (loaded.errors.empty()) loaded.config = std::move(catalogue);
    return loaded;
}

std::vector<Oid> Catalogue::questions(const DeviceIdentity& device) const
{
    std::vector<Oid> oids;
    for (const auto& [name, entry] : entries_) {
        if (!fit_of(entry.match, device).fits) continue;
        for (const Oid& oid : entry.match.answers)
            if (std::find(oids.begin(), oids.end(), oid) == oids.end()) oids.push_back(oid);
    }
    return oids;
}

std::string Catalogue::choose(const DeviceIdentity& device, const Answered& answered) const
{
    std::string best{fallback};
    Fit best_fit;
    for (const auto& [name, entry] : entries_) {
        const Fit fit = fit_of(entry.match, device);
        if (!fit.fits || (best_fit.fits && !fit.is_better_than(best_fit))) continue;
        const auto& oids = entry.match.answers;
        if (!oids.empty() && std::none_of(oids.begin(), oids.end(), answered)) continue;
        best = name;
        best_fit = fit;
    }
    return best;
}

Catalogue::Entry* Catalogue::entry_of(std::string_view name) const
{
    const auto found = entries_.find(name);
    return found != entries_.end() ? &found->second : nullptr;
}

std::shared_ptr<const Profile> Catalogue::find(std::string_view name) const
{
    Entry* const entry = entry_of(name);
    if (entry == nullptr) return nullptr;
    if (auto known = entry->profile.lock()) return known;
    auto read = read_profile(entry->yaml, entry->file, std::string{name});
    INVARIANT(read.config.has_value()); // it was without fault when it was read first
    auto profile = std::make_shared<const Profile>(std::move(*read.config));
    entry->profile = profile;
    return profile;
}

std::vector<std::string_view> Catalogue::names() const
{
    std::vector<std::string_view> names;
    for (const auto& [name, entry] : entries_)
        names.emplace_back(name);
    return names;
}

// The profile and all that it extends, bases first, each once.
void Catalogue::collect(
    const std::shared_ptr<const Profile>& profile, std::vector<std::shared_ptr<const Profile>>& into
) const
{
    if (std::find(into.begin(), into.end(), profile) != into.end()) return;
    for (const Profile::Base& one : profile->extends)
        if (const auto base = find(one.name)) collect(base, into);
    into.push_back(profile);
}

std::shared_ptr<const CompleteProfile> Catalogue::complete(std::string_view name) const
{
    Entry* const entry = entry_of(name);
    INVARIANT(entry != nullptr);
    if (auto known = entry->complete.lock()) return known;
    auto complete = std::make_shared<CompleteProfile>();
    complete->name = name;
    collect(find(name), complete->profiles);
    for (const auto& one : complete->profiles) {
        for (const ScalarSource& scalar : one->scalars)
            put(complete->scalars, scalar);
        for (const TableSource& table : one->tables)
            put(complete->tables, table);
        std::erase_if(complete->rules, [&](const Rule* rule) {
            const auto& gone = one->replace;
            return std::find(gone.begin(), gone.end(), rule->section) != gone.end();
        });
        for (const Rule& rule : one->rules)
            complete->rules.push_back(&rule);
    }
    entry->complete = complete;
    return complete;
}

} // namespace hallmonitor::agent
