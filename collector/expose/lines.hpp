#pragma once
// Lines of the Prometheus text format 0.0.4: a family is begun, then values are put under the
// labels that are set. A million lines a scrape: labels are made once a page and copied, nothing is
// allocated a line.

#include "collector/expose/label_text.hpp"
#include "collector/expose/value_sink.hpp"

#include <string>
#include <string_view>

namespace hallmonitor::collector {

class Lines final : public ValueSink {
public:
    /// Writes to `out` from now on.
    void write_to(std::string& out) { out_ = &out; }

    /// Lines to come are of this family. Its HELP and TYPE are written with its first line, so that
    /// an empty family leaves no trace.
    void begin(std::string_view name, std::string_view help, std::string_view type);

    /// Labels of the lines to come, already in their format: a="b",c="d".
    void set_labels(std::string_view labels) { labels_ = labels; }

    using ValueSink::put;
    void put(std::string_view more_labels, std::uint64_t value) override
    {
        add(more_labels, value);
    }
    void put(std::string_view more_labels, double value) override { add(more_labels, value); }

private:
    void describe();

    template <class Number>
    void add(std::string_view more_labels, Number value)
    {
        if (!described_) describe();
        std::string& out = *out_;
        out += start_;
        out += labels_;
        if (!more_labels.empty()) (out += ',') += more_labels;
        out += "} ";
        append_value(out, value);
        out += '\n';
    }

    std::string* out_{nullptr};
    std::string start_; // name{
    std::string description_;
    std::string_view labels_;
    bool described_{false};
};

} // namespace hallmonitor::collector
