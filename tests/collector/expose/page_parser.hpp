#pragma once
// A strict reader of the Prometheus text format 0.0.4: what it takes, every reader takes.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hallmonitor::collector::test {

using LabelSet = std::map<std::string, std::string>;
using SampleKey = std::pair<std::string, LabelSet>;

struct ParsedPage {
    std::map<std::string, std::string> types; // by family
    std::map<SampleKey, double> samples;
    std::string problem; // empty: the page is sound

    /// Samples of one name.
    [[nodiscard]] std::map<LabelSet, double> of(const std::string& name) const;
    /// Value of the sample with exactly these labels.
    [[nodiscard]] std::optional<double> value(const std::string& name, const LabelSet& labels)
        const;
};

/// Refuses: a family in two places, a sample without TYPE, HELP or TYPE twice or late, a name or
/// label that the format does not allow, invalid UTF-8, an unknown escape, a doubled sample, a
/// value that is no number, a last line without its end.
[[nodiscard]] ParsedPage parse_page(std::string_view text);

/// What is wrong with a page, and nothing else of it: for those who read millions.
[[nodiscard]] std::string page_problem(std::string_view text);

} // namespace hallmonitor::collector::test
