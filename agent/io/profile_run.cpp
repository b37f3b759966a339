#include "agent/io/profile_run.hpp"

#include "agent/facts/facts.hpp"
#include "agent/facts/recording.hpp"
#include "agent/facts/walk_text.hpp"
#include "agent/inspect/profile_text.hpp"
#include "agent/io/mib_reader.hpp"
#include "agent/io/profile_files.hpp"
#include "common/io/files.hpp"
#include "common/report/text_table.hpp"

#include <cstddef>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

namespace hallmonitor::agent {
namespace {

constexpr int found_fault = 1;
constexpr std::size_t recording_bytes = std::size_t{256} << 20;
constexpr auto automatic = "auto";

DeviceIdentity identity_of(const DeviceRecording& recording)
{
    const auto text = [&](std::uint32_t object) {
        return text_of(value_at(recording, Oid{1, 3, 6, 1, 2, 1, 1, object, 0}));
    };
    const auto oid = Oid::parse(text(2));
    return {.sys_object_id = oid ? *oid : Oid{}, .sys_descr = text(1)};
}

// Name of the profile asked for; there may be none such.
std::string profile_of(
    const ProfileTest& request, const Catalogue& catalogue, const DeviceRecording& recording
)
{
    if (request.profile != automatic) return request.profile;
    return catalogue.choose(identity_of(recording), [&](const Oid& oid) {
        return answers(recording, oid);
    });
}

Loaded<std::shared_ptr<const Catalogue>> catalogue_of(const ProfileTest& request)
{
    const bool is_file = request.profile.ends_with(".yaml");
    return is_file ? load_catalogue(request.folder, request.profile)
                   : load_catalogue(request.folder);
}

void print(const std::vector<ConfigError>& errors)
{
    for (const ConfigError& error : errors)
        std::cerr << to_string(error) << '\n';
}

} // namespace

int run_profile_test(const ProfileTest& request)
{
    const auto loaded = catalogue_of(request);
    print(loaded.errors);
    if (!loaded.config) return found_fault;
    const auto text = read_text_file(request.recording, recording_bytes);
    if (!text) {
        std::cerr << request.recording << ": cannot read the recording: " << text.error().message()
                  << '\n';
        return found_fault;
    }
    const DeviceRecording recording =
        read_recording(is_walk(*text) ? recording_of_walk(*text) : *text);
    for (const std::string& problem : recording.problems)
        std::cerr << request.recording << ": " << problem << "; it is left out\n";
    const Catalogue& catalogue = **loaded.config;
    const auto profile = catalogue.find(profile_of(request, catalogue, recording));
    if (profile == nullptr) {
        std::cerr << "there is no profile '" << request.profile
                  << "': give a file that ends in .yaml, 'auto', or a name that "
                     "'hallmonitor-agent profile list' shows\n";
        return found_fault;
    }
    const auto complete = catalogue.complete(profile->name);
    const InterfaceInventory inventory = interfaces_of(recording);
    const Facts facts = understand(*complete, raw_facts_of(recording, *complete), inventory.rows());
    std::cout << profile_text(*profile, facts, inventory.rows(), request.json);
    return 0;
}

int run_profile_compile(const ProfileCompile& request)
{
    const auto loaded = read_mibs(request.files, request.folders);
    print(loaded.errors);
    if (!loaded.config) return found_fault;
    if (loaded.config->scalars.empty() && loaded.config->tables.empty()) {
        std::cerr << request.files.front() << ": nothing in it can be read\n";
        return found_fault;
    }
    for (const std::string& missing : loaded.config->missing)
        std::cerr << missing << '\n';
    std::cout << draft_profile(*loaded.config);
    return 0;
}

int run_profile_list(const std::string& folder)
{
    const auto loaded = load_catalogue(folder);
    print(loaded.errors);
    if (!loaded.config) return found_fault;
    TextTable table{{{"PROFILE", Align::left}, {"FOR", Align::left}, {"MATCHES", Align::left}}};
    for (const std::string_view name : (*loaded.config)->names()) {
        const auto profile = (*loaded.config)->find(name);
        std::string matches;
        for (const Oid& oid : profile->match.sys_object_ids)
            matches += (matches.empty() ? "" : " ") + oid.to_string();
        table.add({std::string{name}, profile->title, matches});
    }
    std::cout << table.text(false);
    return 0;
}

} // namespace hallmonitor::agent
