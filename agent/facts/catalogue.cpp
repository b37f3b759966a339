#include "agent/facts/catalogue.hpp"

#include "agent/facts/profile_check.hpp"
#include "agent/facts/profile_reader.hpp"
#include "common/check.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>
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

// The profile and all that it extends, bases first, each once.
void collect(
    const Catalogue& all,
    const Profile& profile,
    std::set<const Profile*>& seen,
    std::vector<const Profile*>& into
)
{
    if (!seen.insert(&profile).second) return;
    for (const std::string& name : profile.extends)
        if (const Profile* base = all.find(name)) collect(all, *base, seen, into);
    into.push_back(&profile);
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

std::size_t CompleteProfile::scalar_named(std::string_view name) const
{
    for (std::size_t number = 0; number < scalars.size(); ++number)
        if (scalars[number]->name == name) return number;
    return none;
}

std::size_t CompleteProfile::table_named(std::string_view name) const
{
    for (std::size_t number = 0; number < tables.size(); ++number)
        if (tables[number]->name == name) return number;
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
    for (const ProfileText& text : texts) {
        auto profile = read_profile(text.yaml, std::string{text.file}, std::string{text.name});
        add(std::move(profile.errors));
        if (profile.config)
            catalogue->profiles_.insert_or_assign(
                std::string{text.name}, std::move(*profile.config)
            );
    }
    if (loaded.errors.empty()) add(check_profiles(*catalogue));
    if (loaded.errors.empty() && catalogue->find(fallback) == nullptr)
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
    for (const auto& [name, profile] : profiles_) {
        if (!fit_of(profile.match, device).fits) continue;
        for (const Oid& oid : profile.match.answers)
            if (std::find(oids.begin(), oids.end(), oid) == oids.end()) oids.push_back(oid);
    }
    return oids;
}

const Profile& Catalogue::choose(const DeviceIdentity& device, const Answered& answered) const
{
    const Profile* best = find(fallback);
    INVARIANT(best != nullptr);
    Fit best_fit;
    for (const auto& [name, profile] : profiles_) {
        const Fit fit = fit_of(profile.match, device);
        if (!fit.fits || (best_fit.fits && !fit.is_better_than(best_fit))) continue;
        const auto& oids = profile.match.answers;
        if (!oids.empty() && std::none_of(oids.begin(), oids.end(), answered)) continue;
        best = &profile;
        best_fit = fit;
    }
    return *best;
}

const Profile* Catalogue::find(std::string_view name) const
{
    const auto found = profiles_.find(name);
    return found != profiles_.end() ? &found->second : nullptr;
}

CompleteProfile Catalogue::complete(const Profile& profile) const
{
    CompleteProfile complete{.profile = &profile, .scalars = {}, .tables = {}, .rules = {}};
    std::set<const Profile*> seen;
    std::vector<const Profile*> line;
    collect(*this, profile, seen, line);
    for (const Profile* one : line) {
        for (const ScalarSource& scalar : one->scalars)
            put(complete.scalars, scalar);
        for (const TableSource& table : one->tables)
            put(complete.tables, table);
        complete.rules.erase(
            std::remove_if(
                complete.rules.begin(),
                complete.rules.end(),
                [&](const Rule* rule) {
                    const auto& gone = one->replace;
                    return std::find(gone.begin(), gone.end(), rule->section) != gone.end();
                }
            ),
            complete.rules.end()
        );
        for (const Rule& rule : one->rules)
            complete.rules.push_back(&rule);
    }
    return complete;
}

} // namespace hallmonitor::agent
