#include "agent/snmp/usm_words.hpp"

#include "agent/snmp/oid.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor::agent {
namespace {

struct Counter {
    Oid oid;
    UsmReport report;
};

const std::array<Counter, 8>& counters()
{
    const auto usm = [](std::uint32_t number) { return Oid{1, 3, 6, 1, 6, 3, 15, 1, 1, number}; };
    static const std::array<Counter, 8> all{{
        {usm(1), UsmReport::unsupported_level},
        {usm(2), UsmReport::not_in_time_window},
        {usm(3), UsmReport::unknown_user},
        {usm(4), UsmReport::unknown_engine},
        {usm(5), UsmReport::wrong_digest},
        {usm(6), UsmReport::decryption_error},
        {{1, 3, 6, 1, 6, 3, 12, 1, 4}, UsmReport::unknown_context}, // snmpUnavailableContexts
        {{1, 3, 6, 1, 6, 3, 12, 1, 5}, UsmReport::unknown_context}, // snmpUnknownContexts
    }};
    return all;
}

bool can_be_lengthened(const UsmSettings& user)
{
    const bool is_long = user.priv == PrivProtocol::aes192 || user.priv == PrivProtocol::aes256;
    const bool is_short_digest =
        user.auth == AuthProtocol::md5 || user.auth == AuthProtocol::sha1 ||
        (user.auth == AuthProtocol::sha224 && user.priv == PrivProtocol::aes256);
    return is_long && is_short_digest;
}

} // namespace

UsmReport report_of(const ResponseView& report)
{
    VarBindCursor cursor{report.varbinds};
    const VarBindView* const first = cursor.next();
    if (first == nullptr) return UsmReport::other;
    for (const Counter& counter : counters())
        if (ber_starts_with(first->oid, counter.oid.ber_content())) return counter.report;
    return UsmReport::other;
}

std::string_view name_of(AuthProtocol protocol)
{
    constexpr std::array<std::string_view, 6> names{
        "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"};
    return names.at(static_cast<std::size_t>(protocol));
}

std::string_view name_of(PrivProtocol protocol)
{
    constexpr std::array<std::string_view, 4> names{"DES", "AES-128", "AES-192", "AES-256"};
    return names.at(static_cast<std::size_t>(protocol));
}

std::string_view name_of(SecurityLevel level)
{
    constexpr std::array<std::string_view, 3> names{"noAuthNoPriv", "authNoPriv", "authPriv"};
    return names.at(static_cast<std::size_t>(level));
}

std::string privacy_suspects(const UsmSettings& user)
{
    std::string text = "look at priv_password and whether it uses ";
    text += name_of(user.priv);
    if (can_be_lengthened(user)) {
        text += " with key_extension ";
        text += user.key_extension == KeyExtension::reeder ? "reeder" : "blumenthal";
    }
    return text;
}

std::string refusal_text(UsmReport report, const UsmSettings& user)
{
    const std::string who = "SNMPv3 user '" + user.user + "'";
    const std::string level{name_of(user.level)};
    switch (report) {
    case UsmReport::unknown_user:
        return "does not know the " + who + ": create it there, or look at 'user'";
    case UsmReport::unsupported_level:
        return "does not do " + level + " for the " + who +
               ": give that user the protocols there, or look at 'level'";
    case UsmReport::wrong_digest:
        return "refuses the password of the " + who +
               ": look at auth_password and whether it uses " + std::string{name_of(user.auth)};
    case UsmReport::decryption_error:
        return "cannot decrypt what the " + who + " asks: " + privacy_suspects(user);
    case UsmReport::unknown_context:
        return "does not know the SNMPv3 context '" + user.context + "': look at 'context'";
    case UsmReport::not_in_time_window:
        return "says over and over that requests are outside its time window (RFC 3414 section "
               "3.2): its SNMP agent is broken";
    case UsmReport::unknown_engine:
        return "does not know the engine id that it has just told (RFC 3414 section 3.2): its "
               "SNMP agent is broken";
    case UsmReport::other: break;
    }
    return "reports that it cannot process requests of the " + who;
}

} // namespace hallmonitor::agent
