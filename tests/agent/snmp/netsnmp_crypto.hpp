#pragma once
// net-snmp's stateless cryptography (generate_Ku, generate_kul, sc_*), as the other opinion on
// agent/snmp/usm_crypto and usm_keys.

#include "agent/snmp/usm_crypto.hpp"
#include "tests/agent/snmp/bytes.hpp"

#include <span>
#include <string_view>

namespace hallmonitor::agent::testing {

/// Ku of a password, localized.
Bytes netsnmp_key(
    AuthProtocol protocol, std::string_view password, std::span<const std::byte> engine_id
);

/// A localized key lengthened for the cipher; cut where it is long enough.
Bytes netsnmp_extend(
    AuthProtocol protocol,
    PrivProtocol priv,
    KeyExtension extension,
    const Bytes& key,
    std::span<const std::byte> engine_id
);

/// The digest of a message as it is.
Bytes netsnmp_digest(AuthProtocol protocol, const Bytes& key, const Bytes& message);

/// Ciphertext; the text is a multiple of 8 octets for DES.
Bytes netsnmp_encrypt(
    PrivProtocol protocol, const Bytes& key, const PrivInput& input, const Bytes& plain
);

} // namespace hallmonitor::agent::testing
