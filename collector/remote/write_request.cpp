#include "collector/remote/write_request.hpp"

#include "common/check.hpp"
#include "common/wire/protozero.hpp"

#include <algorithm>
#include <snappy.h>

namespace hallmonitor::collector::remote {
namespace {

// prometheus/prompb: WriteRequest{TimeSeries timeseries = 1}, TimeSeries{Label labels = 1,
// Sample samples = 2}, Label{string name = 1, string value = 2}, Sample{double value = 1,
// int64 timestamp = 2}.
constexpr protozero::pbf_tag_type series_of_request = 1;
constexpr protozero::pbf_tag_type label_of_series = 1;
constexpr protozero::pbf_tag_type sample_of_series = 2;
constexpr protozero::pbf_tag_type name_of_label = 1;
constexpr protozero::pbf_tag_type value_of_label = 2;
constexpr protozero::pbf_tag_type value_of_sample = 1;
constexpr protozero::pbf_tag_type timestamp_of_sample = 2;

std::string encode_label(std::string_view name, std::string_view value)
{
    std::string bytes;
    protozero::pbf_writer series{bytes};
    protozero::pbf_writer label{series, label_of_series};
    label.add_string(name_of_label, name.data(), name.size());
    label.add_string(value_of_label, value.data(), value.size());
    label.commit();
    return bytes;
}

// The text between the quotes that `text` begins with; `text` goes on behind them.
std::string take_quoted(std::string_view& text)
{
    std::string value;
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
        INVARIANT(at < text.size());
        value += text[at];
    }
    INVARIANT(at < text.size());
    text.remove_prefix(at + 1);
    return value;
}

RequestBody compressed(std::string_view message, std::size_t samples)
{
    RequestBody body{.compressed = {}, .samples = samples};
    snappy::Compress(message.data(), message.size(), &body.compressed);
    return body;
}

} // namespace

void RequestWriter::begin(std::string_view family)
{
    name_ = encode_label("__name__", family);
}

void RequestWriter::parse(std::string_view text, std::vector<Label>& into)
{
    into.clear();
    while (!text.empty()) {
        const std::size_t end = text.find('=');
        INVARIANT(end != std::string_view::npos);
        const std::string_view name = text.substr(0, end);
        text.remove_prefix(end + 1);
        const std::string value = take_quoted(text);
        if (!value.empty()) into.push_back({std::string{name}, encode_label(name, value)});
        if (text.starts_with(',')) text.remove_prefix(1);
    }
    std::sort(into.begin(), into.end());
}

void RequestWriter::set_labels(std::string_view labels)
{
    parse(labels, labels_);
    label_bytes_.clear();
    for (const Label& label : labels_)
        label_bytes_ += label.bytes;
}

void RequestWriter::add(std::string_view more_labels, double value)
{
    series_ = name_;
    if (more_labels.empty()) {
        series_ += label_bytes_;
    } else {
        parse(more_labels, more_);
        auto more = more_.begin();
        for (const Label& label : labels_) {
            for (; more != more_.end() && *more < label; ++more)
                series_ += more->bytes;
            series_ += label.bytes;
        }
        for (; more != more_.end(); ++more)
            series_ += more->bytes;
    }
    {
        protozero::pbf_writer series{series_};
        protozero::pbf_writer sample{series, sample_of_series};
        sample.add_double(value_of_sample, value);
        sample.add_int64(timestamp_of_sample, at_.since_epoch.count());
    }
    protozero::pbf_writer request{message_};
    request.add_message(series_of_request, series_);
    ++samples_;
    if (message_.size() >= full_bytes) close();
}

void RequestWriter::close()
{
    closed_.push_back(compressed(message_, samples_));
    message_.clear();
    samples_ = 0;
}

std::vector<RequestBody> RequestWriter::take()
{
    if (samples_ > 0) close();
    return std::exchange(closed_, {});
}

std::optional<std::pair<RequestBody, RequestBody>> halves(const RequestBody& body)
{
    if (body.samples < 2) return std::nullopt;
    std::string message;
    INVARIANT(snappy::Uncompress(body.compressed.data(), body.compressed.size(), &message));
    const std::size_t half = body.samples / 2;
    protozero::pbf_reader request{message};
    for (std::size_t series = 0; series < half; ++series) {
        INVARIANT(request.next(series_of_request));
        request.skip();
    }
    const std::size_t cut = message.size() - request.length();
    const std::string_view whole{message};
    return std::pair{
        compressed(whole.substr(0, cut), half),
        compressed(whole.substr(cut), body.samples - half),
    };
}

} // namespace hallmonitor::collector::remote
