#pragma once
// What an inspection's evidence means, in a sentence, and what to do about it. The protocol does
// not tell a wrong community from an access list or a narrow view, and neither do we.

#include "agent/inspect/evidence.hpp"

#include <string>

namespace hallmonitor::agent {

struct Verdict {
    bool ok{false};     // the agent would watch this device as it is, without further settings
    std::string text;   // to stand behind the device's name
    std::string remedy; // empty when nothing is wrong
    bool operator==(const Verdict&) const = default;
};

[[nodiscard]] Verdict judge(const Evidence& evidence);

} // namespace hallmonitor::agent
