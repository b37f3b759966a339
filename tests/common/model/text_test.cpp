#include "common/limits.hpp"
#include "common/model/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>

namespace hallmonitor::text_test {
namespace {

using namespace std::string_literals;

// Written apart from the code under test. Empty at the first octet that begins no valid character.
std::optional<std::u32string> decoded(const std::string& text)
{
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto octet = [&](std::size_t at) {
            return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
        };
        const char32_t lead = octet(i);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        char32_t c = length == 1 ? lead : lead & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            if (octet(i + k) >> 6 != 2) return std::nullopt;
            c = c << 6 | (octet(i + k) & 0x3f);
        }
        constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
        if (lead > 0xf4 || c < least.at(length) || c > 0x10ffff) return std::nullopt;
        out.push_back(c);
        i += length;
    }
    return out;
}

bool is_between(char32_t c, char32_t first, char32_t last)
{
    return c >= first && c <= last;
}

bool is_clean(const std::string& text)
{
    const auto characters = decoded(text);
    return characters && text.size() <= limits::device_string_bytes &&
           std::none_of(characters->begin(), characters->end(), [](char32_t c) {
               return c < 0x20 || is_between(c, 0x7f, 0x9f) || is_between(c, 0x200e, 0x200f) ||
                      is_between(c, 0x2028, 0x202e) || is_between(c, 0x2066, 0x2069) ||
                      is_between(c, 0xd800, 0xdfff);
           });
}

} // namespace

TEST_CASE("valid UTF-8 stays as it is", "[model]")
{
    CHECK(sanitize("Gebäude Süd · 2. OG – 学校 🏫") == "Gebäude Süd · 2. OG – 学校 🏫");
}

TEST_CASE("what is not UTF-8 is read as Latin-1", "[model]")
{
    CHECK(sanitize("Geb\xe4ude") == "Gebäude");
    CHECK(sanitize("\xc0\xaf") == "À¯");             // overlong
    CHECK(sanitize("a\xed\xa0\x80") == "aí\u00a0"s); // a surrogate
    CHECK(sanitize("a\xf4\x90\x80\x80") == "aô");    // beyond U+10FFFF, C1 left out
    CHECK(sanitize("a\xf5\x80\x80\x80") == "aõ");
    CHECK(sanitize("100 \xb5m") == "100 µm");
}

TEST_CASE("control characters are left out, line ends and tabs become blanks", "[model]")
{
    CHECK(sanitize("a\x1b[31mb\x07\x7f") == "a[31mb");
    CHECK(sanitize("line 1\r\nline 2\tend") == "line 1  line 2 end");
    CHECK(sanitize("a\xc2\x85z") == "az"); // C1
}

TEST_CASE("characters that reorder or break a line are left out", "[model]")
{
    CHECK(sanitize("a\u202eb\u2066c\u200ed\u200fe\u061cf\u2028g\u2029h") == "abcdefgh");
}

TEST_CASE("line ends behind a text are no part of it", "[model]")
{
    CHECK(sanitize("Eth1/1\r") == "Eth1/1");
    CHECK(sanitize(std::string_view{"two\r\nlines\r\n\0", 13}) == "two  lines");
    CHECK(sanitize("\n") == "");
}

TEST_CASE("trailing NULs are padding, inner ones vanish", "[model]")
{
    CHECK(sanitize("port\0\0\0"s) == "port");
    CHECK(sanitize("po\0rt"s) == "port");
    CHECK(sanitize("\0"s).empty());
    CHECK(sanitize("").empty());
}

TEST_CASE("text is cut at a character's border", "[model]")
{
    const std::string room(limits::device_string_bytes - 1, 'x');

    CHECK(sanitize(room + "xx") == room + "x");
    CHECK(sanitize(room + "ä") == room);
    CHECK(sanitize(std::string(60'000, 'x')).size() == limits::device_string_bytes);
}

TEST_CASE("a long text of UTF-8 is not taken for Latin-1 where it is cut", "[model]")
{
    std::string school;
    while (school.size() < 3'000)
        school += "学";
    for (const auto* const shift : {"", "x", "xx", "xxx"}) {
        const std::string cut = sanitize(shift + school);
        CHECK(cut.find("å") == std::string::npos);
        CHECK(cut.size() > limits::device_string_bytes - 4);
    }
}

TEST_CASE("whatever comes in, clean text comes out, and once is enough", "[model]")
{
    std::mt19937 random{11};
    int wrong = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 400, '\0');
        // Half of them near the borders of UTF-8's forms.
        for (char& c : text)
            c = static_cast<char>(i % 2 == 0 ? random() : 0x80 + random() % 0x80);
        if (i % 3 == 0) text.insert(random() % (text.size() + 1), {'\xe2', '\x80', '\xae'});
        const std::string once = sanitize(text);
        wrong += static_cast<int>(!is_clean(once) || sanitize(once) != once);
    }
    CHECK(wrong == 0);
}

TEST_CASE("hardware addresses are printed in hexadecimal", "[model]")
{
    CHECK(
        format_mac(std::as_bytes(std::span{"\x00\x1b\x44\x11\x3a\xb7", 6})) == "00:1b:44:11:3a:b7"
    );
    CHECK(format_mac({}).empty());
    const std::string endless(100, 'a');
    CHECK(format_mac(std::as_bytes(std::span{endless})).size() == 20 * 3 - 1);
}

} // namespace hallmonitor::text_test
