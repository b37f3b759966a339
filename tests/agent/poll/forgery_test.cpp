// Forged replies: a million datagrams of every kind that a forger can send, at an engine with
// requests in flight. None is taken for an answer, and none keeps the true one from being taken.

#include "agent/poll/engine.hpp"
#include "tests/agent/poll/forger.hpp"
#include "tests/sim/device.hpp"
#include "tests/sim/kinds/kind.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace forgery_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::testing;
using namespace std::chrono_literals;

namespace {

constexpr MonoTime start{1'000s};
constexpr std::uint32_t devices = Turns::most;
constexpr int rounds = 125;
constexpr int forgeries_a_request = 200; // devices * rounds * this is a million

PeerAddress address_of(std::uint32_t number)
{
    return PeerAddress::v4({10, 1, 0, static_cast<std::uint8_t>(number + 1)}, 161);
}

// An engine and its devices, with what is between them held in hand.
struct Bench {
    Engine engine{1};
    std::vector<sim::Device> sims;
    std::vector<std::uint8_t> buffer;

    Bench() : buffer(sim::Device::buffer_size)
    {
        const auto blueprint = std::make_shared<const sim::Blueprint>(
            sim::make_blueprint(*sim::find_kind("switch"), 8, 0)
        );
        for (std::uint32_t number = 0; number < devices; ++number) {
            DeviceConfig config;
            config.name = "sw-" + std::to_string(number);
            config.snmp = SnmpSettings{};
            config.poll_interval = 10s;
            engine.add(number, config, address_of(number), start);
            sims.emplace_back(sim::DeviceSetup{.number = number}, blueprint);
        }
    }

    std::vector<Asked> take_requests(MonoTime now)
    {
        std::vector<Asked> taken;
        for (const Outgoing& outgoing : engine.outgoing()) {
            const auto request = engine.buffer().subspan(outgoing.offset, outgoing.size);
            auto& sim = sims[outgoing.to.v4_bytes()[3] - 1U];
            const auto* const octets = reinterpret_cast<const std::uint8_t*>(request.data());
            const auto reply = sim.answer({octets, request.size()}, now - start, buffer);
            const auto bytes = std::as_bytes(reply.bytes);
            taken.push_back(
                {.to = outgoing.to,
                 .request = {request.begin(), request.end()},
                 .reply = {bytes.begin(), bytes.end()}}
            );
        }
        engine.clear_outgoing();
        return taken;
    }
};

} // namespace

TEST_CASE("of a million forged replies none is accepted, and no device is silenced", "[forged]")
{
    Bench bench;
    Forger forger;
    std::vector<Bytes> old;
    MonoTime now = start;
    std::uint64_t forged = 0;
    std::uint64_t accepted = 0;
    std::uint64_t true_ones = 0;
    std::uint64_t true_accepted = 0;
    for (int round = 0; round < rounds; ++round) {
        while (bench.engine.outgoing().size() < devices) {
            now = now + 50ms;
            bench.engine.tick(now);
            for (std::uint32_t number = 0; number < devices; ++number)
                bench.engine.poll_now(number, now);
        }
        std::vector<Asked> flying = bench.take_requests(now);
        static_cast<void>(bench.engine.take_ended());
        for (const Asked& target : flying) {
            for (int i = 0; i < forgeries_a_request; ++i, ++forged) {
                const auto [from, bytes] = forger.forge(target, old);
                if (bench.engine.feed(from, bytes, now)) ++accepted;
            }
        }
        REQUIRE(bench.engine.outgoing().empty()); // nobody went on
        REQUIRE(bench.engine.take_ended().empty());
        old.clear();
        for (Asked& target : flying) {
            ++true_ones;
            if (bench.engine.feed(target.to, target.reply, now)) ++true_accepted;
            old.push_back(std::move(target.reply));
        }
    }

    CHECK(forged >= 1'000'000);
    CHECK(accepted == 0);
    CHECK(true_accepted == true_ones);
    CHECK(bench.engine.counts().rejected == forged);
}

TEST_CASE(
    "a device under a forger's fire is polled whole, and the forgeries are told of", "[forged]"
)
{
    Bench bench;
    Forger forger;
    MonoTime now = start;
    std::vector<Engine::Ended> ended;
    for (int step = 0; step < 200 && ended.size() < devices; ++step) {
        now = now + 50ms;
        bench.engine.tick(now);
        for (const Asked& target : bench.take_requests(now)) {
            for (unsigned i = 0; i < Forger::kinds; ++i) {
                const auto [from, bytes] = forger.forge(target, {});
                CHECK(!bench.engine.feed(from, bytes, now));
            }
            CHECK(bench.engine.feed(target.to, target.reply, now));
        }
        for (Engine::Ended& one : bench.engine.take_ended())
            ended.push_back(std::move(one));
    }

    CHECK(ended.size() == devices);
    for (const Engine::Ended& one : ended) {
        const PollOutcome& outcome = one.outcome;
        CHECK(outcome.reading);
        CHECK(outcome.problem.empty());
        CHECK(!outcome.broken_protocol);
        CHECK(std::any_of(
            outcome.findings.begin(),
            outcome.findings.end(),
            [](const Finding& finding) { return finding.what == Anomaly::other_source; }
        ));
    }
}

} // namespace forgery_test
