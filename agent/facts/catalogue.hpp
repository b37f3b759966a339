#pragma once
// All profiles there are, and which of them is a device's (docs/profiles.md, "Which profile a
// device gets").

#include "agent/facts/profile.hpp"
#include "common/config/loaded.hpp"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::agent {

/// The text of one profile.
struct ProfileText {
    std::string_view name; // its path without ending: "cisco/ios"
    std::string_view file; // for messages
    std::string_view yaml; // stays where it is for ever if `is_built_in`
    bool is_built_in{false};
};

/// By what a device is known before anything but its system group is read.
struct DeviceIdentity {
    Oid sys_object_id;
    std::string sys_descr;
};

/// Of a profile it keeps by what it is chosen; the rest, which is a hundred times as much, only
/// while somebody uses it. Not for several threads.
class Catalogue {
public:
    /// Of two texts with one name the later stands. Every name in every profile is looked up,
    /// unless all are built in.
    [[nodiscard]] static Loaded<std::shared_ptr<const Catalogue>> read(
        std::span<const ProfileText> texts
    );

    /// OIDs on whose answering the choice depends.
    [[nodiscard]] std::vector<Oid> questions(const DeviceIdentity& device) const;

    using Answered = std::function<bool(const Oid&)>;
    /// Name of the profile of this device; `standard` where none matches.
    [[nodiscard]] std::string choose(const DeviceIdentity& device, const Answered& answered) const;

    /// Null where there is none of that name.
    [[nodiscard]] std::shared_ptr<const Profile> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> names() const;

    /// With all that it extends; `name` is one of names().
    [[nodiscard]] std::shared_ptr<const CompleteProfile> complete(std::string_view name) const;

private:
    struct Entry {
        std::string file;
        std::string own_text; // unless it is built in
        std::string_view yaml;
        ProfileMatch match;
        std::weak_ptr<const Profile> profile;
        std::weak_ptr<const CompleteProfile> complete;
    };
    [[nodiscard]] Entry* entry_of(std::string_view name) const;
    void collect(
        const std::shared_ptr<const Profile>& profile,
        std::vector<std::shared_ptr<const Profile>>& into
    ) const;

    mutable std::map<std::string, Entry, std::less<>> entries_;
};

} // namespace hallmonitor::agent
