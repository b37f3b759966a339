#include "collector/remote/admission.hpp"

#include <catch2/catch.hpp>

namespace admission_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::remote;
using Fate = Admission::Fate;
using wire::Lane;

namespace {

constexpr std::size_t room = 1 << 20;

BatchName batch(std::uint64_t seq, const std::string& site = "lincoln")
{
    return {.agent = {site, "a1"}, .epoch = {7}, .seq = {seq}};
}

} // namespace

TEST_CASE("without keeping, each batch goes on once, when it is new", "[remote]")
{
    Admission admission{room, false};

    CHECK(admission.offer(batch(1), Lane::live, 100, true, {}) == Fate::taken);
    CHECK(admission.offer(batch(1), Lane::history, 100, false, {}) == Fate::passed_over);
    admission.note(100, 100 * room);
    CHECK(admission.offer(batch(2), Lane::live, 100, true, {}) == Fate::taken);
    CHECK(admission.take_due().empty());
}

TEST_CASE("readings that nobody makes into requests are dropped, not heaped up", "[remote]")
{
    Admission admission{room, false};

    CHECK(admission.offer(batch(1), Lane::live, 9'000'000, true, {}) == Fate::taken);
    CHECK(admission.offer(batch(2), Lane::live, 1'000, true, {}) == Fate::missed);
    CHECK(admission.dropped_cells() == 1'000);
    admission.note(9'000'000, 0);
    CHECK(admission.offer(batch(3), Lane::live, 1'000, true, {}) == Fate::taken);
}

TEST_CASE("a batch without room is missed, and asked for once there is some", "[remote]")
{
    Admission admission{room, true};
    admission.note(0, room);

    CHECK(admission.offer(batch(1), Lane::live, 100, true, {}) == Fate::missed);
    CHECK(admission.take_due().empty());
    admission.note(0, room / 4);
    CHECK(admission.take_due().empty());
    admission.note(0, room / 4 - 1);
    CHECK(admission.take_due() == std::vector{batch(1).agent});
    CHECK(admission.take_due().empty());

    CHECK(admission.offer(batch(1), Lane::history, 100, false, {}) == Fate::taken);
    CHECK(admission.offer(batch(1), Lane::history, 100, false, {}) == Fate::passed_over);
}

TEST_CASE("what comes again leaves half of the room to the present", "[remote]")
{
    Admission admission{room, true};
    admission.note(0, room / 2);

    CHECK(admission.offer(batch(1), Lane::history, 100, false, {}) == Fate::not_now);
    CHECK(admission.offer(batch(2), Lane::live, 100, false, {}) == Fate::missed);
    CHECK(admission.offer(batch(3), Lane::live, 100, true, {}) == Fate::taken);
    CHECK(admission.offer(batch(4), Lane::history, 100, true, {}) == Fate::taken);
}

TEST_CASE("what the receiver has is passed over, also after a restart", "[remote]")
{
    Admission admission{room, true};
    RangeSet forwarded;
    forwarded.add(SeqRange{{1}, {5}});

    CHECK(admission.offer(batch(5), Lane::history, 100, false, forwarded) == Fate::passed_over);
    CHECK(admission.offer(batch(6), Lane::history, 100, false, forwarded) == Fate::taken);
}

TEST_CASE("agents are asked a few at a time, and not those that come by themselves", "[remote]")
{
    Admission admission{room, true};
    admission.note(0, room);
    for (const char* site : {"a", "b", "c", "d", "e", "f"})
        admission.offer(batch(1, site), Lane::live, 100, true, {});
    admission.reconnected(batch(1, "a").agent);
    admission.note(0, 0);

    CHECK(admission.take_due().size() == 4);
    CHECK(admission.take_due() == std::vector{batch(1, "f").agent});
}

} // namespace admission_test
