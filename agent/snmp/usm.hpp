#pragma once
// SNMPv3 with one device by the User-based Security Model, RFC 3414: finds out its engine id and
// time, seals requests, and says what a message that came back means.
//
// States: discovering (the engine id is not known or doubted: one unauthenticated question, at most
// two in 10 s) -> ready. A ready device that has not told its time yet gets requests stamped with
// zeros; it answers these with an authenticated report, which sets the clock (RFC 3414 section 4),
// and the request is sent again. Silence leads back to discovery, between whose questions requests
// go on to the engine id known so far; one that the device denies leads there too. Everything is
// bounded by what is sent: no message makes this send anything but the caller's next attempt, and
// attempts that a report asks for are counted.
//
// What is not authenticated decides nothing. It may explain a failure, make this ask for the engine
// id again, or change the stamp of the next request, which the device then judges.

#include "agent/config.hpp"
#include "agent/snmp/engine_clock.hpp"
#include "agent/snmp/message.hpp"
#include "agent/snmp/request_ids.hpp"
#include "agent/snmp/usm_crypto.hpp"
#include "agent/snmp/usm_keys.hpp"
#include "agent/snmp/usm_words.hpp"
#include "agent/snmp/v3_message.hpp"
#include "common/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hallmonitor::agent {

/// What all devices share: contexts, keys by value, and numbers that must never repeat.
class UsmShared {
public:
    /// `seed`: from the kernel's random numbers outside tests.
    explicit UsmShared(std::uint64_t seed);

    /// Never twice in the life of this process, and hardly in another one's (RFC 3826 section 3.1).
    std::uint64_t next_salt() { return ++salt_; }
    /// What tells the request ids of a device from its message ids.
    std::int32_t next_mask() { return ids_.next(); }

    UsmCrypto crypto;
    UsmKeyCache keys;

private:
    RequestIds ids_;
    std::uint64_t salt_;
};

class Usm {
public:
    /// Both outlive this object.
    Usm(const UsmSettings& user, UsmShared& shared);

    enum class Next : std::uint8_t {
        request,
        discovery,
        wait, // for the answer to a discovery, or until another is allowed
    };
    /// What may be sent now.
    [[nodiscard]] Next next(MonoTime now) const;

    /// Writes the question for the engine id to the front of `out`, under a message id of the
    /// caller's; gives its size, 0 when it does not fit. Only when next() says so.
    std::size_t discover(std::int32_t id, MonoTime now, std::span<std::byte> out);

    enum class Purpose : std::uint8_t {
        reading,
        // Of a device that does not answer otherwise any report will do, so it is asked for one.
        sign_of_life,
    };
    /// Writes a request likewise. Its version, community and request id are not used.
    std::size_t seal(
        const RequestHead& head,
        std::span<const std::span<const std::byte>> oids,
        Purpose purpose,
        std::int32_t id,
        MonoTime now,
        std::span<std::byte> out
    );

    /// Nothing came back for what was sent under this id.
    void unanswered(std::int32_t id);

    enum class Meaning : std::uint8_t {
        answer,   // authentic as far as the user's level says
        again,    // more is known now: what waits for an answer is to be sent again, under a new id
        refusal,  // the device says why it will not answer; the request stays open, since anyone on
                  // the way could have said so
        unusable, // forged, damaged, late or senseless: nothing has changed
    };
    struct Opened {
        Meaning meaning{Meaning::unusable};
        ResponseView answer; // until the next call of any device's
        std::string why;     // of a refusal: a sentence about the device
    };
    /// What a message means that came from the device for a request in flight (RequestTable has
    /// looked at address and message id); `datagram` is all of it.
    [[nodiscard]] Opened open(
        const V3Message& message, std::span<const std::byte> datagram, MonoTime now
    );

    /// Why the device is silent, as far as one can know; a sentence about it. Empty: it has
    /// answered before, and nothing explains why not now.
    [[nodiscard]] std::string explain_silence() const;

    /// The last change of the engine that people should know of, once: a sentence about the
    /// device, or empty.
    [[nodiscard]] std::string take_change() { return std::exchange(change_, {}); }

    /// Discoveries sent so far.
    [[nodiscard]] std::uint64_t discoveries() const { return discoveries_; }

private:
    enum class State : std::uint8_t { discovering, ready };
    // The best that was heard of requests since the last discovery.
    enum class Heard : std::uint8_t { nothing, engine, user, answer };

    [[nodiscard]] bool has(SecurityLevel level) const { return user_.level >= level; }
    [[nodiscard]] EngineStamp stamp(Purpose purpose, MonoTime now) const;
    [[nodiscard]] bool is_from_engine(const V3Message& message) const;
    [[nodiscard]] bool is_authentic(const V3Message& message, std::span<const std::byte> datagram);
    [[nodiscard]] std::span<const std::byte> plain(const V3Message& message);
    [[nodiscard]] EngineClock::Judgement take_stamp(const V3Message& message, MonoTime now);
    [[nodiscard]] Opened open_answer(const V3Message& message, const ResponseView& answer);
    [[nodiscard]] Opened open_report(
        const V3Message& message, const ResponseView& report, MonoTime now
    );
    [[nodiscard]] Opened learn_engine(std::span<const std::byte> engine_id);
    [[nodiscard]] Opened again(UsmReport why);
    [[nodiscard]] Opened refuse(UsmReport why);

    const UsmSettings& user_;
    UsmShared& shared_;
    std::int32_t mask_;
    State state_{State::discovering};
    Heard heard_{Heard::nothing};
    bool asked_{false}; // since the last discovery
    std::vector<std::byte> engine_id_;
    std::vector<std::byte> changed_from_; // until the engine with the new id has proved itself
    std::shared_ptr<const UsmKeys> keys_;
    EngineClock clock_;
    std::int32_t discovery_{0};                            // its message id while in flight
    std::int32_t last_discovery_{0};                       // its message id
    std::int32_t sign_of_life_{0};                         // the last one's message id
    std::array<std::optional<MonoTime>, 2> discovered_at_; // the last ones sent, older first
    std::uint64_t discoveries_{0};
    unsigned silent_{0};        // requests in a row without an answer
    unsigned agains_{0};        // since the last answer or silence
    bool denies_engine_{false}; // does not know the engine id that it told
    std::string change_;
};

} // namespace hallmonitor::agent
