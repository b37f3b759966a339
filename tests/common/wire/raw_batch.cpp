#include "tests/common/wire/raw_batch.hpp"

#include "common/wire/fields.hpp"

#include <zstd.h>

#include <span>

namespace hallmonitor::test {

std::vector<std::byte> raw_batch(std::string_view body, const RawHead& head)
{
    return raw_batch(zstd(body), static_cast<std::uint32_t>(body.size()), head);
}

std::vector<std::byte> raw_batch(
    std::string_view compressed, std::uint32_t body_size, const RawHead& head
)
{
    namespace field = wire::field::batch;
    std::string bytes;
    protozero::pbf_writer message{bytes};
    message.add_fixed64(field::epoch, 5);
    message.add_uint64(field::seq, head.seq.value);
    message.add_uint64(field::segment, head.segment.value);
    message.add_fixed64(field::boot, 6);
    message.add_sint64(field::sealed_mono_us, head.mono_us);
    message.add_sint64(field::sealed_wall_ms, head.wall_ms);
    message.add_uint32(field::body_size, body_size);
    message.add_bytes(field::body, compressed.data(), compressed.size());
    const auto octets = std::as_bytes(std::span{bytes});
    return {octets.begin(), octets.end()};
}

std::string zstd(std::string_view text)
{
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
    return out;
}

std::string field_of(unsigned field, std::string_view bytes)
{
    std::string out;
    protozero::pbf_writer{out}.add_bytes(field, bytes.data(), bytes.size());
    return out;
}

std::string varint_field(unsigned field, std::uint64_t number)
{
    std::string out;
    protozero::pbf_writer{out}.add_uint64(field, number);
    return out;
}

} // namespace hallmonitor::test
