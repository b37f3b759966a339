#pragma once
// Asks a simulated device through the agent's own codec: each checks the other.

#include "agent/snmp/message.hpp"
#include "tests/sim/device.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::sim {

struct Question {
    agent::PduType type{agent::PduType::get};
    std::vector<std::string> oids;
    std::int32_t non_repeaters{0};
    std::int32_t repetitions{0};
    agent::SnmpVersion version{agent::SnmpVersion::v2c};
    std::string community{"public"};
};

struct VarBind {
    std::string oid;
    agent::Tag tag{agent::Tag::null};
    std::string text; // of octets
    std::optional<std::uint64_t> number;
    bool operator==(const VarBind&) const = default;
};

struct Reply {
    bool is_silent{false};
    bool is_malformed{false};
    std::size_t octets{0};
    std::int32_t id{0};
    std::int32_t error_status{0};
    std::int32_t error_index{0};
    std::string community;
    std::vector<VarBind> varbinds;
    Datagram datagram; // without its bytes
};

inline constexpr std::int32_t question_id = 0x12345678;

Reply ask(Device& device, const Question& question, Instant now = Instant{0});

/// All objects below 1.3, by GETNEXT; ends after `most`, or when a reply has none.
std::vector<VarBind> walk(Device& device, std::size_t most = 10'000);

/// A switch of its own.
Device make_switch(std::size_t ports, std::size_t reply_limit = usual_reply);

} // namespace hallmonitor::sim
