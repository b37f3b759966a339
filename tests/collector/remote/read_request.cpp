#include "tests/collector/remote/read_request.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <ostream>
#include <snappy.h>

namespace hallmonitor::collector::remote::test {
namespace {

// The protobuf wire format as far as it is used here.
class Fields {
public:
    explicit Fields(std::string_view message) : rest_(message) {}

    bool next()
    {
        if (rest_.empty()) return false;
        const std::uint64_t tag = varint();
        number = tag >> 3;
        switch (tag & 7) {
        case 0: whole = varint(); break;
        case 1: {
            REQUIRE(rest_.size() >= 8);
            std::memcpy(&whole, rest_.data(), 8);
            rest_.remove_prefix(8);
            break;
        }
        case 2: {
            const std::uint64_t size = varint();
            REQUIRE(rest_.size() >= size);
            bytes = rest_.substr(0, size);
            rest_.remove_prefix(size);
            break;
        }
        default: FAIL("wire type " << (tag & 7));
        }
        return true;
    }

    std::uint64_t number{0};
    std::uint64_t whole{0};
    std::string_view bytes;

private:
    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            REQUIRE(!rest_.empty());
            const auto octet = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= std::uint64_t{octet & 0x7fU} << shift;
            if (octet < 0x80) return value;
        }
    }

    std::string_view rest_;
};

std::string read_label(std::string_view message, std::string& name)
{
    std::string value;
    for (Fields fields{message}; fields.next();)
        (fields.number == 1 ? name : value) = fields.bytes;
    return value;
}

ReadSample read_series(std::string_view message)
{
    ReadSample sample;
    std::string labels;
    std::string before;
    for (Fields fields{message}; fields.next();) {
        if (fields.number == 1) {
            std::string name;
            const std::string value = read_label(fields.bytes, name);
            if (name <= before || value.empty()) FAIL("label " << name << " behind " << before);
            before = name;
            if (name == "__name__") {
                sample.series = value;
            } else {
                labels += (labels.empty() ? "" : ",") + name + "=\"" + value + '"';
            }
            continue;
        }
        for (Fields parts{fields.bytes}; parts.next();) {
            if (parts.number == 1) sample.value = std::bit_cast<double>(parts.whole);
            if (parts.number == 2) sample.at_ms = static_cast<std::int64_t>(parts.whole);
        }
    }
    sample.series += '{' + labels + '}';
    return sample;
}

} // namespace

std::ostream& operator<<(std::ostream& out, const ReadSample& sample)
{
    return out << sample.series << ' ' << sample.value << " @" << sample.at_ms;
}

std::vector<ReadSample> read_message(std::string_view message)
{
    std::vector<ReadSample> samples;
    for (Fields fields{message}; fields.next();)
        samples.push_back(read_series(fields.bytes));
    return samples;
}

std::vector<ReadSample> read_body(const RequestBody& body)
{
    std::string message;
    REQUIRE(snappy::Uncompress(body.compressed.data(), body.compressed.size(), &message));
    auto samples = read_message(message);
    CHECK(samples.size() == body.samples);
    return samples;
}

std::vector<ReadSample> read_all(RequestWriter& writer)
{
    std::vector<ReadSample> all;
    for (const RequestBody& body : writer.take())
        for (ReadSample& sample : read_body(body))
            all.push_back(std::move(sample));
    return all;
}

} // namespace hallmonitor::collector::remote::test
