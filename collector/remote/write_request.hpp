#pragma once
// Remote-write requests of the Prometheus protocol, version 1: a protobuf `WriteRequest` each, in
// snappy's block format. Samples are put one by one, each with the labels of its series in the
// order of their names; labels without a value are none.

#include "collector/expose/value_sink.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hallmonitor::collector::remote {

/// A finished request, or a part of one.
struct RequestBody {
    std::string compressed;
    std::size_t samples{0};
};

class RequestWriter final : public ValueSink {
public:
    /// A request is closed once it has this many octets, before compression.
    static constexpr std::size_t full_bytes = std::size_t{1} << 20;

    /// Samples to come are of this family.
    void begin(std::string_view family);
    /// Labels of their object, as append_label() makes them.
    void set_labels(std::string_view labels);
    void set_moment(WallTime at) { at_ = at; }

    using ValueSink::put;
    void put(std::string_view more_labels, std::uint64_t value) override
    {
        add(more_labels, static_cast<double>(value));
    }
    void put(std::string_view more_labels, double value) override { add(more_labels, value); }

    /// True when a request of those to be taken is full.
    [[nodiscard]] bool has_full() const { return !closed_.empty(); }
    /// Requests of all that was put since the last call, in its order.
    [[nodiscard]] std::vector<RequestBody> take();

private:
    struct Label {
        std::string name;
        std::string bytes; // as a field of its series
        bool operator<(const Label& other) const { return name < other.name; }
    };
    static void parse(std::string_view text, std::vector<Label>& into);
    void add(std::string_view more_labels, double value);
    void close();

    WallTime at_;
    std::string name_; // label __name__, which comes before all others
    std::vector<Label> labels_;
    std::string label_bytes_; // of them all
    std::vector<Label> more_;
    std::string series_;
    std::string message_;
    std::size_t samples_{0}; // in message_
    std::vector<RequestBody> closed_;
};

/// The two halves of a body; empty when it is one sample.
[[nodiscard]] std::optional<std::pair<RequestBody, RequestBody>> halves(const RequestBody& body);

} // namespace hallmonitor::collector::remote
