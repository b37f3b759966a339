#include "common/model/cells.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace cells_test {

using namespace hallmonitor;

namespace {

// Both ways of looking at it say the same.
bool agree(const Cells& cells, const std::vector<Cell>& model)
{
    bool all = cells.size() == model.size();
    bool any_absent = false;
    for (std::size_t i = 0; all && i < model.size(); ++i) {
        all = cells[i] == model[i] && cells.is_there(i) == model[i].has_value() &&
              cells.numbers()[i] == model[i].value_or(0);
        any_absent = any_absent || !model[i];
    }
    return all && cells.all_there() == !any_absent && cells == Cells{model};
}

} // namespace

TEST_CASE("cells hold what they were given, absent ones too", "[model]")
{
    Cells cells{1, {}, ~std::uint64_t{0}};

    CHECK(cells[0] == 1);
    CHECK_FALSE(cells[1].has_value());
    CHECK(cells[2] == ~std::uint64_t{0});
    CHECK_FALSE(cells.all_there());

    cells.set(1, 0);

    CHECK(cells.all_there());
    CHECK(cells == Cells{1, 0, ~std::uint64_t{0}});
    CHECK_FALSE(cells == Cells{1, {}, ~std::uint64_t{0}});
}

TEST_CASE("cells do what a vector of optional numbers does", "[model]")
{
    std::mt19937_64 random{3};
    Cells cells;
    std::vector<Cell> model;
    bool agreed = true;
    for (int i = 0; i < 3'000; ++i) {
        const Cell cell = random() % 3 == 0 ? Cell{} : Cell{random()};
        if (model.empty() || (model.size() < 40 && random() % 8 == 0)) {
            cells.push_back(cell);
            model.push_back(cell);
        } else {
            const std::size_t place = random() % model.size();
            const Cell now = random() % 2 == 0 ? Cell{random()} : cell;
            cells.set(place, now);
            model[place] = now;
        }
        agreed = agreed && agree(cells, model);
    }
    CHECK(agreed);
}

TEST_CASE("presence goes out as bits and comes back, spare bits being nothing", "[model]")
{
    Cells cells{7, {}, {}, 8, {}, {}, {}, {}, 9};
    const std::vector<std::uint8_t> bits = cells.presence();

    CHECK(bits == std::vector<std::uint8_t>{0x09, 0x01});

    Cells other = Cells::zeros(9);
    other.set_presence(std::vector<std::uint8_t>{0x09, 0xff});
    CHECK(other == Cells{0, {}, {}, 0, {}, {}, {}, {}, 0});
    CHECK(other.has_presence_of(cells));

    cells.set_presence(std::vector<std::uint8_t>{0xf6, 0x01});
    CHECK(cells == Cells{{}, 0, 0, {}, 0, 0, 0, 0, 9});
    CHECK(Cells::zeros(9).presence() == std::vector<std::uint8_t>{0xff, 0x01});
    CHECK(Cells::absent(9).presence() == std::vector<std::uint8_t>{0, 0});
}

} // namespace cells_test
