// ledger_bench: samples a second from a sealed batch to the ledger's books, on one core: 1,000
// switches of 48 ports with 19 columns, with decoding, evidence, sums, totals and rates, and a
// checkpoint and a snapshot a round.

#include "agent/profile/interface_table.hpp"
#include "collector/health/ledger.hpp"
#include "common/wire/batch.hpp"

#include <chrono>
#include <cstdio>

using namespace hallmonitor;
using namespace hallmonitor::collector;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t devices = 1'000;
constexpr std::size_t ports = 48;
constexpr std::int64_t rounds = 20;

TableDefinition switch_table(std::size_t device)
{
    TableDefinition table{
        .device = "switch-" + std::to_string(device),
        .kind = TableKind::interface,
        .interval = std::chrono::seconds{60},
        .columns = agent::interface_columns(),
        .rows = {},
    };
    for (std::size_t port = 0; port < ports; ++port) {
        Row row{.key = "Gi1/0/" + std::to_string(port), .wide_columns = 0x7ff80};
        row.attributes[Attribute::if_name] = row.key;
        if (port == 0) row.attributes[Attribute::watched] = "1";
        table.rows.push_back(std::move(row));
    }
    return table;
}

TableReading reading_at(std::int64_t round, const TableDefinition& table)
{
    const auto ticks = static_cast<std::uint64_t>(100'000'000 + round * 6'000);
    TableReading reading{
        .taken_at = MonoTime{std::chrono::seconds{round * 60}},
        .uptime = DeviceTicks{static_cast<std::uint32_t>(ticks)},
        .cells = {},
    };
    for (const Metric metric : table.columns) {
        for (std::size_t port = 0; port < ports; ++port) {
            switch (metric) {
            case Metric::if_admin_status:
            case Metric::if_oper_status: reading.cells.emplace_back(1); break;
            case Metric::if_speed: reading.cells.emplace_back(1'000'000'000); break;
            case Metric::if_last_change:
            case Metric::if_discontinuity: reading.cells.emplace_back(0); break;
            case Metric::row_ticks: reading.cells.emplace_back(ticks); break;
            case Metric::row_delay: reading.cells.emplace_back(port); break;
            default:
                reading.cells.emplace_back(static_cast<std::uint64_t>(round) * (1'000'003 + port));
            }
        }
    }
    return reading;
}

double seconds_since(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

} // namespace

int main()
{
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    BatchDecoder decoder;
    Ledger ledger{{}};
    const AgentId agent{"site", "agent"};
    double decoding = 0;
    double applying = 0;
    double closing = 0;
    for (std::int64_t round = 0; round < rounds; ++round) {
        for (std::size_t device = 0; device < devices; ++device) {
            const TableDefinition table = switch_table(device);
            if (round == 0) encoder.define(table);
            encoder.add(table.device, table.kind, reading_at(round, table));
            if (device % 10 != 9) continue;
            const SealedBatch sealed = encoder.seal({
                .mono = MonoTime{std::chrono::seconds{round * 60}},
                .wall = WallTime{std::chrono::seconds{1'700'000'000 + round * 60}},
            });
            auto begin = Clock::now();
            const auto batch = decoder.decode(sealed.bytes);
            decoding += seconds_since(begin);
            begin = Clock::now();
            if (batch) ledger.apply(agent, wire::Lane::live, *batch);
            applying += seconds_since(begin);
        }
        const auto begin = Clock::now();
        const Checkpoint checkpoint = ledger.take_checkpoint();
        ledger.committed(checkpoint);
        static_cast<void>(ledger.snapshot(WallTime{std::chrono::seconds{1'700'000'000}}));
        closing += seconds_since(begin);
    }
    const auto samples = static_cast<double>(ledger.counts().samples);
    const double all = decoding + applying + closing;
    std::printf("%.0f samples\n", samples);
    std::printf("decode     %6.1f M/s\n", samples / decoding / 1e6);
    std::printf("apply      %6.1f M/s\n", samples / applying / 1e6);
    std::printf("checkpoint and snapshot %6.1f M/s\n", samples / closing / 1e6);
    std::printf("together   %6.1f M/s\n", samples / all / 1e6);
    return ledger.counts().misplaced == 0 ? 0 : 1;
}
