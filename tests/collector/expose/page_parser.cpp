#include "tests/collector/expose/page_parser.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <vector>

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
    std::string_view name(bool may_have_colon)
    {
        std::size_t length = 0;
        while (length < rest_.size() && is_name_char(rest_[length], length == 0, may_have_colon))
            ++length;
        return take(length);
    }

    std::string_view word() { return take(std::min(rest_.find(' '), rest_.size())); }

    /// Up to the closing quote, which is taken, still escaped; empty after an unknown escape.
    std::optional<std::string_view> in_quotes()
    {
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                const auto text = take(at);
                rest_.remove_prefix(1);
                return text;
            }
            if (rest_[at] == '\\' && !is_escaped_char(rest_.substr(++at, 1))) break;
        }
        return std::nullopt;
    }

private:
    static bool is_name_char(char c, bool first, bool may_have_colon)
    {
        if (c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
        return (c == ':' && may_have_colon) || (!first && c >= '0' && c <= '9');
    }

    static bool is_escaped_char(std::string_view c) { return c == "\\" || c == "\"" || c == "n"; }

    std::string_view take(std::size_t length)
    {
        const auto taken = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return taken;
    }

    std::string_view rest_;
};

std::optional<double> number(std::string_view text)
{
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    if (text == "-Inf") return -std::numeric_limits<double>::infinity();
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_escape = text[at] == '\\';
        if (is_escape) ++at;
        out += is_escape && text[at] == 'n' ? '\n' : text[at];
    }
    return out;
}

/// Reads a page in place: nothing of it is copied.
class Parser {
public:
    /// False once the page is broken.
    bool feed(std::string_view text)
    {
        Line line{text};
        std::string_view problem;
        if (line.skip("# HELP ")) {
            problem = help(line);
        } else if (line.skip("# TYPE ")) {
            problem = type(line);
        } else {
            problem = sample(line);
        }
        if (!problem.empty()) fail(std::string{problem} + ": " + std::string{text});
        return problem.empty();
    }

    void fail(std::string problem) { problem_ = std::move(problem); }

    /// All lines were fed.
    void finish()
    {
        const auto is_before = [this](const Sample& a, const Sample& b) {
            const auto order = a.name.compare(b.name);
            if (order != 0) return order < 0;
            const auto [of_a, of_b] = std::pair{labels_of(a), labels_of(b)};
            return std::lexicographical_compare(of_a.begin(), of_a.end(), of_b.begin(), of_b.end());
        };
        std::sort(samples_.begin(), samples_.end(), is_before);
        const auto is_same = [&](const Sample& a, const Sample& b) { return !is_before(a, b); };
        const auto twice = std::adjacent_find(samples_.begin(), samples_.end(), is_same);
        if (twice != samples_.end()) fail("sample twice: " + std::string{twice->name});
    }

    [[nodiscard]] std::string problem() && { return std::move(problem_); }

    [[nodiscard]] ParsedPage page() &&
    {
        ParsedPage page;
        for (const Family& family : families_)
            if (!family.type.empty()) page.types.emplace(family.name, family.type);
        for (const Sample& sample : samples_) {
            LabelSet labels;
            for (const Label& label : labels_of(sample))
                labels.emplace(label.name, unescaped(label.value));
            page.samples.emplace(SampleKey{sample.name, std::move(labels)}, sample.value);
        }
        page.problem = std::move(problem_);
        return page;
    }

private:
    struct Label {
        std::string_view name;
        std::string_view value; // escaped, which it can be in one way only
        bool operator<(const Label& other) const
        {
            return name == other.name ? value < other.value : name < other.name;
        }
    };
    struct Sample {
        std::string_view name;
        std::size_t first_label; // of `labels_`
        std::size_t label_count;
        double value;
    };
    struct Family {
        std::string_view name;
        std::string_view type{}; // empty: its HELP alone so far
        bool has_help{false};
    };

    [[nodiscard]] std::span<const Label> labels_of(const Sample& sample) const
    {
        return std::span{labels_}.subspan(sample.first_label, sample.label_count);
    }

    Family& family(std::string_view name)
    {
        const auto found = std::find_if(families_.rbegin(), families_.rend(), [&](const auto& one) {
            return one.name == name;
        });
        return found != families_.rend() ? *found : families_.emplace_back(Family{.name = name});
    }

    std::string_view help(Line line)
    {
        const auto name = line.name(true);
        if (name.empty() || !line.skip(" ")) return "HELP without a name";
        Family& helped = family(name);
        if (helped.has_help || !helped.type.empty()) return "HELP twice or late";
        helped.has_help = true;
        return {};
    }

    std::string_view type(Line line)
    {
        const auto name = line.name(true);
        if (name.empty() || !line.skip(" ")) return "TYPE without a name";
        const auto type = line.word();
        if (type != "gauge" && type != "counter" && type != "histogram") return "unknown TYPE";
        Family& typed = family(name);
        if (!typed.type.empty()) return "TYPE twice";
        typed.type = type;
        open_ = typed;
        return {};
    }

    [[nodiscard]] bool is_of_open_family(std::string_view name) const
    {
        if (open_.type != "histogram") return name == open_.name;
        if (!name.starts_with(open_.name)) return false;
        const auto part = name.substr(open_.name.size());
        return part == "_bucket" || part == "_sum" || part == "_count";
    }

    std::string_view sample(Line line)
    {
        const auto name = line.name(true);
        if (name.empty() || !is_of_open_family(name)) return "sample outside its family";
        const std::size_t first = labels_.size();
        if (line.skip("{") && !labels(line)) return "bad labels";
        if (!line.skip(" ")) return "no blank before the value";
        const auto value = number(line.word());
        if (!value || !line.at_end()) return "bad value";
        samples_.push_back({name, first, labels_.size() - first, *value});
        return {};
    }

    /// Takes a sample's labels, in the order of their names.
    bool labels(Line& line)
    {
        const std::size_t first = labels_.size();
        do {
            const auto name = line.name(false);
            if (name.empty() || !line.skip("=\"")) return false;
            const auto value = line.in_quotes();
            if (!value) return false;
            labels_.push_back({name, *value});
        } while (line.skip(","));
        const auto begin = labels_.begin() + static_cast<std::ptrdiff_t>(first);
        std::sort(begin, labels_.end());
        const auto is_same = [](const Label& a, const Label& b) { return a.name == b.name; };
        const bool is_twice = std::adjacent_find(begin, labels_.end(), is_same) != labels_.end();
        return line.skip("}") && !is_twice;
    }

    std::string problem_;
    std::vector<Family> families_;
    std::vector<Sample> samples_;
    std::vector<Label> labels_; // of all samples
    Family open_;
};

/// Takes one character that is not ASCII off the front: what RFC 3629, section 4, allows, less the
/// controls that no page may have. Written apart from the sanitizer, which it checks.
bool skip_character(std::string_view& rest)
{
    const auto octet = [&](std::size_t at) {
        return at < rest.size() ? static_cast<unsigned char>(rest[at]) : 0U;
    };
    const auto lies_between = [&](std::size_t at, unsigned least, unsigned most) {
        return octet(at) >= least && octet(at) <= most;
    };
    const unsigned first = octet(0);
    std::size_t length = 0;
    if (lies_between(0, 0xc2, 0xdf)) {
        length = lies_between(1, first == 0xc2 ? 0xa0 : 0x80, 0xbf) ? 2 : 0; // no C1
        if (rest.starts_with("\xd8\x9c")) return false;                      // U+061C
    } else if (lies_between(0, 0xe0, 0xef)) {
        const bool is_second =
            lies_between(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
        length = is_second && lies_between(2, 0x80, 0xbf) ? 3 : 0;
        const bool is_mark = lies_between(2, 0x8e, 0x8f) || lies_between(2, 0xa8, 0xae);
        if (rest.starts_with("\xe2\x80") && is_mark) return false; // U+200E, 200F, 2028 to 202E
        if (rest.starts_with("\xe2\x81") && lies_between(2, 0xa6, 0xa9))
            return false; // 2066 to 2069
    } else if (lies_between(0, 0xf0, 0xf4)) {
        const bool is_second =
            lies_between(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
        length = is_second && lies_between(2, 0x80, 0xbf) && lies_between(3, 0x80, 0xbf) ? 4 : 0;
    }
    rest.remove_prefix(length);
    return length > 0;
}

bool is_clean(std::string_view line)
{
    while (!line.empty()) {
        if (line.front() >= ' ' && line.front() < '\x7f') {
            line.remove_prefix(1);
        } else if (!skip_character(line)) {
            return false;
        }
    }
    return true;
}

Parser parse(std::string_view text)
{
    Parser parser;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            parser.fail("the last line has no end");
            return parser;
        }
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (!is_clean(line)) {
            parser.fail("not UTF-8 or with control characters: " + std::string{line});
            return parser;
        }
        if (!parser.feed(line)) return parser;
    }
    parser.finish();
    return parser;
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

std::string page_problem(std::string_view text)
{
    return parse(text).problem();
}

ParsedPage parse_page(std::string_view text)
{
    return parse(text).page();
}

} // namespace hallmonitor::collector::test
