#pragma once
// The profiles that are built in, and what one of them makes of a recording.

#include "agent/facts/built_in_profiles.hpp"
#include "agent/facts/facts.hpp"
#include "agent/facts/recording.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace hallmonitor::agent::testing {

inline const Catalogue& built_in()
{
    static const auto loaded = Catalogue::read(built_in_profiles());
    return **loaded.config;
}

inline Facts facts_by(const std::string& profile, const std::string& recording)
{
    const auto complete = built_in().complete(profile);
    const DeviceRecording recorded = read_recording(recording);
    CHECK(recorded.problems.empty());
    return understand(*complete, raw_facts_of(recorded, *complete), interfaces_of(recorded).rows());
}

} // namespace hallmonitor::agent::testing
