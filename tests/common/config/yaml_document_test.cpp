#include "common/config/yaml_document.hpp"

#include <catch2/catch.hpp>

namespace yaml_document_test {

using namespace hallmonitor;

namespace {

/// The errors of `text`, one a line.
std::string faults(std::string_view text)
{
    ConfigErrors errors{"f"};
    const auto root = parse_yaml(text, errors);
    std::string lines;
    for (const auto& error : std::move(errors).take()) {
        lines += to_string(error) + '\n';
    }
    CHECK((root.has_value() || !lines.empty()));
    return lines;
}

} // namespace

TEST_CASE("a document becomes a tree of texts with their places", "[config]")
{
    ConfigErrors errors{"f"};

    const auto root = parse_yaml("a: no\nb:\n  - 0123\n  - 'x'\nc:\n", errors);

    REQUIRE(root);
    REQUIRE(root->entries.size() == 3);
    CHECK(root->entries[0].value.text == "no");
    const auto& list = root->entries[1].value;
    REQUIRE(list.items.size() == 2);
    CHECK(list.items[0].text == "0123");
    CHECK_FALSE(list.items[0].is_quoted);
    CHECK(list.items[1].is_quoted);
    CHECK(list.items[1].line == 4);
    CHECK(list.items[1].column == 5);
    CHECK(root->entries[2].value.kind == YamlValue::Kind::null);
}

TEST_CASE("a key given twice is an error that names both lines", "[config]")
{
    CHECK(
        faults("a: 1\nb: 2\na: 3\nb: 4\n") == "f:3:1: the key 'a' is already given in line 1\n"
                                              "f:4:1: the key 'b' is already given in line 2\n"
    );
}

TEST_CASE("anchors, aliases and tags are refused before anything is expanded", "[config]")
{
    CHECK(
        faults("a: &x 1\nb: *x\n") ==
        "f:1:4: anchors (&name) are not allowed; write the value where it is needed\n"
    );
    CHECK(
        faults("a: &x [*x]\n") ==
        "f:1:4: anchors (&name) are not allowed; write the value where it is needed\n"
    );
    CHECK(faults("a: !!binary x\n") == "f:1:4: tags (!name) are not allowed\n");
}

TEST_CASE("the root must be one mapping in one document", "[config]")
{
    CHECK(faults("") == "f: empty: it has no settings\n");
    CHECK(faults("# nothing\n") == "f: empty: it has no settings\n");
    CHECK(faults("- a\n") == "f:1:1: expected keys with values (key: value) at the top\n");
    CHECK(faults("text\n") == "f:1:1: expected keys with values (key: value) at the top\n");
    CHECK(faults("a: 1\n---\nb: 1\n") == "f:2:1: a second document; write one document a file\n");
}

TEST_CASE("keys are texts", "[config]")
{
    CHECK(faults("[a]: 1\n") == "f:1:1: a key must be text\n");
    CHECK(faults("? {a: 1}\n: 1\n") == "f:1:3: a key must be text\n");
    CHECK(faults("~: 1\n") == "f:1:1: a key must be text\n");
}

TEST_CASE("nesting ends at 32 levels", "[config]")
{
    CHECK(faults("a: " + std::string(31, '[') + std::string(31, ']')).empty());
    CHECK(
        faults("a: " + std::string(32, '[') + std::string(32, ']')) ==
        "f:1:35: nested more than 32 levels deep\n"
    );
    CHECK(
        faults(std::string(std::size_t{4} << 20, '[')) ==
        "f:1:1001: nested more than 32 levels deep\n"
    );
}

TEST_CASE("bytes that no configuration needs are refused with their place", "[config]")
{
    CHECK(faults("a: 1\n\tb: 2\n") == "f:2:1: a tab in the indentation; indent with spaces\n");
    CHECK(faults("a: \x01\n") == "f:1:4: a control character\n");
    CHECK(faults(std::string_view{"a: \0", 4}) == "f:1:4: a control character\n");
    CHECK(faults("a: \xFF\n") == "f:1:4: a byte that is not UTF-8; save the file as UTF-8\n");
    CHECK(faults("a:\t1\n").empty());
    CHECK(faults(std::string((std::size_t{4} << 20) + 1, ' ')) == "f: larger than 4 MiB\n");
}

TEST_CASE("broken YAML is told with its place", "[config]")
{
    CHECK(faults("a: [1\n").starts_with("f:2:1: not valid YAML: "));
    CHECK(faults("a: b: c\n") == "f:1:5: not valid YAML: illegal map value\n");
}

TEST_CASE("errors beyond the first hundred are counted", "[config]")
{
    std::string text;
    for (int i = 0; i < 103; ++i) {
        text += "a: 1\n";
    }

    const auto lines = faults(text);

    CHECK(lines.ends_with("f:101:1: the key 'a' is already given in line 1\nf: 2 more errors\n"));
}

} // namespace yaml_document_test
