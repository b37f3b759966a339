#include "agent/uplink/backoff.hpp"

#include <catch2/catch.hpp>

namespace backoff_test {

using namespace hallmonitor::agent;

TEST_CASE("tries stay seconds apart, however long the line is cut, and begin anew", "[uplink]")
{
    Backoff backoff{1};
    CHECK(backoff.next(false) <= Backoff::first);
    for (int tries = 0; tries < 1'000; ++tries)
        CHECK(backoff.next(false) <= Backoff::most);
    CHECK(backoff.next(false) >= Backoff::most / 4);

    backoff.reset();

    CHECK(backoff.next(false) <= Backoff::first);
}

TEST_CASE("whom the collector turns away comes back less and less often", "[uplink]")
{
    Backoff backoff{1};
    for (unsigned tries = 0; tries < Backoff::patient_tries; ++tries)
        CHECK(backoff.next(true) <= Backoff::most);
    for (int tries = 0; tries < 10; ++tries)
        CHECK(backoff.next(true) <= Backoff::most_turned_away);
    CHECK(backoff.next(true) >= Backoff::most_turned_away / 4);

    // A line that is cut meanwhile is looked for as often as any.
    CHECK(backoff.next(false) <= Backoff::most);
}

TEST_CASE("two agents do not come back in step", "[uplink]")
{
    Backoff one{1};
    Backoff other{2};

    CHECK(one.next(false) != other.next(false));
}

} // namespace backoff_test
