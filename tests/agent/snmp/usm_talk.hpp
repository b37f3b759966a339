#pragma once
// The agent's side of SNMPv3 and a simulated device, in one process: whatever may be sent is sent,
// until it is answered or may not be sent any more. Each side was written apart from the other.

#include "agent/snmp/usm.hpp"
#include "tests/sim/device.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::agent::testing {

using namespace std::chrono_literals;

/// authPriv with SHA-256 and AES-128, passwords "authpass1" and "privpass1".
UsmSettings usual_user(std::string name = "monitor");
/// The same for the simulated side.
inline constexpr auto usual_account = "monitor:sha256:authpass1:aes128:privpass1";

/// A switch whose users are `accounts`.
class Peer {
public:
    explicit Peer(
        std::initializer_list<std::string_view> accounts = {usual_account},
        sim::Bytes engine_id = {0x80, 0, 0x7E, 0xD9, 5, 1}
    );

    [[nodiscard]] std::vector<std::byte> answer(std::span<const std::byte> datagram, MonoTime now);
    void set_engine(std::uint32_t boots, std::uint32_t seconds, MonoTime now);
    void set_fault(std::string_view name, bool is_on = true, std::optional<std::int64_t> = {});
    [[nodiscard]] const sim::UsmEngine::Counts& counts() const { return device_.usm()->counts(); }
    void replace_engine(sim::Bytes engine_id);

private:
    std::deque<sim::UsmUser> users_;
    sim::Device device_;
};

/// One device as the agent sees it.
class Talk {
public:
    explicit Talk(UsmSettings user, UsmShared& shared) : user_(std::move(user)), usm_(user_, shared)
    {}

    struct Told {
        std::string steps; // a letter an exchange: d(iscovery), r(equest), and what came of it:
                           // + answer, ~ again, ! refusal, x unusable, - silence
        std::string why;   // of the last refusal
        bool is_answered{false};
    };
    /// GET of sysUpTime, sent again as often as it is said to be.
    Told ask(Peer& peer, MonoTime now);
    /// As a sign of life, which is sent once. Gives the step.
    std::string probe(Peer& peer, MonoTime now);

    [[nodiscard]] Usm& usm() { return usm_; }

private:
    std::string exchange(Peer& peer, MonoTime now, Usm::Purpose purpose, Told& told);

    UsmSettings user_;
    Usm usm_;
    std::int32_t id_{1'000};
};

} // namespace hallmonitor::agent::testing
