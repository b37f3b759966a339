#include "tests/agent/spool/spool_files.hpp"

#include <random>

namespace hallmonitor::agent::test {

SealedBatch batch_of(Seq seq, Seq segment, std::size_t bytes, Epoch of)
{
    // The encoder numbers by itself, from the segment's start.
    BatchEncoder encoder{of, segment, 1};
    const ClockAnchor now{.mono = MonoTime{std::chrono::seconds{1}}, .wall = {}};
    for (Seq at = segment; at < seq; at = next(at))
        static_cast<void>(encoder.seal(now));
    std::mt19937_64 random{seq.value};
    std::string noise; // does not compress
    while (noise.size() < bytes)
        noise += static_cast<char>('!' + random() % 90);
    while (!noise.empty()) {
        const std::string part = noise.substr(0, 200);
        noise.erase(0, part.size());
        encoder.add({.at = {}, .device = {}, .kind = {}, .text = part});
    }
    return encoder.seal(now);
}

std::vector<SealedBatch> batches_of(Seq first, Seq last, std::size_t bytes)
{
    std::vector<SealedBatch> batches;
    for (Seq seq = first; seq <= last; seq = next(seq))
        batches.push_back(batch_of(seq, first, bytes));
    return batches;
}

std::vector<std::byte> file_of(const std::vector<SealedBatch>& batches)
{
    const auto head = encode_segment_head({.epoch = epoch, .first = batches.front().id.seq});
    std::vector<std::byte> file{head.begin(), head.end()};
    for (const SealedBatch& batch : batches) {
        const auto record = encode_record_head(batch.bytes);
        file.insert(file.end(), record.begin(), record.end());
        file.insert(file.end(), batch.bytes.begin(), batch.bytes.end());
    }
    return file;
}

} // namespace hallmonitor::agent::test
