#include "collector/store/packed_sums.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

namespace packed_sums_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;

namespace {

using Sums = std::vector<ComponentSums>;

Sums random_sums(std::mt19937_64& random)
{
    Sums sums;
    for (int port = 0; port < 12; ++port) {
        if (random() % 4 == 0) continue;
        ComponentSums& component = sums.emplace_back();
        component.component = "Gi" + std::to_string(port);
        for (std::uint64_t& sum : component.sums)
            sum = random() % 3 == 0 ? 0 : random() >> random() % 64;
    }
    if (random() % 2 == 0) std::shuffle(sums.begin(), sums.end(), random);
    return sums;
}

std::map<std::string, CounterSums> by_name(const Sums& sums)
{
    std::map<std::string, CounterSums> all;
    for (const auto& [component, counted] : sums)
        for (std::size_t slot = 0; slot < counted.size(); ++slot)
            all[component].at(slot) += counted.at(slot);
    return all;
}

} // namespace

TEST_CASE("sums come out of a record as they went in", "[store]")
{
    const Sums sums{{"Gi1", {1, 0, ~std::uint64_t{0}}}, {"", {}}, {"größe", {0, 5}}};

    CHECK(unpack_sums(pack_sums(sums)).value() == sums);
    CHECK(unpack_sums(pack_sums({})).value().empty());
}

TEST_CASE("records merge component by component, whatever their order", "[store]")
{
    std::mt19937_64 random{5};
    for (int round = 0; round < 200; ++round) {
        const Sums one = random_sums(random);
        const Sums other = random_sums(random);
        Sums both = one;
        both.insert(both.end(), other.begin(), other.end());

        const auto merged = unpack_sums(merge_sums(pack_sums(one), pack_sums(other))).value();

        REQUIRE(by_name(merged) == by_name(both));
        REQUIRE(merged.size() == by_name(both).size());
    }
}

TEST_CASE("a record cut off anywhere is malformed, and counts as empty in a merge", "[store]")
{
    const std::vector<std::byte> whole = pack_sums(Sums{{"Gi1", {300, 0, 5}}, {"Gi2", {7}}});
    const std::vector<std::byte> more = pack_sums(Sums{{"Gi1", {1}}});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::span<const std::byte> cut = std::span{whole}.first(size);
        CHECK_FALSE(unpack_sums(cut).has_value());
        CHECK(merge_sums(cut, more) == more);
        CHECK(merge_sums(more, cut) == more);
    }
}

} // namespace packed_sums_test
