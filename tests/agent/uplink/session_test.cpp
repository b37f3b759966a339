#include "agent/uplink/session.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace session_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using wire::Lane;

namespace {

using Segments = std::vector<SegmentInfo>;

SegmentInfo segment(std::uint64_t first, std::uint64_t last, bool newest = false)
{
    return {.first = {first}, .last = {last}, .bytes = 1000, .newest = newest};
}

wire::Ack ack(std::uint64_t first, std::uint64_t last)
{
    RangeSet set;
    set.add(SeqRange{{first}, {last}});
    return {set};
}

// Sends all that may be sent now; gives the numbers lane by lane, in order.
std::vector<std::pair<Lane, std::uint64_t>> send_all(
    UplinkSession& session, const Segments& segments, std::uint64_t durable
)
{
    std::vector<std::pair<Lane, std::uint64_t>> sent;
    while (const auto next = session.next(segments, {durable})) {
        sent.emplace_back(next->lane, next->seq.value);
        session.sent(*next, 100);
    }
    return sent;
}

} // namespace

TEST_CASE("the present goes first, the past behind it from each segment's start", "[uplink]")
{
    const Segments segments{segment(1, 2), segment(3, 4), segment(5, 6, true)};
    UplinkSession session;
    CHECK(!session.welcomed({}, segments));
    session.begin_live({5});

    const auto sent = send_all(session, segments, 6);

    CHECK(
        sent ==
        std::vector<std::pair<Lane, std::uint64_t>>{
            {Lane::live, 5},
            {Lane::live, 6},
            {Lane::history, 1},
            {Lane::history, 2},
            {Lane::history, 3},
            {Lane::history, 4},
        }
    );
}

TEST_CASE("a segment that the collector holds whole is not sent again", "[uplink]")
{
    const Segments segments{segment(1, 2), segment(3, 4), segment(5, 5, true)};
    wire::Welcome welcome;
    welcome.applied.add(SeqRange{{1}, {3}});
    UplinkSession session;
    static_cast<void>(session.welcomed(welcome, segments));
    session.begin_live({5});

    const auto sent = send_all(session, segments, 5);

    // 3 is applied already, but 4 cannot be decoded without it.
    CHECK(
        sent ==
        std::vector<std::pair<Lane, std::uint64_t>>{
            {Lane::live, 5}, {Lane::history, 3}, {Lane::history, 4}}
    );
}

TEST_CASE("only what survives a power cut is sent", "[uplink]")
{
    const Segments segments{segment(1, 4, true)};
    UplinkSession session;
    static_cast<void>(session.welcomed({}, segments));
    session.begin_live({1});

    CHECK(send_all(session, segments, 2).size() == 2);
    CHECK(send_all(session, segments, 4).size() == 2);
}

TEST_CASE("live goes on into the segment that follows", "[uplink]")
{
    UplinkSession session;
    static_cast<void>(session.welcomed({}, Segments{segment(1, 2, true)}));
    session.begin_live({1});
    static_cast<void>(send_all(session, Segments{segment(1, 2, true)}, 2));

    const auto sent = send_all(session, Segments{segment(1, 2), segment(3, 3, true)}, 3);

    CHECK(sent == std::vector<std::pair<Lane, std::uint64_t>>{{Lane::live, 3}});
}

TEST_CASE("live goes on where the spool does after a full disk cost it its segment", "[uplink]")
{
    UplinkSession session;
    static_cast<void>(session.welcomed({}, Segments{segment(1, 9, true)}));
    session.begin_live({1});
    static_cast<void>(send_all(session, Segments{segment(1, 9, true)}, 4));

    const auto sent = send_all(session, Segments{segment(12, 12), segment(13, 13, true)}, 13);

    CHECK(sent == std::vector<std::pair<Lane, std::uint64_t>>{{Lane::live, 12}, {Lane::live, 13}});
}

TEST_CASE("a full window waits for acknowledgements", "[uplink]")
{
    const Segments segments{segment(1, 9, true)};
    UplinkSession session;
    static_cast<void>(session.welcomed({}, segments));
    session.begin_live({1});
    session.sent(session.next(segments, {9}).value(), UplinkSession::window_bytes);
    CHECK(!session.next(segments, {9}));

    session.acknowledged(ack(1, 1));

    CHECK(session.next(segments, {9}).value().seq == Seq{2});
    CHECK(session.settled().contains(Seq{1}));
}

TEST_CASE("a large backlog is left to history", "[uplink]")
{
    Segments segments{segment(1, 9, true)};
    segments[0].bytes = UplinkSession::live_backlog_bytes + 1;
    UplinkSession session;

    CHECK(session.welcomed({}, segments));
    session.begin_live({10}); // the segment that the agent opens now

    const auto sent = send_all(session, segments, 9);
    CHECK(sent.size() == 9);
    CHECK(sent.front().first == Lane::history);
}

TEST_CASE("a rejected batch is dealt with and blocks nobody", "[uplink]")
{
    const Segments segments{segment(1, 3, true)};
    UplinkSession session;
    static_cast<void>(session.welcomed({}, segments));
    session.begin_live({1});
    static_cast<void>(send_all(session, segments, 3));

    session.rejected({.seq = {2}, .reason = "malformed"});
    session.acknowledged(ack(1, 1));
    session.acknowledged(ack(3, 3));

    CHECK(session.settled().contains(SeqRange{{1}, {3}}));
    CHECK(session.rejected_batches() == 1);
}

TEST_CASE("a rewind begins the segment again, but not for ever", "[uplink]")
{
    const Segments segments{segment(1, 2, true)};
    UplinkSession session;
    static_cast<void>(session.welcomed({}, segments));
    session.begin_live({1});
    static_cast<void>(send_all(session, segments, 2));

    CHECK(session.rewind({Lane::live}, {7}));
    CHECK(session.next(segments, {2}).value().seq == Seq{1});
    CHECK(session.rewind({Lane::live}, {7}));
    CHECK(session.rewind({Lane::live}, {7}));
    CHECK(!session.rewind({Lane::live}, {7}));
}

TEST_CASE("a batch that cannot be read is tried again, but not for ever", "[uplink]")
{
    const Segments segments{segment(1, 2, true)};
    UplinkSession session;
    static_cast<void>(session.welcomed({}, segments));
    session.begin_live({1});
    const auto fail = [&](unsigned times) {
        bool is_lost = false;
        for (unsigned i = 0; i < times; ++i)
            is_lost = session.unreadable(session.next(segments, {2}).value());
        return is_lost;
    };

    CHECK(!fail(UplinkSession::most_failed_reads - 1));
    CHECK(session.next(segments, {2}).value().seq == Seq{1});
    session.sent(session.next(segments, {2}).value(), 100);
    CHECK(!fail(1)); // counts from the start for another one
    CHECK(fail(UplinkSession::most_failed_reads - 1));
}

TEST_CASE("a batch of the newest segment is told from one of an older one", "[uplink]")
{
    const Segments segments{segment(1, 4), segment(5, 6, true)};

    CHECK(!UplinkSession::is_in_newest({.lane = Lane::history, .seq = {4}}, segments));
    CHECK(UplinkSession::is_in_newest({.lane = Lane::live, .seq = {5}}, segments));
    CHECK(!UplinkSession::is_in_newest({.lane = Lane::live, .seq = {5}}, Segments{}));
}

TEST_CASE("a batch that the spool lost takes the rest of its segment with it", "[uplink]")
{
    const Segments segments{segment(1, 4), segment(5, 5, true)};
    UplinkSession session;
    static_cast<void>(session.welcomed({}, segments));
    session.begin_live({5});
    session.sent(session.next(segments, {5}).value(), 100); // 5, live
    session.sent(session.next(segments, {5}).value(), 100); // 1, history

    session.lost(session.next(segments, {5}).value(), segments);

    CHECK(!session.next(segments, {5}));
    CHECK(session.settled().contains(SeqRange{{2}, {4}}));
}

TEST_CASE("what is received makes room for more, and is kept", "[uplink]")
{
    const Segments segments{segment(1, 90, true)};
    UplinkSession session;
    CHECK(!session.welcomed({}, segments));
    session.begin_live({1});
    while (const auto next = session.next(segments, {90}))
        session.sent(*next, UplinkSession::window_bytes / 2);
    CHECK(!session.next(segments, {90}));

    session.acknowledged({.applied = {}, .received = ack(1, 1).applied});

    REQUIRE(session.next(segments, {90}));
    CHECK(session.next(segments, {90})->seq == Seq{3});
    CHECK(session.settled() == RangeSet{});
}

TEST_CASE("history that is asked for begins with the oldest that is not settled", "[uplink]")
{
    Segments segments{segment(1, 2), segment(3, 4, true)};
    UplinkSession session;
    CHECK(!session.welcomed({}, segments));
    session.begin_live({3});
    CHECK(send_all(session, segments, 4).size() == 4);
    session.acknowledged({.applied = ack(1, 2).applied, .received = ack(3, 4).applied});
    CHECK(!session.next(segments, {4}));

    // The newest segment ends where it is asked, and live goes on in the next one.
    CHECK(session.rewind({Lane::history}, {5}));
    segments = {segment(1, 2), segment(3, 4), segment(5, 5, true)};

    CHECK(
        send_all(session, segments, 5) ==
        std::vector<std::pair<Lane, std::uint64_t>>{
            {Lane::live, 5},
            {Lane::history, 3},
            {Lane::history, 4},
        }
    );
}

} // namespace session_test
