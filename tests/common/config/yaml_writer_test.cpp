#include "common/config/yaml_document.hpp"
#include "common/config/yaml_writer.hpp"

#include <catch2/catch.hpp>

namespace yaml_writer_test {

using namespace hallmonitor;

TEST_CASE("mappings and lists are written as people write them", "[config]")
{
    YamlWriter out;
    out.begin("spool");
    out.number("size", 5);
    out.end();
    out.begin("devices");
    out.begin_item();
    out.text("name", "sw 1");
    out.begin("watch");
    out.text_list("names", {"Te*", "eth0"});
    out.end();
    out.boolean("ping", true);
    out.end();
    out.end();

    const std::string expected = R"(spool:
  size: 5
devices:
  - name: "sw 1"
    watch:
      names: ["Te*", eth0]
    ping: true
)";
    const auto written = std::move(out).take();
    CHECK(written == expected);
}

TEST_CASE("any text survives being written and read", "[config]")
{
    const auto text = GENERATE(
        as<std::string>{},
        "plain",
        "null",
        "No",
        "1:2",
        "a: b",
        "a #b",
        "-",
        "---",
        "*a",
        "\"quoted\" and \\ back",
        "ends with colon:",
        "line\nbreak\ttab",
        "\x7F",
        "\xC3\xA4\xF0\x9F\x98\x80",
        " padded ",
        "%d",
        "{a}, [b]"
    );
    YamlWriter out;
    out.text("key", text);
    out.text_list("list", {text, text});
    const auto written = std::move(out).take();
    ConfigErrors errors{"f"};

    const auto root = parse_yaml(written, errors);

    REQUIRE(root);
    CHECK(root->entries[0].value.text == text);
    REQUIRE(root->entries[1].value.items.size() == 2);
    CHECK(root->entries[1].value.items[1].text == text);
}

} // namespace yaml_writer_test
