#pragma once
// `hallmonitor-agent profile`: what a profile makes of a recording, and how one begins.

#include <string>
#include <vector>

namespace hallmonitor::agent {

struct ProfileTest {
    std::string profile;   // a file, the name of a profile, or "auto": as the device asks for
    std::string recording; // a file of snmpsim's form, or what snmpbulkwalk printed
    std::string folder;    // of profiles beside the built-in ones; empty: none
    bool json{false};
};

/// Prints what is understood. Exit code: 0 the profile is sound, 1 a fault was found.
int run_profile_test(const ProfileTest& request);

struct ProfileCompile {
    std::vector<std::string> files;   // MIB modules
    std::vector<std::string> folders; // with those that they import
};

/// Prints a profile drafted out of MIB files. Exit code as above.
int run_profile_compile(const ProfileCompile& request);

/// Prints every profile with its title and what it matches.
int run_profile_list(const std::string& folder);

} // namespace hallmonitor::agent
