#include "common/report/text_table.hpp"

#include <catch2/catch.hpp>

namespace text_table_test {

using namespace hallmonitor;

TEST_CASE("columns are as wide as their widest text, counted in characters", "[report]")
{
    TextTable table{{{"NAME"}, {"RATE", Align::right}, {"NOTE"}}};
    table.add({"Größe", "1", ""});
    table.add({"x", "1000000", "y"});

    CHECK(
        table.text(false) == "NAME      RATE  NOTE\n"
                             "Größe        1\n"
                             "x      1000000  y\n"
    );
}

TEST_CASE("colour is there only when it is asked for", "[report]")
{
    TextTable table{{{"STATE"}}};
    table.add({"down"}, Tone::bad);

    CHECK(table.text(false) == "STATE\ndown\n");
    CHECK(table.text(true) == "STATE\n\x1b[31mdown\x1b[0m\n");
}

} // namespace text_table_test
