#include "agent/inspect/verdict.hpp"
#include "tests/agent/inspect/scene.hpp"
#include "tests/agent/poll/fake_device.hpp"
#include "tests/agent/snmp/usm_talk.hpp"

#include <catch2/catch.hpp>

namespace verdict_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
using hallmonitor::agent::testing::cycle;
using hallmonitor::agent::testing::FakeDevice;
using hallmonitor::agent::testing::number;
using hallmonitor::agent::testing::Scene;
using hallmonitor::agent::testing::usual_account;
using hallmonitor::agent::testing::usual_user;

TEST_CASE("a device that is read whole is good", "[inspect]")
{
    Scene scene{{.ports = 8}};

    const Verdict verdict = judge(scene.inspect());

    CHECK(verdict.ok);
    CHECK(verdict.text == "reads well: 8 interfaces, 8 up, 0 not up, 0 switched off");
    CHECK(verdict.remedy.empty());
    CHECK(scene.duration() < 1s);
}

TEST_CASE("interfaces without a state are told apart from those that are down", "[inspect]")
{
    FakeDevice device;
    device.set_uptime(100);
    for (const std::uint32_t row : {1U, 2U, 3U, 4U})
        device.add_interface(row, "Gi" + std::to_string(row), 1'000);
    device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 7, 2}] = number(Tag::integer, 2); // ifAdminStatus
    device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 3}] = number(Tag::integer, 2); // ifOperStatus
    device.mib[{1, 3, 6, 1, 2, 1, 2, 2, 1, 7, 4}] = number(Tag::integer, 2);
    device.mib.erase({1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 4});
    DeviceConfig config;
    config.snmp = SnmpSettings{};
    DevicePoll poll{config};
    Evidence evidence;
    evidence.as_configured.poll = &poll;
    evidence.as_configured.first_answer = 1ms;
    evidence.as_configured.outcome = cycle(poll, device, MonoTime{1'000s});

    const Verdict verdict = judge(evidence);

    CHECK(
        verdict.text ==
        "reads well: 4 interfaces, 1 up, 1 not up, 1 switched off, 1 without a state"
    );
    CHECK(verdict.ok);
}

TEST_CASE("names without a state or a counter are told as a view that is restricted", "[inspect]")
{
    FakeDevice device;
    device.set_uptime(100);
    for (const std::uint32_t row : {1U, 2U})
        device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, row}] = testing::text("Gi1");
    DeviceConfig config;
    config.snmp = SnmpSettings{};
    DevicePoll poll{config};
    Evidence evidence;
    evidence.as_configured.poll = &poll;
    evidence.as_configured.first_answer = 1ms;
    evidence.as_configured.outcome = cycle(poll, device, MonoTime{1'000s});

    const Verdict verdict = judge(evidence);

    CHECK(!verdict.ok);
    CHECK(verdict.text == "shows 2 interfaces, but the state of none: its view is restricted");
}

TEST_CASE(
    "tables of a profile that broke off are told beside interfaces that read well", "[inspect]"
)
{
    Scene scene{{.ports = 4}};
    Evidence& evidence = scene.inspect();
    REQUIRE(judge(evidence).ok);
    FactOutcome facts;
    facts.facts.tables = {
        {"fans", TableRead::failed}, {"probes", TableRead::ok}, {"parts", TableRead::failed}};
    evidence.as_configured.facts = facts;

    const Verdict verdict = judge(evidence);

    CHECK(!verdict.ok);
    CHECK(
        verdict.text == "reads with gaps: its interfaces are read, but 2 tables of its profile "
                        "broke off (fans, parts)"
    );
    CHECK_THAT(verdict.remedy, Catch::Contains("max_repetitions"));
}

TEST_CASE("a closed port is told at once", "[inspect]")
{
    Scene scene{{.is_port_closed = true}};

    const Verdict verdict = judge(scene.inspect());

    CHECK(!verdict.ok);
    CHECK(
        verdict.text == "is there, but nothing listens on its UDP port 161 (ICMP port unreachable)"
    );
    CHECK(scene.duration() < 2s);
}

TEST_CASE("a wrong community is not told from an access list, and is never named", "[inspect]")
{
    Scene scene{{.community = "sesame"}};

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::StartsWith("answers ping in 0.40 ms, but not SNMP"));
    CHECK_THAT(verdict.text, Catch::Contains("the protocol does not say which"));
    CHECK_THAT(verdict.remedy, Catch::Contains("admit this machine (192.0.2.100)"));
    CHECK_THAT(verdict.text + verdict.remedy, !Catch::Contains("sesame"));
}

TEST_CASE("a host that neither pings nor answers is silent", "[inspect]")
{
    Scene scene{{.answers_ping = false}};
    scene.set_fault("silence");

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::StartsWith("answers neither ping nor SNMP"));
    CHECK(scene.duration() < 10s);
}

TEST_CASE("without ping nothing is said of life", "[inspect]")
{
    Scene scene{{.can_ping = false}};
    scene.set_fault("silence");

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::Contains("whether it is alive at all is not known"));
}

TEST_CASE("a slow device is read, and the timeout to set is twice its delay", "[inspect]")
{
    Scene scene{{}};
    scene.set_fault("delay", 2'300);

    const Evidence& evidence = scene.inspect();
    const Verdict verdict = judge(evidence);

    CHECK(!verdict.ok);
    CHECK(verdict.text == "answers after 2.30 s, later than the 1.50 s that the agent waits");
    CHECK_THAT(verdict.remedy, Catch::Contains("timeout_milliseconds: 5000"));
    REQUIRE(evidence.best() != nullptr);
    CHECK(evidence.best()->outcome.value().interfaces_complete);
}

TEST_CASE("a device that is slower than a minute can wait for is given up", "[inspect]")
{
    Scene scene{{.ports = 48}};
    scene.set_fault("delay", 7'000);

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::StartsWith("answers after 7.00 s"));
    CHECK(scene.duration() <= 61s);
}

TEST_CASE("a device of another version is read in that one", "[inspect]")
{
    Scene scene{{}};
    scene.set_fault("only-v1");

    const Evidence& evidence = scene.inspect();

    CHECK(judge(evidence).text == "answers SNMPv1 alone, not v2c");
    REQUIRE(evidence.best() != nullptr);
    CHECK(evidence.best()->poll->inventory()->size() == 8);
}

TEST_CASE("a device asked in its own version is good", "[inspect]")
{
    Scene scene{{.version = SnmpVersion::v1}};
    scene.set_fault("only-v1");

    CHECK(judge(scene.inspect()).ok);
}

TEST_CASE("a name that does not resolve is told with the resolver's reason", "[inspect]")
{
    Evidence evidence;
    evidence.resolve_problem = "Host not found";

    CHECK(judge(evidence).text == "is no name that resolves: Host not found");
}

TEST_CASE("a machine that cannot send says so", "[inspect]")
{
    Evidence evidence;
    evidence.address = PeerAddress::v4({192, 0, 2, 1}, 161);
    evidence.send_failed = true;

    CHECK_THAT(judge(evidence).remedy, Catch::StartsWith("see 'ip route get 192.0.2.1'"));
}

TEST_CASE("an answer from another address is told with that address", "[inspect]")
{
    Scene scene{{}};
    scene.set_fault("wrong-address");

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::StartsWith("is answered for by 192.0.2.9:161"));
    CHECK_THAT(verdict.remedy, Catch::StartsWith("poll the address that it answers from"));
    CHECK(scene.duration() < 5s);
}

TEST_CASE("a table that goes in circles is told with its OID", "[inspect]")
{
    Scene scene{{}};
    scene.set_fault("steps-back", 50);

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::StartsWith("goes in circles: OIDs do not increase at 1.3.6.1"));
    CHECK_THAT(verdict.remedy, Catch::Contains("restart its SNMP agent"));
}

TEST_CASE("a device that is read with gaps is not good", "[inspect]")
{
    Scene scene{{.ports = 8}};
    scene.set_fault("truncated-table", 4);

    const Verdict verdict = judge(scene.inspect());

    CHECK(!verdict.ok);
    CHECK_THAT(verdict.text, Catch::StartsWith("is read, but shows"));
}

TEST_CASE("a device of SNMPv3 is read whole", "[inspect]")
{
    Scene scene{{.version = SnmpVersion::v3, .usm = usual_user(), .account = usual_account}};

    const Verdict verdict = judge(scene.inspect());

    CHECK(verdict.ok);
    CHECK(scene.duration() < 1s);
}

TEST_CASE("what SNMPv3 refuses is told with its remedy", "[inspect]")
{
    Scene scene{
        {.version = SnmpVersion::v3,
         .usm = usual_user(),
         .account = "monitor:sha256:authpass2:aes128:privpass1"}};

    const Verdict verdict = judge(scene.inspect());

    CHECK(verdict.text == "refuses the password of the SNMPv3 user 'monitor'");
    CHECK(verdict.remedy == "look at auth_password and whether it uses SHA-256");
    CHECK(scene.duration() < 2s);
}

TEST_CASE("a wrong privacy password is told from silence", "[inspect]")
{
    Scene scene{
        {.version = SnmpVersion::v3,
         .usm = usual_user(),
         .account = "monitor:sha256:authpass1:aes128:privpass2"}};

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::Contains("answers no encrypted request"));
    CHECK(verdict.remedy == "look at priv_password and whether it uses AES-128");
}

TEST_CASE("a device without SNMPv3 is not asked with a community", "[inspect]")
{
    Scene scene{{.version = SnmpVersion::v3, .usm = usual_user()}};

    const Verdict verdict = judge(scene.inspect());

    CHECK_THAT(verdict.text, Catch::Contains("access list keeps us out, or SNMPv3 is off"));
    CHECK_THAT(verdict.remedy, Catch::Contains("that it knows user 'monitor'"));
    CHECK(scene.duration() < 12s);
}

} // namespace verdict_test
