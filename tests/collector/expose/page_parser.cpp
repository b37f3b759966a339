#include "tests/collector/expose/page_parser.hpp"

#include "common/model/text.hpp"

#include <cctype>
#include <charconv>
#include <limits>
#include <set>

namespace hallmonitor::collector::test {
namespace {

class Line {
public:
    explicit Line(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    bool skip(std::string_view expected)
    {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    /// A metric's or label's name; empty when there is none.
    std::string name(bool may_have_colon)
    {
        std::size_t length = 0;
        while (length < rest_.size() && is_name_char(rest_[length], length == 0, may_have_colon))
            ++length;
        return take(length);
    }

    std::string word() { return take(std::min(rest_.find(' '), rest_.size())); }

    /// Up to the closing quote, which is taken.
    std::optional<std::string> quoted()
    {
        std::string text;
        while (!rest_.empty() && !skip("\"")) {
            if (skip("\\\\")) {
                text += '\\';
            } else if (skip("\\\"")) {
                text += '"';
            } else if (skip("\\n")) {
                text += '\n';
            } else if (rest_.front() == '\\') {
                return std::nullopt;
            } else {
                text += take(1);
            }
            if (rest_.empty()) return std::nullopt;
        }
        return text;
    }

private:
    static bool is_name_char(char c, bool first, bool may_have_colon)
    {
        const auto octet = static_cast<unsigned char>(c);
        if (octet >= 0x80) return false;
        if (c == '_' || std::isalpha(octet) != 0) return true;
        return (c == ':' && may_have_colon) || (!first && std::isdigit(octet) != 0);
    }

    std::string take(std::size_t length)
    {
        std::string taken{rest_.substr(0, length)};
        rest_.remove_prefix(length);
        return taken;
    }

    std::string_view rest_;
};

std::optional<double> number(const std::string& text)
{
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    if (text == "-Inf") return -std::numeric_limits<double>::infinity();
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

class Parser {
public:
    ParsedPage take() && { return std::move(page_); }

    /// False once the page is broken.
    bool feed(std::string_view text)
    {
        Line line{text};
        std::string problem;
        if (line.skip("# HELP ")) {
            problem = help(line);
        } else if (line.skip("# TYPE ")) {
            problem = type(line);
        } else {
            problem = sample(line);
        }
        if (!problem.empty()) page_.problem = problem + ": " + std::string{text};
        return problem.empty();
    }

    void fail(std::string problem) { page_.problem = std::move(problem); }

private:
    std::string help(Line line)
    {
        const std::string name = line.name(true);
        if (name.empty() || !line.skip(" ")) return "HELP without a name";
        if (!helped_.insert(name).second || page_.types.contains(name)) return "HELP twice or late";
        return {};
    }

    std::string type(Line line)
    {
        const std::string name = line.name(true);
        if (name.empty() || !line.skip(" ")) return "TYPE without a name";
        const std::string type = line.word();
        if (type != "gauge" && type != "counter" && type != "histogram") return "unknown TYPE";
        if (!page_.types.emplace(name, type).second) return "TYPE twice";
        open_ = name;
        return {};
    }

    [[nodiscard]] bool is_of_open_family(const std::string& name) const
    {
        if (open_.empty() || page_.types.at(open_) != "histogram") return name == open_;
        return name == open_ + "_bucket" || name == open_ + "_sum" || name == open_ + "_count";
    }

    std::string sample(Line line)
    {
        SampleKey key{line.name(true), {}};
        if (!is_of_open_family(key.first)) return "sample outside its family";
        if (line.skip("{") && !labels(line, key.second)) return "bad labels";
        if (!line.skip(" ")) return "no blank before the value";
        const auto value = number(line.word());
        if (!value || !line.at_end()) return "bad value";
        if (!page_.samples.emplace(std::move(key), *value).second) return "sample twice";
        return {};
    }

    static bool labels(Line& line, LabelSet& into)
    {
        while (true) {
            const std::string name = line.name(false);
            if (name.empty() || !line.skip("=\"")) return false;
            auto value = line.quoted();
            if (!value || !into.emplace(name, std::move(*value)).second) return false;
            if (line.skip("}")) return true;
            if (!line.skip(",")) return false;
        }
    }

    ParsedPage page_;
    std::set<std::string> helped_;
    std::string open_;
};

bool is_valid_utf8(std::string_view line)
{
    // The sanitizer reads invalid text as Latin-1, which changes it; it cuts what is too long.
    for (std::size_t at = 0; at < line.size();) {
        const auto first = static_cast<unsigned char>(line[at]);
        if (first >= 0x20 && first < 0x7f) {
            ++at;
            continue;
        }
        std::size_t length = 1;
        if (first >= 0xc0) length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        const std::string_view character = line.substr(at, length);
        if (sanitize(character) != character) return false;
        at += length;
    }
    return true;
}

} // namespace

std::map<LabelSet, double> ParsedPage::of(const std::string& name) const
{
    std::map<LabelSet, double> found;
    for (const auto& [key, number] : samples)
        if (key.first == name) found.emplace(key.second, number);
    return found;
}

std::optional<double> ParsedPage::value(const std::string& name, const LabelSet& labels) const
{
    const auto found = samples.find({name, labels});
    if (found == samples.end()) return std::nullopt;
    return found->second;
}

ParsedPage parse_page(std::string_view text)
{
    Parser parser;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            parser.fail("the last line has no end");
            break;
        }
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (!is_valid_utf8(line)) {
            parser.fail("not UTF-8 or with control characters: " + std::string{line});
            break;
        }
        if (!parser.feed(line)) break;
    }
    return std::move(parser).take();
}

} // namespace hallmonitor::collector::test
