// Any bytes taken for a message, a batch or the body of a batch: what is decoded is whole, and goes
// through our own encoder to come out the same.

#include "common/check.hpp"
#include "common/limits.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"
#include "tests/common/wire/raw_batch.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

using namespace hallmonitor;

namespace {

void check_message(std::span<const std::byte> bytes)
{
    const auto message = wire::decode_message(bytes);
    if (!message) return;
    const auto frame = wire::encode_frame(*message);
    const auto all = std::as_bytes(std::span{frame});
    INVARIANT(wire::frame_body_length(all.first<4>()).value() == all.size() - 4);
    INVARIANT(wire::decode_message(all.subspan(4)).value() == *message);
}

// The step that our own encoder and decoder make of `step`.
void check_again(const Step& step, ClockAnchor sealed_at)
{
    const auto& table = *step.table;
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    INVARIANT(encoder.define(*step.table));
    if (step.earlier) INVARIANT(encoder.add(table.device, table.kind, step.earlier->reading));
    INVARIANT(encoder.add(table.device, table.kind, step.later->reading));
    BatchDecoder decoder;
    const auto decoded = decoder.decode(encoder.seal(sealed_at).bytes);
    INVARIANT(decoded.has_value());
    INVARIANT(*decoded->steps.back().table == table);
    INVARIANT(decoded->steps.back().later->reading == step.later->reading);
}

void check_batch(std::span<const std::byte> bytes)
{
    BatchDecoder decoder;
    const auto id = peek_batch_id(bytes);
    const auto decoded = decoder.decode(bytes);
    if (!decoded) return;
    INVARIANT(id.has_value() && *id == decoded->id);
    for (const Step& step : decoded->steps) {
        const std::size_t cells = step.table->rows.size() * step.table->columns.size();
        INVARIANT(step.later->reading.cells.size() == cells);
        INVARIANT(!step.earlier || step.earlier->reading.cells.size() == cells);
    }
    if (!decoded->steps.empty()) check_again(decoded->steps.back(), decoded->sealed_at);
    // The same segment again is taken again.
    INVARIANT(decoder.decode(bytes).has_value());
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const auto bytes = std::as_bytes(std::span{data, size}).subspan(1);
    switch (data[0]) {
    case 'm': check_message(bytes); break;
    case 'b': check_batch(bytes); break;
    default: {
        const std::string_view body{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        check_batch(test::raw_batch(body));
    }
    }
    return 0;
}
