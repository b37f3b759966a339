#pragma once
// What SNMPv3 devices report instead of answering, and what to tell people: each sentence speaks of
// the device and says what to look at.

#include "agent/config.hpp"
#include "agent/snmp/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hallmonitor::agent {

/// RFC 3414 section 5 (usmStats), RFC 3412 section 5 (snmpMPDStats), RFC 3413 section 4.1.2.
enum class UsmReport : std::uint8_t {
    unsupported_level,
    not_in_time_window,
    unknown_user,
    unknown_engine,
    wrong_digest,
    decryption_error,
    unknown_context,
    other,
};

/// The counter that a report names first.
[[nodiscard]] UsmReport report_of(const ResponseView& report);

/// "SHA-256", "AES-128", "authPriv": as people and vendors write them.
[[nodiscard]] std::string_view name_of(AuthProtocol protocol);
[[nodiscard]] std::string_view name_of(PrivProtocol protocol);
[[nodiscard]] std::string_view name_of(SecurityLevel level);

/// Why a device that sent this report will not answer the user.
[[nodiscard]] std::string refusal_text(UsmReport report, const UsmSettings& user);

/// What one may look at where encrypted requests are not understood: "priv_password, ...".
[[nodiscard]] std::string privacy_suspects(const UsmSettings& user);

} // namespace hallmonitor::agent
