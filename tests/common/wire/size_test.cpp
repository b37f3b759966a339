// What a fleet costs on disk and wire, on invented but plausible traffic (D5: 1.0 byte a sample).

#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace size_test {

using namespace hallmonitor;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t ports = 48;
constexpr std::int64_t poll_seconds = 60;
constexpr std::int64_t liveness_seconds = 10;

constexpr std::size_t framing_bytes = 40; // spool record, or frame and TLS record

/// A switch with half of its ports in use, read as agent/profile does.
class BusySwitch {
public:
    explicit BusySwitch(unsigned number) : random_(number)
    {
        interfaces_.device = device_.device = "sw-" + std::to_string(number);
        for (std::size_t port = 0; port < ports; ++port)
            interfaces_.rows.push_back(
                {.key = "Gi1/0/" + std::to_string(port), .attributes = {}, .wide_columns = 0x7f80}
            );
        cells_.assign(ports * interfaces_.columns.size(), Cell{0});
    }

    void poll(BatchEncoder& encoder, std::int64_t second)
    {
        const MonoTime at{
            std::chrono::milliseconds{second * 1000 + static_cast<std::int64_t>(below(4))}};
        const std::uint64_t ticks = static_cast<std::uint64_t>(second) * 100 + 77;
        for (std::size_t port = 0; port < ports; ++port) {
            cell(5, port) = ticks + port / 10;        // a PDU brings ten rows
            cell(6, port) = port / 10 * 5 + below(2); // milliseconds later
            if (port % 2 == 0) count(port);
        }
        encoder.define(interfaces_);
        encoder.add(
            interfaces_.device,
            interfaces_.kind,
            {.taken_at = at,
             .uptime = DeviceTicks{static_cast<std::uint32_t>(ticks)},
             .cells = cells_}
        );
    }

    void ping(BatchEncoder& encoder, std::int64_t second)
    {
        const MonoTime at{
            std::chrono::milliseconds{second * 1000 + static_cast<std::int64_t>(below(2))}};
        const auto age = static_cast<std::uint64_t>(at.since_boot / 1ms) + 90'000;
        encoder.define(device_);
        encoder.add(
            device_.device,
            device_.kind,
            {.taken_at = at,
             .uptime = std::nullopt,
             .cells = {1, age, 1, 1, 800 + below(400), 90'000, 5, 1}}
        );
    }

    [[nodiscard]] std::size_t cells() const { return cells_.size(); }
    [[nodiscard]] std::size_t device_cells() const { return device_.columns.size(); }

private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    Cell& cell(std::size_t column, std::size_t port) { return cells_[column * ports + port]; }

    void count(std::size_t port)
    {
        const std::uint64_t octets = below(std::uint64_t{1} << (10 + port / 3));
        *cell(7, port) += octets;
        *cell(8, port) += octets / 3 + below(1000);
        *cell(9, port) += octets / 600;
        *cell(10, port) += octets / 900;
        *cell(12, port) += 30 + below(60);
        *cell(14, port) += 20 + below(40);
    }

    std::mt19937_64 random_;
    TableDefinition interfaces_{
        .device = {},
        .kind = TableKind::interface,
        .interval = std::chrono::seconds{poll_seconds},
        .columns =
            {Metric::if_admin_status,
             Metric::if_oper_status,
             Metric::if_speed,
             Metric::if_last_change,
             Metric::if_discontinuity,
             Metric::row_ticks,
             Metric::row_delay,
             Metric::if_in_octets,
             Metric::if_out_octets,
             Metric::if_in_ucast,
             Metric::if_out_ucast,
             Metric::if_in_multicast,
             Metric::if_out_multicast,
             Metric::if_in_broadcast,
             Metric::if_out_broadcast,
             Metric::if_in_errors,
             Metric::if_out_errors,
             Metric::if_in_discards,
             Metric::if_out_discards},
        .rows = {},
    };
    TableDefinition device_{
        .device = {},
        .kind = TableKind::device,
        .interval = std::chrono::seconds{liveness_seconds},
        .columns =
            {Metric::device_state,
             Metric::device_state_age,
             Metric::device_snmp_up,
             Metric::device_ping_up,
             Metric::device_ping_rtt,
             Metric::device_poll_duration,
             Metric::device_uptime,
             Metric::device_table_up_interface},
        .rows = {{}},
    };
    std::vector<Cell> cells_;
};

} // namespace

TEST_CASE("fifty switches in steady state cost less than a byte a sample", "[wire]")
{
    std::vector<BusySwitch> fleet;
    for (unsigned number = 0; number < 50; ++number)
        fleet.emplace_back(number);
    BatchEncoder encoder{Epoch{1}, Seq{1}, 1};
    std::size_t bytes = 0;
    std::size_t samples = 0;
    for (std::int64_t second = 1; second <= 600; ++second) {
        for (std::size_t i = 0; i < fleet.size(); ++i) {
            const std::int64_t phase = second + static_cast<std::int64_t>(i);
            const bool counts = second > poll_seconds; // definitions are through
            if (phase % poll_seconds == 0) {
                fleet[i].poll(encoder, second);
                if (counts) samples += fleet[i].cells();
            }
            if (phase % liveness_seconds == 0) {
                fleet[i].ping(encoder, second);
                if (counts) samples += fleet[i].device_cells();
            }
        }
        if (encoder.empty()) continue;
        const ClockAnchor now{
            .mono = MonoTime{std::chrono::milliseconds{second * 1000 + 900}},
            .wall = WallTime{std::chrono::milliseconds{1'700'000'000'000 + second * 1000}},
        };
        const std::size_t size = encoder.seal(now).bytes.size() + framing_bytes;
        if (second > poll_seconds) bytes += size;
    }
    CAPTURE(bytes, samples);
    CHECK(static_cast<double>(bytes) < 0.8 * static_cast<double>(samples));
}

} // namespace size_test
