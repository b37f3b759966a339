#include "agent/snmp/usm.hpp"
#include "tests/agent/snmp/usm_talk.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace hallmonitor::agent::usm_test {
namespace {

using namespace std::chrono_literals;
using testing::Peer;
using testing::Talk;
using testing::usual_account;
using testing::usual_user;

constexpr MonoTime start{100'000s};

// Who has been asked and has answered once.
Talk acquainted(Peer& peer, UsmShared& shared)
{
    Talk talk{usual_user(), shared};
    REQUIRE(talk.ask(peer, start).is_answered);
    return talk;
}

} // namespace

TEST_CASE("at first contact the engine id and the time are asked for, and nothing again", "[usm]")
{
    UsmShared shared{1};
    Peer peer;
    Talk talk{usual_user(), shared};

    const auto first = talk.ask(peer, start);
    const auto second = talk.ask(peer, start + 1h);

    CHECK(first.steps == "d~r~r+");
    CHECK(first.is_answered);
    CHECK(second.steps == "r+");
    CHECK(second.is_answered);
    CHECK(talk.usm().take_change().empty());
}

TEST_CASE("without authentication there is no time to find out", "[usm]")
{
    UsmShared shared{1};
    Peer peer{"monitor"};
    Talk talk{{.user = "monitor"}, shared};

    const auto told = talk.ask(peer, start);

    CHECK(told.steps == "d~r+");
    CHECK(told.is_answered);
}

TEST_CASE("every pair of protocols is understood, in both ways of lengthening keys", "[usm]")
{
    const auto auth = GENERATE(range(0, 6));
    const auto priv = GENERATE(range(0, 4));
    const auto extension = GENERATE(KeyExtension::blumenthal, KeyExtension::reeder);
    static const std::array<std::string, 6> digests{
        "md5", "sha1", "sha224", "sha256", "sha384", "sha512"};
    static const std::array<std::string, 4> ciphers{"des", "aes128", "aes192", "aes256"};
    UsmShared shared{1};
    const std::string account = "monitor:" + digests.at(static_cast<std::size_t>(auth)) +
                                ":authpass1:" + ciphers.at(static_cast<std::size_t>(priv)) +
                                ":privpass1" + (extension == KeyExtension::reeder ? ":reeder" : "");
    Peer peer{account};
    UsmSettings user = usual_user();
    user.auth = static_cast<AuthProtocol>(auth);
    user.priv = static_cast<PrivProtocol>(priv);
    user.key_extension = extension;
    Talk talk{user, shared};

    INFO(account);
    CHECK(talk.ask(peer, start).is_answered);
}

TEST_CASE("what a device refuses is told in words", "[usm]")
{
    struct Case {
        std::string_view account;
        std::string_view word;
    };
    const auto [account, word] = GENERATE(
        Case{"other:sha256:authpass1:aes128:privpass1", "does not know the SNMPv3 user 'monitor'"},
        Case{
            "monitor:sha256:authpass2:aes128:privpass1",
            "look at auth_password and whether it uses SHA-256"},
        Case{
            "monitor:sha1:authpass1:aes128:privpass1",
            "look at auth_password and whether it uses SHA-256"},
        Case{"monitor:sha256:authpass1", "does not do authPriv for the SNMPv3 user 'monitor'"},
        Case{"monitor", "does not do authPriv for the SNMPv3 user 'monitor'"}
    );
    UsmShared shared{1};
    Peer peer{account};
    Talk talk{usual_user(), shared};

    const auto told = talk.ask(peer, start);

    CHECK(told.steps == "d~r!");
    CHECK_THAT(told.why, Catch::Contains(std::string{word}));
}

TEST_CASE("a wrong privacy password is silence after the time was told, and is told apart", "[usm]")
{
    UsmShared shared{1};
    Peer peer{"monitor:sha256:authpass1:aes128:privpass2"};
    Talk talk{usual_user(), shared};

    const auto told = talk.ask(peer, start);

    CHECK(told.steps == "d~r~r-");
    CHECK_THAT(
        talk.usm().explain_silence(),
        Catch::Contains("answers no encrypted request: look at priv_password") &&
            Catch::Contains("AES-128")
    );
}

TEST_CASE("another way of lengthening keys is among the suspects where there is one", "[usm]")
{
    UsmShared shared{1};
    Peer peer{"monitor:sha1:authpass1:aes256:privpass1:reeder"};
    UsmSettings user = usual_user();
    user.auth = AuthProtocol::sha1;
    user.priv = PrivProtocol::aes256;
    Talk talk{user, shared};

    talk.ask(peer, start);

    CHECK_THAT(
        talk.usm().explain_silence(), Catch::Contains("AES-256 with key_extension blumenthal")
    );
}

TEST_CASE("silence at discovery is told apart from silence later", "[usm]")
{
    UsmShared shared{1};
    Peer peer;
    Talk never{usual_user(), shared};
    Talk once = acquainted(peer, shared);
    peer.set_fault("silence");

    CHECK(never.ask(peer, start).steps == "d-");
    CHECK(once.ask(peer, start).steps == "r-");

    CHECK_THAT(never.usm().explain_silence(), Catch::Contains("no answer to SNMPv3 discovery"));
    CHECK(once.usm().explain_silence().empty());
}

TEST_CASE("after three requests without an answer the engine is asked for again", "[usm]")
{
    UsmShared shared{1};
    Peer peer;
    Talk talk = acquainted(peer, shared);
    peer.set_fault("silence");

    CHECK(talk.ask(peer, start + 20s).steps == "r-");
    CHECK(talk.ask(peer, start + 22s).steps == "r-");
    CHECK(talk.ask(peer, start + 24s).steps == "r-");
    CHECK(talk.ask(peer, start + 26s).steps == "d-");
    peer.set_fault("silence", false);
    CHECK(talk.ask(peer, start + 60s).steps == "d~r~r+");
    CHECK(talk.usm().take_change().empty());
}

TEST_CASE("while no discovery is allowed the engine known so far goes on being asked", "[usm]")
{
    UsmShared shared{1};
    Peer peer;
    Talk talk = acquainted(peer, shared);
    peer.set_fault("silence");
    for (int second = 20; second < 23; ++second)
        CHECK(talk.ask(peer, start + second * 1s).steps == "r-");
    CHECK(talk.ask(peer, start + 23s).steps == "d-");
    CHECK(talk.ask(peer, start + 24s).steps == "d-");
    CHECK(talk.ask(peer, start + 25s).steps == "r-");
    peer.set_fault("silence", false);

    CHECK(talk.ask(peer, start + 26s).steps == "r~r+");
}

TEST_CASE("a device that cannot decrypt what is asked still shows that it lives", "[usm]")
{
    UsmShared shared{1};
    Peer peer{"monitor:sha256:authpass1:aes128:privpass2"};
    Talk talk{usual_user(), shared};
    CHECK(talk.ask(peer, start).steps == "d~r~r-");

    for (int second = 1; second < 100; ++second)
        CHECK(talk.probe(peer, start + second * 1s) == "r~");
    CHECK(talk.ask(peer, start + 100s).steps == "r-");
    CHECK_THAT(talk.usm().explain_silence(), Catch::Contains("answers no encrypted request"));
}

TEST_CASE("the sign of life of a device that is polled well is an answer", "[usm]")
{
    UsmShared shared{1};
    Peer peer;
    Talk talk = acquainted(peer, shared);

    CHECK(talk.probe(peer, start + 1s) == "r+");
}

TEST_CASE("an engine found again explains nothing before it is asked something", "[usm]")
{
    UsmShared shared{1};
    Peer peer{"monitor:sha256:authpass1:aes128:privpass2"};
    Talk talk{usual_user(), shared};
    talk.ask(peer, start);
    talk.ask(peer, start + 20s);
    talk.ask(peer, start + 21s);
    CHECK(talk.probe(peer, start + 22s) == "d~");

    CHECK_THAT(talk.usm().explain_silence(), Catch::Contains("answers no encrypted request"));
}

TEST_CASE("fifty devices with one engine id and clocks far apart are all answered", "[usm]")
{
    UsmShared shared{1};
    std::deque<Peer> peers(50);
    std::deque<Talk> talks;
    for (std::uint32_t i = 0; i < 50; ++i) {
        peers[i].set_engine(1 + i % 7, i * 100'000, start);
        talks.emplace_back(usual_user(), shared);
    }
    unsigned answered = 0;
    for (int round = 0; round < 20; ++round)
        for (std::size_t i = 0; i < 50; ++i)
            answered += talks[i].ask(peers[i], start + round * 1min).is_answered ? 1 : 0;

    CHECK(answered == 50 * 20);
    CHECK(shared.keys.size() == 1); // derived once, shared by value
}

TEST_CASE("a device with a wrong password beside one with the right one is refused", "[usm]")
{
    UsmShared shared{1};
    Peer peer;
    Talk right = acquainted(peer, shared);
    UsmSettings user = usual_user();
    user.auth_password = Secret{"authpass2"};
    Talk wrong{user, shared};

    CHECK_FALSE(wrong.ask(peer, start).is_answered);
    CHECK(right.ask(peer, start).is_answered);
}

TEST_CASE("no two messages have the same salt, whichever device they are for", "[usm]")
{
    UsmShared shared{1};
    UsmShared other{2};
    std::set<std::uint64_t> salts;
    for (int i = 0; i < 1'000; ++i) {
        salts.insert(shared.next_salt());
        salts.insert(other.next_salt());
    }

    CHECK(salts.size() == 2'000);
}

} // namespace hallmonitor::agent::usm_test
