#include "agent/spool/crc32c.hpp"
#include "agent/spool/record.hpp"
#include "tests/agent/spool/spool_files.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>
#include <random>

namespace record_test {

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace hallmonitor::agent::test;

namespace {

const SegmentHead head{.epoch = epoch, .first = Seq{5}};

std::uint32_t crc_of(std::span<const std::byte> bytes)
{
    Crc32c crc;
    crc.add(bytes);
    return crc.value();
}

std::vector<Seq> seqs_of(const Scan& scan)
{
    std::vector<Seq> seqs;
    for (const ScannedRecord& record : scan.records)
        seqs.push_back(record.seq);
    return seqs;
}

} // namespace

TEST_CASE("checksums are those of RFC 3720", "[spool]")
{
    std::vector<std::byte> rising(32);
    for (std::size_t i = 0; i < rising.size(); ++i)
        rising[i] = static_cast<std::byte>(i);

    CHECK(crc_of(std::vector<std::byte>(32, std::byte{0})) == 0x8a9136aa);
    CHECK(crc_of(std::vector<std::byte>(32, std::byte{0xff})) == 0x62a8ab43);
    CHECK(crc_of(rising) == 0x46dd794e);
    Crc32c in_pieces;
    in_pieces.add(std::span{rising}.first(3));
    in_pieces.add(std::span{rising}.subspan(3));
    CHECK(in_pieces.value() == 0x46dd794e);
}

TEST_CASE("a file's head says its epoch and first batch", "[spool]")
{
    const auto bytes = encode_segment_head(head);

    CHECK(decode_segment_head(bytes).value() == head);
    CHECK(decode_segment_head(std::span{bytes}.first(27)).error() == Errc::malformed);
    auto flipped = bytes;
    flipped[20] ^= std::byte{1};
    CHECK(decode_segment_head(flipped).error() == Errc::checksum_mismatch);
    flipped[0] ^= std::byte{1};
    CHECK(decode_segment_head(flipped).error() == Errc::malformed);
}

TEST_CASE("all records of a good file are found", "[spool]")
{
    const auto batches = batches_of(Seq{5}, Seq{8});
    const auto file = file_of(batches);

    const Scan scan = scan_segment(file, head);

    CHECK(scan.segment == Seq{5});
    CHECK(seqs_of(scan) == std::vector<Seq>{{5}, {6}, {7}, {8}});
    CHECK(scan.good_bytes == file.size());
    CHECK(scan.damage.empty());
    const auto payload = decode_record(std::span{file}.subspan(scan.records[2].offset)).value();
    CHECK(std::equal(payload.begin(), payload.end(), batches[2].bytes.begin()));
}

TEST_CASE("a file cut anywhere keeps every record before the cut", "[spool]")
{
    const auto batches = batches_of(Seq{5}, Seq{8}, 40);
    const auto file = file_of(batches);
    const Scan whole = scan_segment(file, head);

    for (std::size_t size = segment_head_bytes; size <= file.size(); ++size) {
        const Scan scan = scan_segment(std::span{file}.first(size), head);
        const auto expected = std::count_if(
            whole.records.begin(),
            whole.records.end(),
            [&](const ScannedRecord& record) {
                return record.offset + record_head_bytes + record.length <= size;
            }
        );
        REQUIRE(scan.records.size() == static_cast<std::size_t>(expected));
        REQUIRE(scan.damage.empty());
    }
}

TEST_CASE("a flipped bit anywhere costs the one record that it hits", "[spool]")
{
    const auto file = file_of(batches_of(Seq{5}, Seq{8}, 40));
    const Scan whole = scan_segment(file, head);

    for (std::size_t bit = segment_head_bytes * 8; bit < file.size() * 8; ++bit) {
        std::vector<std::byte> broken = file;
        broken[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        std::vector<ScannedRecord> expected = whole.records;
        std::erase_if(expected, [&](const ScannedRecord& record) {
            return bit / 8 >= record.offset &&
                   bit / 8 < record.offset + record_head_bytes + record.length;
        });
        const bool is_tail = bit / 8 >= whole.records.back().offset;

        const Scan scan = scan_segment(broken, head);

        REQUIRE(scan.records == expected);
        REQUIRE(scan.damage.size() == (is_tail ? 0 : 1));
    }
}

TEST_CASE("noise, zeros and holes leave the other records to be found", "[spool]")
{
    const auto file = file_of(batches_of(Seq{5}, Seq{24}, 60));
    const Scan whole = scan_segment(file, head);
    std::mt19937_64 random{11};

    for (int round = 0; round < 3'000; ++round) {
        std::vector<std::byte> broken = file;
        const std::size_t begin =
            segment_head_bytes + random() % (file.size() - segment_head_bytes);
        const std::size_t end = std::min(file.size(), begin + 1 + random() % 300);
        for (std::size_t i = begin; i < end; ++i)
            broken[i] = round % 2 == 0 ? std::byte{0} : static_cast<std::byte>(random());
        std::vector<ScannedRecord> untouched = whole.records;
        std::erase_if(untouched, [&](const ScannedRecord& record) {
            return record.offset < end && record.offset + record_head_bytes + record.length > begin;
        });

        const Scan scan = scan_segment(broken, head);

        // Noise that happens to equal what was there costs nothing.
        REQUIRE(std::includes(
            scan.records.begin(),
            scan.records.end(),
            untouched.begin(),
            untouched.end(),
            [](const ScannedRecord& a, const ScannedRecord& b) { return a.seq < b.seq; }
        ));
    }
}

TEST_CASE("records that cannot belong to a file are not taken", "[spool]")
{
    const auto records_of = [](const std::vector<SealedBatch>& batches, const SegmentHead& of) {
        return seqs_of(scan_segment(file_of(batches), of));
    };
    auto batches = batches_of(Seq{5}, Seq{7});

    CHECK(records_of(batches, {.epoch = Epoch{1}, .first = Seq{5}}).empty());
    CHECK(records_of(batches, {.epoch = epoch, .first = Seq{6}}).size() == 2);
    batches[2] = batch_of(Seq{9}, Seq{5});
    CHECK(records_of(batches, head) == std::vector<Seq>{{5}, {6}});
    batches[2] = batch_of(Seq{7}, Seq{6});
    CHECK(records_of(batches, head) == std::vector<Seq>{{5}, {6}});
    batches[2] = batches[0];
    CHECK(records_of(batches, head) == std::vector<Seq>{{5}, {6}});
}

} // namespace record_test
