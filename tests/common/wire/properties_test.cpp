#include "common/wire/batch.hpp"
#include "tests/common/wire/generated.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

namespace properties_test {

using namespace hallmonitor;
using namespace hallmonitor::test;

namespace {

constexpr Epoch epoch{7};
constexpr std::uint64_t boot = 99;

using TableId = std::pair<std::string, TableKind>;

// What a decoder must say of one reading.
struct Expected {
    TableDefinition table;
    std::optional<PlacedReading> earlier;
    PlacedReading later;
};

struct Life {
    std::vector<SealedBatch> batches;
    std::vector<Expected> steps;
};

// On whole milliseconds, so that every anchor places a reading alike.
ClockAnchor anchor_at(MonoTime now)
{
    const auto passed = std::chrono::floor<std::chrono::milliseconds>(now.since_boot);
    return {
        .mono = MonoTime{passed},
        .wall = WallTime{std::chrono::milliseconds{1'700'000'000'000} + passed}};
}

// The layout's own words for what the encoder does to a carry-over.
PlacedReading in_layout(
    const PlacedReading& from, const TableDefinition& old, const TableDefinition& fresh
)
{
    PlacedReading to = from;
    to.reading.cells = Cells::absent(fresh.rows.size() * fresh.columns.size());
    for (std::size_t r = 0; r < fresh.rows.size(); ++r)
        for (std::size_t c = 0; c < fresh.columns.size(); ++c)
            for (std::size_t q = 0; q < old.rows.size(); ++q)
                for (std::size_t d = 0; d < old.columns.size(); ++d)
                    if (old.rows[q].key == fresh.rows[r].key &&
                        old.columns[d] == fresh.columns[c] &&
                        (old.rows[q].wide_columns >> d & 1) ==
                            (fresh.rows[r].wide_columns >> c & 1))
                        to.reading.cells.set(
                            c * fresh.rows.size() + r, from.reading.cells[d * old.rows.size() + q]
                        );
    return to;
}

// A restart: another encoder goes on from what a decoder has read.
BatchEncoder restarted(const Life& life, Seq from)
{
    BatchDecoder decoder;
    for (const SealedBatch& batch : life.batches)
        if (batch.id.segment == life.batches.back().id.segment)
            REQUIRE(decoder.decode(batch.bytes).has_value());
    BatchEncoder encoder{epoch, from, boot};
    encoder.restore(decoder);
    return encoder;
}

Life live(std::uint64_t seed, int readings)
{
    Generator generator{seed};
    BatchEncoder encoder{epoch, Seq{1}, boot};
    Life life;
    std::map<TableId, Expected> latest;
    std::vector<std::size_t> unplaced;
    for (int i = 0; i < readings; ++i) {
        const GeneratedReading made = generator.next();
        const TableId id{made.table.device, made.table.kind};
        REQUIRE(encoder.define(made.table));
        REQUIRE(encoder.add(id.first, id.second, made.reading));
        Expected step{
            .table = made.table,
            .earlier = std::nullopt,
            .later =
                {
                    .boot = boot,
                    .wall = to_wall(anchor_at(generator.now()), made.reading.taken_at),
                    .reading = made.reading,
                },
        };
        if (const auto before = latest.find(id); before != latest.end())
            step.earlier = in_layout(before->second.later, before->second.table, made.table);
        latest.insert_or_assign(id, step);
        life.steps.push_back(std::move(step));
        if (generator.below(4) > 0) continue;
        life.batches.push_back(encoder.seal(anchor_at(generator.now())));
        if (generator.below(5) == 0) encoder.start_segment();
    }
    if (!encoder.empty()) life.batches.push_back(encoder.seal(anchor_at(generator.now())));
    return life;
}

void check_step(const Step& step, const Expected& expected)
{
    CHECK(*step.table == expected.table);
    CHECK(*step.later == expected.later);
    REQUIRE((step.earlier != nullptr) == expected.earlier.has_value());
    if (expected.earlier) CHECK(*step.earlier == *expected.earlier);
}

} // namespace

TEST_CASE("every life comes back step by step as it was lived", "[wire]")
{
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        const Life life = live(seed, 120);
        BatchDecoder decoder;
        std::size_t count = 0;
        for (const SealedBatch& batch : life.batches) {
            const auto decoded = decoder.decode(batch.bytes);
            REQUIRE(decoded.has_value());
            for (const Step& step : decoded->steps)
                check_step(step, life.steps.at(count++));
        }
        CHECK(count == life.steps.size());
    }
}

TEST_CASE("segments give the same steps alone, in any order and again", "[wire]")
{
    for (std::uint64_t seed = 200; seed <= 260; ++seed) {
        CAPTURE(seed);
        const Life life = live(seed, 120);
        std::map<Seq, std::size_t> first_step; // of each batch, as counted in order
        std::map<Seq, std::vector<const SealedBatch*>> segments;
        BatchDecoder in_order;
        std::size_t count = 0;
        for (const SealedBatch& batch : life.batches) {
            first_step[batch.id.seq] = count;
            count += in_order.decode(batch.bytes).value().steps.size();
            segments[batch.id.segment].push_back(&batch);
        }
        std::vector<Seq> order;
        for (const auto& [first, batches] : segments)
            order.insert(order.end(), 2, first);
        std::shuffle(order.begin(), order.end(), std::mt19937_64{seed});

        BatchDecoder decoder;
        for (const Seq first : order) {
            for (const SealedBatch* batch : segments[first]) {
                const auto decoded = decoder.decode(batch->bytes);
                REQUIRE(decoded.has_value());
                std::size_t at = first_step[batch->id.seq];
                for (const Step& step : decoded->steps)
                    check_step(step, life.steps.at(at++));
            }
        }
    }
}

TEST_CASE("a restarted encoder carries over exactly what was last read", "[wire]")
{
    for (std::uint64_t seed = 300; seed <= 340; ++seed) {
        CAPTURE(seed);
        const Life life = live(seed, 60);
        const Seq from = next(life.batches.back().id.seq);
        BatchDecoder before;
        for (const SealedBatch& batch : life.batches)
            if (batch.id.segment == life.batches.back().id.segment)
                REQUIRE(before.decode(batch.bytes).has_value());

        BatchEncoder encoder = restarted(life, from);
        for (const BatchDecoder::Last& last : before.last_readings())
            REQUIRE(encoder.add(last.table->device, last.table->kind, last.reading->reading));
        const SealedBatch sealed =
            encoder.seal(anchor_at(life.steps.back().later.reading.taken_at));
        BatchDecoder after;
        const auto decoded = after.decode(sealed.bytes);

        REQUIRE(decoded.has_value());
        CHECK(sealed.id == BatchId{epoch, from, from});
        REQUIRE(decoded->steps.size() == before.last_readings().size());
        for (std::size_t i = 0; i < decoded->steps.size(); ++i)
            CHECK(*decoded->steps[i].earlier == *before.last_readings()[i].reading);
    }
}

} // namespace properties_test
