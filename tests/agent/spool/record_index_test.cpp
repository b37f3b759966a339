#include "agent/spool/record_index.hpp"

#include <catch2/catch.hpp>

namespace record_index_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;

TEST_CASE("an index finds what was added and nothing else", "[spool]")
{
    RecordIndex index;
    CHECK(index.empty());
    CHECK_FALSE(index.find(Seq{1}).has_value());
    index.add(Seq{5}, 28);
    index.add(Seq{6}, 100);
    index.add(Seq{9}, 200);

    CHECK(index.find(Seq{5}) == 28);
    CHECK(index.find(Seq{6}) == 100);
    CHECK(index.find(Seq{9}) == 200);
    CHECK_FALSE(index.find(Seq{4}).has_value());
    CHECK_FALSE(index.find(Seq{7}).has_value());
    CHECK_FALSE(index.find(Seq{10}).has_value());
    CHECK(index.first() == Seq{5});
    CHECK(index.last() == Seq{9});
}

TEST_CASE("an index that is cut ends with a record", "[spool]")
{
    RecordIndex index;
    index.add(Seq{5}, 28);
    index.add(Seq{9}, 200);

    index.cut(Seq{10});
    CHECK(index.last() == Seq{9});
    index.cut(Seq{9});
    CHECK(index.last() == Seq{5});
    index.cut(Seq{1});
    CHECK(index.empty());
    index.cut(Seq{1});
    CHECK(index.empty());
}

} // namespace record_index_test
