#include "collector/remote/outbox.hpp"
#include "tests/collector/remote/read_request.hpp"

#include <catch2/catch.hpp>

#include <numeric>

namespace outbox_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::remote;
using namespace hallmonitor::collector::remote::test;
using namespace std::chrono_literals;
using wire::Lane;

namespace {

constexpr MonoTime now{1'000s};
constexpr WallTime wall{std::chrono::milliseconds{1'700'000'000'000}};
const Answer taken{.status = 204, .text = ""};
const Answer failed{.status = 503, .text = "later"};
const Answer refused{.status = 400, .text = "out of order sample"};

BatchName batch(std::uint64_t seq)
{
    return {.agent = {"lincoln", "a1"}, .epoch = {7}, .seq = {seq}};
}

/// A parcel with samples of these values, which completes batch `seq`.
Parcel parcel(std::vector<double> values, std::uint64_t seq)
{
    RequestWriter writer;
    writer.begin("m");
    for (const double value : values)
        writer.put(value);
    return {.body = writer.take().at(0), .since = wall, .completes = {batch(seq)}};
}

std::vector<double> values_of(const RequestBody* body)
{
    std::vector<double> values;
    if (body != nullptr)
        for (const auto& sample : read_body(*body))
            values.push_back(sample.value);
    return values;
}

} // namespace

TEST_CASE(
    "a lane's requests go in order, one at a time, and lanes do not wait for each other", "[remote]"
)
{
    Outbox box{1 << 20};
    box.push(Lane::live, parcel({1}, 1));
    box.push(Lane::live, parcel({2}, 2));
    box.push(Lane::history, parcel({3}, 3));

    CHECK(values_of(box.next(Lane::live, now)) == std::vector{1.0});
    CHECK(box.next(Lane::live, now) == nullptr);
    CHECK(values_of(box.next(Lane::history, now)) == std::vector{3.0});
    CHECK(box.answered(Lane::live, taken, now) == std::vector{batch(1)});
    CHECK(values_of(box.next(Lane::live, now)) == std::vector{2.0});
    box.answered(Lane::live, taken, now);
    box.answered(Lane::history, taken, now);

    CHECK(box.empty());
    CHECK(box.bytes() == 0);
    CHECK(box.counts().samples == 3);
}

TEST_CASE("what fails is sent again, after ever longer waits", "[remote]")
{
    Outbox box{1 << 20};
    box.push(Lane::live, parcel({1}, 1));
    REQUIRE(box.next(Lane::live, now) != nullptr);

    CHECK(box.answered(Lane::live, failed, now).empty());

    CHECK(box.next(Lane::live, now + 249ms) == nullptr);
    CHECK(box.wait_until(Lane::live) == now + 250ms);
    CHECK(values_of(box.next(Lane::live, now + 250ms)) == std::vector{1.0});
    box.answered(Lane::live, failed, now);
    CHECK(box.wait_until(Lane::live) == now + 500ms);
    REQUIRE(box.next(Lane::live, now + 500ms) != nullptr);
    CHECK(box.answered(Lane::live, taken, now) == std::vector{batch(1)});
    CHECK_FALSE(box.wait_until(Lane::live));
    CHECK(box.counts().failures == 2);
}

TEST_CASE("a receiver that names a time is given it, within reason", "[remote]")
{
    Outbox box{1 << 20};
    box.push(Lane::live, parcel({1}, 1));
    REQUIRE(box.next(Lane::live, now) != nullptr);
    box.answered(Lane::live, {.status = 429, .text = "", .retry_after = 7s}, now);
    CHECK(box.wait_until(Lane::live) == now + 7s);

    REQUIRE(box.next(Lane::live, now + 7s) != nullptr);
    box.answered(Lane::live, {.status = 429, .text = "", .retry_after = 999'999s}, now);
    CHECK(box.wait_until(Lane::live) == now + 300s);
}

TEST_CASE("beyond the limit the oldest go, history first, and are counted", "[remote]")
{
    const auto size = parcel({1}, 1).body.compressed.size() + sizeof(Parcel) + sizeof(BatchName);
    Outbox box{3 * size + size / 2};
    box.push(Lane::live, parcel({1}, 1));
    box.push(Lane::history, parcel({2}, 2));
    box.push(Lane::live, parcel({3}, 3));
    box.push(Lane::live, parcel({4}, 4));
    CHECK(box.next(Lane::history, now) == nullptr);

    box.push(Lane::live, parcel({5}, 5));

    CHECK(values_of(box.next(Lane::live, now)) == std::vector{3.0});
    CHECK(box.counts().dropped == 2);
    CHECK(box.bytes() <= 3 * size + size / 2);
}

TEST_CASE("of a request that is refused the good samples still arrive", "[remote]")
{
    Outbox box{1 << 20};
    std::vector<double> values(64);
    std::iota(values.begin(), values.end(), 0);
    box.push(Lane::history, parcel(values, 1));
    std::vector<double> arrived;
    std::vector<BatchName> done;

    // The receiver takes a request only if nothing before 10 is in it, all or nothing.
    while (const RequestBody* body = box.next(Lane::history, now)) {
        const auto sent = values_of(body);
        const bool is_good = sent.front() >= 10;
        if (is_good) arrived.insert(arrived.end(), sent.begin(), sent.end());
        for (const auto& name : box.answered(Lane::history, is_good ? taken : refused, now))
            done.push_back(name);
    }

    CHECK(arrived == std::vector<double>(values.begin() + 10, values.end()));
    CHECK(done == std::vector{batch(1)});
    CHECK(box.counts().refused == 10);
    CHECK(box.counts().samples == 54);
    CHECK(box.empty());
}

TEST_CASE("a request that is refused wherever it is cut ends in thirty-two pieces", "[remote]")
{
    Outbox box{1 << 20};
    box.push(Lane::live, parcel(std::vector<double>(1'000, 1), 1));
    unsigned requests = 0;
    std::vector<BatchName> done;

    while (box.next(Lane::live, now) != nullptr) {
        ++requests;
        done = box.answered(Lane::live, refused, now);
    }

    CHECK(requests == 63);
    CHECK(done == std::vector{batch(1)});
    CHECK(box.counts().refused == 1'000);
    CHECK(box.bytes() == 0);
}

} // namespace outbox_test
