// Devices whose counters do everything that counters do, polled every ten seconds through the real
// encoder, decoder and ledger, with restarts of the agent and the collector. What each port really
// carried is known: no rate may differ from it, no total may miss it by more than 0.1 %, and what
// cannot be known may not be told. 10^5 polls, 10^6 with HALLMONITOR_LONG=1.

#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdlib>
#include <random>

namespace truth_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t wrap32 = std::uint64_t{1} << 32;
constexpr double leeway = 0.001;
constexpr double seconds_between = 10;

struct Habits {
    std::string name;
    double line{1e9}; // what it really can carry, bit/s
    bool is_wide{true};
    std::uint32_t uptime{360'000}; // at the start, hundredths
    // Every so many polls; 0: never.
    unsigned reboots{0};
    unsigned clears{0};        // counters anew, told by ifCounterDiscontinuityTime
    unsigned snmp_restarts{0}; // sysUpTime anew, counters go on
    unsigned steps_back{0};
    unsigned changes_width{0}; // as a device whose 64-bit counters are found frozen
    unsigned idles{0};         // so long, then busy as long
    double refresh{0};         // seconds; counters stand still between
    bool speed_is_garbage{false};
    bool has_uplink{false};  // with 64-bit counters, beside the port that is checked
    bool is_countable{true}; // false: nobody could tell wraps apart
};

class Device {
public:
    Device(Habits habits, std::uint64_t seed)
        : habits_(std::move(habits)), random_(seed), uptime_(habits_.uptime), wide_(habits_.is_wide)
    {
        uplink_ = random_() >> 4U;
        counter_ = served_ = wide_ ? random_() >> 4U : random_() % wrap32;
    }

    /// Ten seconds go by; then it is read, or not comparably so.
    void live(double now);
    [[nodiscard]] TableDefinition table() const;
    [[nodiscard]] TableReading reading(MonoTime at) const;
    /// Nothing went before this reading: the agent forgot all.
    void begin_anew() { is_comparable_ = false; }
    void note_collector_restart() { was_restarted_ = true; }
    void check(const InterfaceView& shown);
    void check_totals(std::uint64_t total, std::uint64_t durable) const;

    [[nodiscard]] const Habits& habits() const { return habits_; }
    [[nodiscard]] bool widens_now() const { return is_due(habits_.changes_width); }

private:
    [[nodiscard]] bool is_due(unsigned every) const { return every != 0 && polls_ % every == 0; }
    [[nodiscard]] bool is_busy() const
    {
        return habits_.idles == 0 || polls_ / habits_.idles % 2 == 0;
    }
    void break_off();
    void check_rate(double rate) const;

    Habits habits_;
    std::mt19937_64 random_;
    std::uint64_t polls_{0};
    double time_{0};
    double drift_{0}; // of the moment of reading, seconds
    double last_drift_{0};
    std::uint64_t counter_{0};
    std::uint64_t uplink_{0};
    std::uint64_t served_{0}; // as of the last refresh
    std::uint64_t speed_{0};
    std::uint64_t moved_{0};     // in the last step
    std::uint64_t all_{0};       // since the poll before the first
    std::uint64_t countable_{0}; // of it what two readings tell
    std::uint32_t uptime_{0};
    std::uint32_t cleared_at_{0};
    bool wide_{true};
    bool is_comparable_{false};
    bool was_restarted_{false};
    unsigned still_{0};        // steps without movement, up to now
    unsigned still_before_{0}; // up to the step before
    std::uint64_t shown_{0};
    std::uint64_t total_{0};
};

void Device::live(double now)
{
    ++polls_;
    is_comparable_ = polls_ > 1;
    last_drift_ = std::exchange(drift_, static_cast<double>(random_() % 300) / 1000);
    const double passed = now + drift_ - std::exchange(time_, now + drift_);
    const double share =
        habits_.refresh > 0 ? 0.4 : static_cast<double>(1 + random_() % 950) / 1000;
    const auto carried =
        is_busy() ? static_cast<std::uint64_t>(habits_.line / 8 * share * passed) : 0;
    uptime_ += static_cast<std::uint32_t>(std::lround(passed * 100));
    counter_ += carried;
    uplink_ += carried;
    all_ += carried;
    const std::uint64_t before = served_;
    break_off();
    if (!wide_) counter_ %= wrap32;
    const bool is_refresh =
        habits_.refresh <= 0 || std::fmod(now, habits_.refresh) < seconds_between;
    if (is_refresh) served_ = counter_;
    moved_ = wide_ ? served_ - before : (served_ - before) % wrap32;
    if (habits_.refresh <= 0) moved_ = carried;
    still_before_ = std::exchange(still_, moved_ == 0 ? still_ + 1 : 0);
    if (is_comparable_) countable_ += moved_;
    speed_ = static_cast<std::uint64_t>(habits_.line);
    constexpr std::array<std::uint64_t, 5> garbage{
        0, 10, 10, std::uint64_t{1} << 62, 4'294'967'295};
    if (habits_.speed_is_garbage) speed_ = garbage.at(polls_ / 3 % garbage.size());
}

void Device::break_off()
{
    if (is_due(habits_.reboots)) {
        uptime_ = static_cast<std::uint32_t>(random_() % 900);
        counter_ = random_() % 1'000'000;
        uplink_ = counter_;
        is_comparable_ = false;
    }
    if (is_due(habits_.clears)) {
        cleared_at_ = uptime_;
        counter_ = random_() % 1'000'000;
        is_comparable_ = false;
    }
    if (is_due(habits_.snmp_restarts)) uptime_ = static_cast<std::uint32_t>(random_() % 900);
    if (is_due(habits_.steps_back)) {
        counter_ -= std::min<std::uint64_t>(counter_, 2'000'000'000 + random_() % 1'000'000);
        is_comparable_ = false;
    }
    if (widens_now()) {
        wide_ = !wide_;
        is_comparable_ = false;
    }
}

TableDefinition Device::table() const
{
    TableDefinition table{
        .device = habits_.name,
        .kind = TableKind::interface,
        .interval = std::chrono::seconds{10},
        .columns =
            {Metric::if_admin_status,
             Metric::if_oper_status,
             Metric::if_speed,
             Metric::if_discontinuity,
             Metric::if_in_octets,
             Metric::if_out_octets},
        .rows = {{.key = habits_.name, .wide_columns = wide_ ? std::uint64_t{0x30} : 0}},
    };
    if (habits_.has_uplink) table.rows.push_back({.key = "uplink", .wide_columns = 0x30});
    return table;
}

TableReading Device::reading(MonoTime at) const
{
    const auto late = std::chrono::microseconds{std::llround(drift_ * 1e6)};
    const auto fast = std::uint64_t{10'000'000'000};
    Cells cells = {1, 1, speed_, cleared_at_, served_, served_};
    if (habits_.has_uplink)
        cells = {
            1, 1, 1, 1, speed_, fast, cleared_at_, cleared_at_, served_, uplink_, served_, uplink_};
    return {
        .taken_at = MonoTime{at.since_boot + late},
        .uptime = DeviceTicks{uptime_},
        .cells = std::move(cells),
    };
}

// Two refreshes lie up to one refresh further apart than their readings.
void Device::check_rate(double rate) const
{
    const double passed = seconds_between + drift_ - last_drift_;
    const double truth = static_cast<double>(moved_) / passed;
    if (habits_.refresh > 0 && polls_ < 4) return; // nobody knows how old the first one was
    if (habits_.refresh > 0) {
        const double steady = habits_.line / 8 * 0.4;
        CHECK(rate > 0.45 * steady);
        CHECK(rate < 1.6 * steady);
    } else if (still_ > 1) {
        CHECK(rate == 0);
    } else if (still_ == 1 || still_before_ > 0) {
        CHECK(rate <= 1.05 * habits_.line / 8); // held, or over two steps
    } else {
        CHECK(std::abs(rate - truth) <= leeway * truth);
    }
}

void Device::check(const InterfaceView& shown)
{
    INFO(habits_.name << " at poll " << polls_);
    for (const auto direction : {0U, 1U}) {
        const Measured rate = shown.per_second.at(direction);
        if (!rate) continue;
        CHECK(is_comparable_);
        CHECK(habits_.is_countable);
        check_rate(*rate);
    }
    shown_ += shown.per_second[0] ? 1U : 0U;
    const std::uint64_t total = shown.total.numbers[0];
    CHECK(total >= total_);
    CHECK(total <= all_);
    total_ = total;
}

void Device::check_totals(std::uint64_t total, std::uint64_t durable) const
{
    INFO(habits_.name);
    const auto expected = habits_.is_countable ? static_cast<double>(countable_) : 0.0;
    CHECK(std::abs(static_cast<double>(total) - expected) <= leeway * expected);
    CHECK(std::abs(static_cast<double>(durable) - expected) <= leeway * expected);
    CHECK((shown_ > 0) == habits_.is_countable);
    // Only breaks, restarts and nonsense may cost a rate.
    const bool is_plain = habits_.is_countable && !habits_.speed_is_garbage;
    if (is_plain) CHECK(static_cast<double>(shown_) >= 0.98 * static_cast<double>(polls_));
}

std::vector<Device> the_devices()
{
    constexpr double fast = 1e10;
    constexpr double slow = 1e8;
    const std::vector<Habits> all{
        {.name = "plain"},
        {.name = "wraps", .line = slow, .is_wide = false},
        {.name = "wraps-too-fast", .line = 4 * fast, .is_wide = false, .is_countable = false},
        {.name = "reboots", .reboots = 211},
        {.name = "reboots-narrow", .line = slow, .is_wide = false, .reboots = 307},
        {.name = "clears", .clears = 173},
        {.name = "uptime-wraps", .uptime = 0xffff'ffff - 2'000'000},
        {.name = "snmp-restarts", .snmp_restarts = 401},
        {.name = "snmp-restarts-narrow",
         .line = slow,
         .is_wide = false,
         .snmp_restarts = 401,
         .has_uplink = true},
        {.name = "reboots-beside-uplink",
         .line = slow,
         .is_wide = false,
         .reboots = 307,
         .has_uplink = true},
        {.name = "steps-back", .steps_back = 97},
        {.name = "steps-back-narrow", .line = slow, .is_wide = false, .steps_back = 97},
        {.name = "frozen-wide", .line = slow, .changes_width = 251},
        {.name = "idles", .idles = 37},
        {.name = "refreshes-15", .refresh = 15},
        {.name = "refreshes-20", .refresh = 20},
        {.name = "speed-garbage", .line = slow, .speed_is_garbage = true},
    };
    std::vector<Device> devices;
    devices.reserve(all.size());
    for (const Habits& habits : all)
        devices.emplace_back(habits, 20'261'127 + devices.size());
    return devices;
}

/// The agent's and the collector's end, with what survives their restarts.
class Path {
public:
    void define(const TableDefinition& table) { encoder_.define(table); }
    void add(const Device& device)
    {
        const TableReading reading = device.reading(mono());
        REQUIRE(encoder_.add(device.habits().name, TableKind::interface, reading));
    }
    void send()
    {
        const auto batch = decoder_.decode(encoder_.seal({.mono = mono(), .wall = now()}).bytes);
        REQUIRE(batch.has_value());
        ledger_.heard(the_agent, now());
        ledger_.apply(the_agent, wire::Lane::live, *batch);
    }
    void pass(std::int64_t seconds) { second_ += seconds; }
    [[nodiscard]] double seconds() const { return static_cast<double>(second_); }

    void restart_agent()
    {
        ++life_;
        booted_ = second_ - 100;
        encoder_ = BatchEncoder{Epoch{life_}, Seq{1}, life_};
        encoder_.restore(decoder_);
        decoder_ = BatchDecoder{};
    }
    void restart_collector()
    {
        ledger_.heard(the_agent, now());
        commit(ledger_, db_);
        implausible_ += ledger_.counts().implausible;
        ambiguous_ += ledger_.counts().counter_ambiguous;
        ledger_ = Ledger{db_.image()};
    }
    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() { return ledger_.snapshot(now()); }
    [[nodiscard]] const MemoryDb& db() const { return db_; }
    [[nodiscard]] std::uint64_t implausible() const { return implausible_; }
    [[nodiscard]] std::uint64_t ambiguous() const { return ambiguous_; }

private:
    [[nodiscard]] MonoTime mono() const
    {
        return MonoTime{std::chrono::seconds{second_ - booted_}};
    }
    [[nodiscard]] WallTime now() const { return at(second_); }

    std::int64_t second_{0};
    std::int64_t booted_{-100};
    std::uint64_t life_{1};
    BatchEncoder encoder_{Epoch{1}, Seq{1}, 1};
    BatchDecoder decoder_;
    Ledger ledger_{{}};
    MemoryDb db_;
    std::uint64_t implausible_{0};
    std::uint64_t ambiguous_{0};
};

} // namespace

TEST_CASE("whatever counters do, rates and totals are true or absent", "[health]")
{
    const std::uint64_t polls = std::getenv("HALLMONITOR_LONG") != nullptr ? 1'000'000 : 100'000;
    std::vector<Device> devices = the_devices();
    Path path;

    for (std::uint64_t round = 0; round < polls / devices.size() + 1; ++round) {
        path.pass(10);
        for (Device& device : devices) {
            device.live(path.seconds());
            if (round == 0 || device.widens_now()) path.define(device.table());
            path.add(device);
        }
        path.send();
        const auto snapshot = path.snapshot();
        for (Device& device : devices)
            for (const auto& view : snapshot->devices)
                if (view->id.name == device.habits().name) device.check(view->interfaces->rows[0]);
        if (round % 1'501 == 1'500) path.restart_agent();
        if (round % 701 == 700) path.restart_collector();
    }

    path.pass(3'600); // what was counted since the last records is written with the next ones
    path.restart_collector();
    const auto snapshot = path.snapshot();
    for (const auto& view : snapshot->devices) {
        const std::string& name = view->id.name;
        for (const Device& device : devices)
            if (device.habits().name == name)
                device.check_totals(
                    view->interfaces->rows[0].total.numbers[0], path.db().octets(name)
                );
    }
    CHECK(path.implausible() > 0);
    CHECK(path.ambiguous() > 0);
    for (const EventRecord& event : path.db().events()) {
        const bool is_alone = event.event.event.device.starts_with("snmp-restarts");
        CHECK(event.event.event.kind == (is_alone ? "snmp_agent_restarted" : "device_restarted"));
    }
    CHECK(path.db().events().size() > 50);
}

} // namespace truth_test
