// page_bench: what /metrics costs a collector whose ledger holds switches of 48 ports, at 10,000,
// 100,000 and a million series, plain and compressed, and what a series holds in memory, all in:
// the ledger's books, the snapshot and the page at its largest. Beside it, in the same run, the
// least cost of a page (prefixes made beforehand and numbers in decimal) and prometheus-cpp's
// registry and serializer with as many gauges of five labels.
//
// The reading is told twice, a minute apart, so that there are rates; every tenth switch has one
// watched port. HTTP and TLS are not in it.

#include "agent/profile/interface_table.hpp"
#include "collector/expose/gzip.hpp"
#include "collector/expose/text_writer.hpp"
#include "collector/health/ledger.hpp"
#include "common/wire/batch.hpp"
#include "tests/bench/figure.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <malloc.h>
#include <memory>
#include <sstream>

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::bench;

namespace {

constexpr std::size_t ports = 48;
constexpr std::size_t devices_a_batch = 10;
constexpr std::int64_t first_wall = 1'790'000'000;

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
        Row row{.key = "Gi1/0/" + std::to_string(port + 1), .wide_columns = 0x7ff80};
        row.attributes.set(Attribute::if_name, row.key);
        row.attributes.set(Attribute::if_alias, "room " + std::to_string(100 + port));
        row.attributes.set(Attribute::if_index, std::to_string(port + 1));
        if (port == 0 && device % 10 == 0) row.attributes.set(Attribute::watched, "1");
        table.rows.push_back(std::move(row));
    }
    return table;
}

Cell cell_of(Metric metric, std::uint64_t round, std::uint64_t port)
{
    switch (metric) {
    case Metric::if_admin_status:
    case Metric::if_oper_status: return 1;
    case Metric::if_speed: return 1'000'000'000;
    case Metric::if_last_change:
    case Metric::if_discontinuity: return 0;
    case Metric::row_ticks: return 100'000'000 + round * 6'000;
    case Metric::row_delay: return port;
    default: return 987'654'321 + round * (100'000'003 + port * 7'919);
    }
}

TableReading reading_at(std::uint64_t round, const TableDefinition& table)
{
    TableReading reading{
        .taken_at = MonoTime{std::chrono::seconds{round * 60}},
        .uptime = DeviceTicks{static_cast<std::uint32_t>(100'000'000 + round * 6'000)},
        .cells = {},
    };
    for (const Metric metric : table.columns)
        for (std::size_t port = 0; port < ports; ++port)
            reading.cells.push_back(cell_of(metric, round, port));
    return reading;
}

// A collector that has been told the fleet twice.
class Fleet {
public:
    explicit Fleet(std::size_t devices)
    {
        BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
        BatchDecoder decoder;
        for (std::uint64_t round = 0; round < 2; ++round)
            for (std::size_t device = 0; device < devices; ++device)
                tell(encoder, decoder, round, device, device + 1 == devices);
        checkpoint();
    }

    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() { return ledger_.snapshot(now_); }

private:
    void tell(
        BatchEncoder& encoder,
        BatchDecoder& decoder,
        std::uint64_t round,
        std::size_t device,
        bool is_last
    )
    {
        const TableDefinition table = switch_table(device);
        if (round == 0) encoder.define(table);
        encoder.add(table.device, table.kind, reading_at(round, table));
        if (device % devices_a_batch != devices_a_batch - 1 && !is_last) return;
        const ClockAnchor sealed{
            .mono = MonoTime{std::chrono::seconds{round * 60}},
            .wall = WallTime{std::chrono::seconds{first_wall + round * 60}},
        };
        const auto batch = decoder.decode(encoder.seal(sealed).bytes);
        if (!batch) std::abort();
        ledger_.heard(agent_, sealed.wall);
        ledger_.apply(agent_, wire::Lane::live, *batch);
        now_ = sealed.wall;
    }

    void checkpoint()
    {
        const Checkpoint taken = ledger_.take_checkpoint();
        ledger_.committed(taken);
    }

    Ledger ledger_{{}};
    AgentId agent_{"site", "agent"};
    WallTime now_;
};

struct Written {
    std::size_t bytes{0};
    std::size_t series{0};
};

Written drain(PageSource page)
{
    Written written;
    std::string piece;
    for (piece.clear(); page(piece); piece.clear()) {
        written.bytes += piece.size();
        for (std::size_t at = 0; at < piece.size(); at = piece.find('\n', at) + 1)
            if (piece[at] != '#') ++written.series;
    }
    return written;
}

std::size_t size_of(PageSource page)
{
    std::size_t bytes = 0;
    std::string piece;
    for (piece.clear(); page(piece); piece.clear())
        bytes += piece.size();
    return bytes;
}

// Median, least and most CPU-seconds of some runs; one to warm up.
template <class Work>
Spread cost_of(int runs, Work work)
{
    std::vector<double> costs;
    work();
    for (int run = 0; run < runs; ++run) {
        const double before = thread_cpu_seconds();
        work();
        costs.push_back(thread_cpu_seconds() - before);
    }
    return spread_of(costs);
}

Figure figure_of(const std::string& name, const std::string& subject, const Spread& spread)
{
    return {
        .bench = "page",
        .name = name,
        .subject = subject,
        .value = spread.median,
        .unit = "CPU-s",
        .minimum = spread.minimum,
        .maximum = spread.maximum,
    };
}

std::string gauge_prefix(std::size_t number)
{
    return R"(peer_interface_receive_bytes_per_second{site="site",device="switch-)" +
           std::to_string(number / ports) + R"(",interface="Gi1/0/)" +
           std::to_string(number % ports) + R"(",alias="room )" +
           std::to_string(100 + number % ports) + R"(",direction="receive"} )";
}

Spread least_cost(std::size_t series, int runs)
{
    std::vector<std::string> prefixes;
    for (std::size_t number = 0; number < series; ++number)
        prefixes.push_back(gauge_prefix(number));
    std::string piece;
    return cost_of(runs, [&] {
        for (std::size_t number = 0; number < series; ++number) {
            piece += prefixes[number];
            std::array<char, 32> text{};
            const double value = static_cast<double>(number) * 1'234.5;
            const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
            piece.append(text.data(), end);
            piece += '\n';
            if (piece.size() > page_piece_bytes) piece.clear();
        }
    });
}

struct PeerCost {
    Spread cpu;
    double bytes_a_series{0};
};

PeerCost registry_cost(std::size_t series, int runs)
{
    const std::size_t before = resident_bytes();
    prometheus::Registry registry;
    auto& family = prometheus::BuildGauge()
                       .Name("peer_interface_receive_bytes_per_second")
                       .Help("Octets a second")
                       .Register(registry);
    for (std::size_t number = 0; number < series; ++number) {
        const std::string port = std::to_string(number % ports);
        family
            .Add(
                {{"site", "site"},
                 {"device", "switch-" + std::to_string(number / ports)},
                 {"interface", "Gi1/0/" + port},
                 {"alias", "room " + port},
                 {"direction", "receive"}}
            )
            .Set(static_cast<double>(number) * 1'234.5);
    }
    const std::size_t held = resident_bytes() - before;
    const prometheus::TextSerializer serializer;
    std::size_t written = 0;
    const Spread cpu =
        cost_of(runs, [&] { written += serializer.Serialize(registry.Collect()).size(); });
    if (written == 0) std::abort();
    return {.cpu = cpu, .bytes_a_series = static_cast<double>(held) / static_cast<double>(series)};
}

void compare(std::size_t wanted, int runs)
{
    malloc_trim(0);
    const std::size_t before = resident_bytes();
    static const std::size_t a_device = drain(MetricsPage{Fleet{10}.snapshot(), {}}).series / 10;
    Fleet fleet{std::max<std::size_t>(1, wanted / a_device)};
    malloc_trim(0); // what telling left behind is no part of holding
    const auto snapshot = fleet.snapshot();
    const Written page = drain(MetricsPage{snapshot, {}});
    const auto series = static_cast<double>(page.series);
    const double held = static_cast<double>(resident_bytes() - before) / series;

    const Spread plain = cost_of(runs, [&] { size_of(MetricsPage{snapshot, {}}); });
    const Spread zipped = cost_of(runs, [&] { size_of(gzipped({}, MetricsPage{snapshot, {}})); });
    const Spread least = least_cost(page.series, runs);
    const PeerCost peer = registry_cost(page.series, runs);

    const std::string of = std::to_string(page.series / 1'000) + " k series";
    const std::string registry = "prometheus-cpp registry and serializer";
    const bool is_million = wanted >= 1'000'000;
    print(figure_of("page, " + of, "raw limit: prefixes made beforehand", least));
    print(figure_of("page, " + of, registry, peer.cpu));
    Figure ours = figure_of("page, " + of, "hallmonitor, plain", plain);
    ours.peer = registry;
    ours.peer_value = peer.cpu.median;
    if (is_million) ours.target = 0.1 * series / 1e6;
    print(ours);
    Figure small = figure_of("page, " + of, "hallmonitor, gzip", zipped);
    small.peer = "hallmonitor, plain";
    small.peer_value = plain.median;
    print(small);
    Figure memory{
        .bench = "page",
        .name = "memory a series, " + of,
        .subject = "hallmonitor: ledger, snapshot and page",
        .value = held,
        .unit = "B",
        .peer = registry + ", held between scrapes",
        .peer_value = peer.bytes_a_series,
    };
    if (is_million) memory.target = 120;
    print(memory);
}

} // namespace

int main()
{
    const bool is_quick = std::getenv("HALLMONITOR_BENCH_QUICK") != nullptr;
    compare(10'000, is_quick ? 3 : 9);
    compare(100'000, is_quick ? 3 : 7);
    if (!is_quick) compare(1'000'000, 5);
    return 0;
}
