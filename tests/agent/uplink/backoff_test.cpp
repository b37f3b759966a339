#include "agent/uplink/backoff.hpp"

#include <catch2/catch.hpp>

using namespace hallmonitor::agent;

TEST_CASE("tries spread out up to a minute and begin anew after success", "[uplink]")
{
    Backoff backoff{1};
    CHECK(backoff.next() <= Backoff::first);
    for (int tries = 0; tries < 20; ++tries)
        CHECK(backoff.next() <= Backoff::most);
    CHECK(backoff.next() >= Backoff::most / 4);

    backoff.reset();

    CHECK(backoff.next() <= Backoff::first);
}

TEST_CASE("two agents do not come back in step", "[uplink]")
{
    Backoff one{1};
    Backoff other{2};

    CHECK(one.next() != other.next());
}
