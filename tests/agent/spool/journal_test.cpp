#include "agent/spool/journal.hpp"

#include <catch2/catch.hpp>

namespace journal_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;

namespace {

// Three segments of three batches, 100 octets each: 1..3, 4..6, 7..9.
Journal three_segments(std::uint64_t max_bytes)
{
    Journal journal{max_bytes};
    for (std::uint64_t seq = 1; seq <= 9; ++seq)
        journal.add({Epoch{1}, Seq{seq}, Seq{(seq - 1) / 3 * 3 + 1}}, 100);
    return journal;
}

RangeSet range(std::uint64_t first, std::uint64_t last)
{
    RangeSet set;
    set.add(SeqRange{Seq{first}, Seq{last}});
    return set;
}

} // namespace

TEST_CASE("the journal knows segments, sizes and which is newest", "[spool]")
{
    const Journal journal = three_segments(10'000);

    const auto segments = journal.segments();
    REQUIRE(segments.size() == 3);
    CHECK(
        segments[0] ==
        SegmentInfo{.first = {1}, .last = {3}, .epoch = {1}, .bytes = 300, .newest = false}
    );
    CHECK(
        segments[2] ==
        SegmentInfo{.first = {7}, .last = {9}, .epoch = {1}, .bytes = 300, .newest = true}
    );
    CHECK(journal.bytes() == 900);
    CHECK(journal.newest_bytes() == 300);
}

TEST_CASE("a file that is found later takes its place", "[spool]")
{
    Journal journal{10'000};
    journal.insert({Epoch{1}, Seq{3}, Seq{1}}, 300); // before anything is recorded
    CHECK(journal.segments().back().newest);
    journal.add({Epoch{2}, Seq{20}, Seq{20}}, 100);
    journal.insert({Epoch{1}, Seq{9}, Seq{7}}, 300);
    journal.insert({Epoch{1}, Seq{6}, Seq{4}}, 300);
    journal.insert({Epoch{1}, Seq{12}, Seq{7}}, 200); // another file of that segment

    std::vector<Seq> firsts;
    for (const SegmentInfo& segment : journal.segments()) {
        firsts.push_back(segment.first);
        CHECK(segment.newest == (segment.first == Seq{20}));
    }
    CHECK(firsts == std::vector<Seq>{{1}, {4}, {7}, {20}});
    CHECK(journal.segments()[2].last == Seq{12});
    CHECK(journal.bytes() == 1'200);
}

TEST_CASE("only segments that are settled whole go, and never the newest", "[spool]")
{
    Journal journal = three_segments(10'000);

    CHECK(journal.take_settled(range(1, 2)).empty());
    CHECK(journal.take_settled(range(2, 6)) == std::vector<Seq>{{4}});
    CHECK(journal.take_settled(range(2, 9)).empty());
    CHECK(journal.take_settled(range(1, 9)) == std::vector<Seq>{{1}});
    CHECK(journal.segments().size() == 1);
    CHECK(journal.bytes() == 300);
    journal.add({Epoch{1}, Seq{10}, Seq{10}}, 100);
    CHECK(journal.take_settled(range(1, 9)) == std::vector<Seq>{{7}});
    CHECK(journal.dropped().total() == 0);
}

TEST_CASE("acknowledgements in every order free the same", "[spool]")
{
    for (const auto& order : {std::vector<int>{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {2, 0, 1}}) {
        Journal journal = three_segments(10'000);
        RangeSet settled;
        std::vector<Seq> freed;
        for (const int segment : order) {
            const auto first = static_cast<std::uint64_t>(segment) * 3 + 1;
            settled.add(SeqRange{Seq{first}, Seq{first + 2}});
            for (const Seq seq : journal.take_settled(settled))
                freed.push_back(seq);
        }
        std::sort(freed.begin(), freed.end());
        CHECK(freed == std::vector<Seq>{{1}, {4}});
        CHECK(journal.bytes() == 300);
    }
}

TEST_CASE(
    "over its limit the journal has segments thinned, the oldest and fullest first", "[spool]"
)
{
    Journal journal = three_segments(700);
    const auto order = [&] {
        const Journal::Excess excess = journal.take_excess();
        CHECK(excess.remove.empty());
        return excess.thin;
    };

    CHECK(order() == Journal::Thinning{Seq{1}, Detail::coarse});
    CHECK_FALSE(order()); // the one that was ordered is waited for
    journal.thinned(290);
    CHECK(order() == Journal::Thinning{Seq{4}, Detail::coarse});
    journal.thinned(290);
    CHECK(order() == Journal::Thinning{Seq{1}, Detail::states});
    journal.thinned(20);
    CHECK(journal.bytes() == 610);
    CHECK_FALSE(order());
    CHECK(journal.dropped().total() == 0);
}

TEST_CASE("what cannot be thinned is dropped, oldest first, and counted", "[spool]")
{
    Journal journal = three_segments(500);
    static_cast<void>(journal.take_settled(range(1, 1)));
    journal.mark_sent(Seq{2}); // of the first segment

    CHECK(journal.take_excess().thin == Journal::Thinning{Seq{4}, Detail::coarse});
    journal.thinned(std::nullopt);
    const Journal::Excess excess = journal.take_excess();
    CHECK(excess.remove == std::vector<Seq>{{1}, {4}});
    CHECK_FALSE(excess.thin);
    CHECK(journal.dropped()[Loss::spool_full] == 5);
    CHECK(journal.bytes() == 300);
    CHECK(journal.take_excess().remove.empty());
}

TEST_CASE("a segment that went while it was thinned is not counted twice", "[spool]")
{
    Journal journal = three_segments(700);
    REQUIRE(journal.take_excess().thin);
    CHECK(journal.take_settled(range(1, 3)) == std::vector<Seq>{{1}});
    journal.thinned(100);
    CHECK(journal.bytes() == 600);
}

TEST_CASE("the newest segment stays even when it alone is over the limit", "[spool]")
{
    Journal journal = three_segments(1);
    for (const std::uint64_t seq : {1, 4, 7})
        journal.mark_sent(Seq{seq});

    CHECK(journal.take_excess().remove == std::vector<Seq>{{1}, {4}});
    CHECK(journal.take_oldest().empty());
    CHECK(journal.segments().size() == 1);
}

TEST_CASE("a full disk takes one segment at a time", "[spool]")
{
    Journal journal = three_segments(10'000);

    CHECK(journal.take_oldest() == std::vector<Seq>{{1}});
    CHECK(journal.dropped()[Loss::disk_full] == 3);
    CHECK(journal.take_oldest() == std::vector<Seq>{{4}});
    CHECK(journal.take_oldest().empty());
    CHECK(journal.dropped().total() == 6);
}

} // namespace journal_test
