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
    std::string_view yaml;
};

/// By what a device is known before anything but its system group is read.
struct DeviceIdentity {
    Oid sys_object_id;
    std::string sys_descr;
};

class Catalogue {
public:
    /// Of two texts with one name the later stands. Every name in every profile is looked up.
    [[nodiscard]] static Loaded<std::shared_ptr<const Catalogue>> read(
        std::span<const ProfileText> texts
    );

    /// OIDs on whose answering the choice depends.
    [[nodiscard]] std::vector<Oid> questions(const DeviceIdentity& device) const;

    using Answered = std::function<bool(const Oid&)>;
    /// The profile of this device; `standard` where none matches.
    [[nodiscard]] const Profile& choose(const DeviceIdentity& device, const Answered& answered)
        const;

    /// Null where there is none of that name.
    [[nodiscard]] const Profile* find(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, Profile, std::less<>>& profiles() const
    {
        return profiles_;
    }

    /// With all that it extends.
    [[nodiscard]] CompleteProfile complete(const Profile& profile) const;

private:
    std::map<std::string, Profile, std::less<>> profiles_;
};

} // namespace hallmonitor::agent
