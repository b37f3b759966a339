// Switches that are stacked, and whose modules are swapped: polled through the real SNMP walk,
// encoder, decoder and ledger. A port is the same port as long as its name is, wherever its ifIndex
// goes; what each name counted is known.

#include "tests/agent/poll/fake_device.hpp"
#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace chassis_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;
using agent::testing::FakeDevice;
using agent::testing::number;

namespace {

constexpr std::int64_t interval = 60;

struct Socket {
    std::uint32_t if_index{0};
    std::uint64_t rate{0}; // octets a second
    std::uint64_t counter{0};
    std::uint32_t discontinuity{0}; // ticks of the chassis
};

agent::DeviceConfig config()
{
    agent::DeviceConfig config;
    config.name = "sw-1";
    config.address = "192.0.2.1";
    config.snmp = agent::SnmpSettings{};
    return config;
}

// A switch with ports by name; polled every minute.
class Chassis {
public:
    std::map<std::string, Socket> ports;

    void boot() { booted_ = now_ - 2; }
    /// A change that ifTableLastChange tells.
    void note_change() { changed_ = ticks(); }
    [[nodiscard]] std::uint32_t ticks() const
    {
        return static_cast<std::uint32_t>(now_ - booted_) * 100;
    }

    /// A minute goes by, then it is polled. No rate shown is beyond what any port does.
    void live_and_poll()
    {
        now_ += interval;
        std::uint64_t fastest = 0;
        for (auto& [name, port] : ports) {
            const auto since_boot = std::min<std::int64_t>(interval, now_ - booted_);
            port.counter += port.rate * static_cast<std::uint64_t>(since_boot);
            fastest = std::max(fastest, port.rate);
        }
        poll();
        const auto snapshot = ledger_.snapshot(at(now_));
        for (const InterfaceView& view : the_device(*snapshot).interfaces->rows)
            if (const auto rate = view.per_second[0])
                CHECK(*rate <= static_cast<double>(fastest) * 1.05);
    }
    void live_and_poll(int times)
    {
        for (int i = 0; i < times; ++i)
            live_and_poll();
    }

    /// Octets that the ledger's hours have of a port.
    [[nodiscard]] std::uint64_t counted(const std::string& name)
    {
        commit(ledger_, db_);
        return db_.octets(name);
    }
    /// Names of the ports that are shown now.
    [[nodiscard]] std::vector<std::string> shown()
    {
        std::vector<std::string> out;
        const auto snapshot = ledger_.snapshot(at(now_));
        const InterfaceTable& table = *the_device(*snapshot).interfaces;
        for (const InterfaceView& view : table.rows)
            out.push_back(table.row(view).key);
        std::sort(out.begin(), out.end());
        return out;
    }

private:
    void poll()
    {
        FakeDevice device;
        device.set_uptime(ticks());
        device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 5, 0}] = number(agent::Tag::timeticks, changed_);
        for (const auto& [name, port] : ports) {
            device.add_interface(port.if_index, name, port.counter);
            device.mib[{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 19, port.if_index}] =
                number(agent::Tag::timeticks, port.discontinuity);
        }
        const MonoTime moment{std::chrono::seconds{now_}};
        const auto outcome = cycle(poll_, device, moment);
        REQUIRE(outcome.reading.has_value());
        encoder_.define(*outcome.definition);
        REQUIRE(encoder_.add("sw-1", TableKind::interface, *outcome.reading));
        const auto batch = decoder_.decode(encoder_.seal({.mono = moment, .wall = at(now_)}).bytes);
        REQUIRE(batch.has_value());
        tell(ledger_, {*batch});
    }

    std::int64_t now_{100'000}; // seconds
    std::int64_t booted_{0};
    std::uint32_t changed_{0};
    agent::DevicePoll poll_{config()};
    BatchEncoder encoder_{Epoch{7}, Seq{1}, 1};
    BatchDecoder decoder_;
    Ledger ledger_{{}};
    MemoryDb db_;
};

// One member of a stack: four ports, with ifIndexes as this member number has them.
void add_member(Chassis& chassis, unsigned member, std::uint32_t first_index)
{
    for (unsigned port = 1; port <= 4; ++port) {
        const std::string name = "Gi" + std::to_string(member) + "/0/" + std::to_string(port);
        chassis.ports[name] = {
            .if_index = first_index + port,
            .rate = 1'000 * (10 * member + port),
            .counter = 5'000'000'000ULL * port,
        };
    }
}

constexpr std::uint64_t minute = interval;

} // namespace

TEST_CASE("a switch that joins a stack changes nothing for those in it", "[chassis]")
{
    Chassis stack;
    add_member(stack, 1, 10'100);
    stack.live_and_poll(5);

    add_member(stack, 2, 10'600);
    stack.note_change();
    stack.live_and_poll(5);

    CHECK(stack.shown().size() == 8);
    CHECK(stack.counted("Gi1/0/1") == 11'000 * minute * 9);
    CHECK(stack.counted("Gi1/0/4") == 14'000 * minute * 9);
    CHECK(stack.counted("Gi2/0/1") == 21'000 * minute * 4); // from when it was first seen
}

TEST_CASE("a stack whose master fails goes on under the next one", "[chassis]")
{
    Chassis stack;
    add_member(stack, 1, 10'100);
    add_member(stack, 2, 10'600);
    add_member(stack, 3, 11'100);
    stack.live_and_poll(5);

    // The ports of the first are gone, sysUpTime and counters begin anew, ifIndexes move.
    for (unsigned port = 1; port <= 4; ++port)
        stack.ports.erase("Gi1/0/" + std::to_string(port));
    std::uint32_t index = 1;
    for (auto& [name, port] : stack.ports) {
        port.if_index = index++;
        port.counter = 0;
    }
    stack.boot();
    stack.live_and_poll(5);

    CHECK(stack.shown().size() == 8);
    CHECK(stack.counted("Gi1/0/1") == 11'000 * minute * 4);
    // Of the minute in which counters began anew nothing is counted.
    CHECK(stack.counted("Gi2/0/1") == 21'000 * minute * (4 + 4));
    CHECK(stack.counted("Gi3/0/4") == 34'000 * minute * (4 + 4));
}

TEST_CASE("members that are numbered anew are other ports by the same names", "[chassis]")
{
    // Only names tell; whoever swaps member numbers 1 and 2 has swapped what they are.
    Chassis stack;
    add_member(stack, 1, 10'100);
    add_member(stack, 2, 10'600);
    stack.live_and_poll(3);

    for (unsigned port = 1; port <= 4; ++port)
        std::swap(
            stack.ports["Gi1/0/" + std::to_string(port)],
            stack.ports["Gi2/0/" + std::to_string(port)]
        );
    for (auto& [name, port] : stack.ports)
        port.counter = 0;
    stack.boot();
    stack.live_and_poll(3);

    CHECK(stack.counted("Gi1/0/1") == 11'000 * minute * 2 + 21'000 * minute * 2);
    CHECK(stack.counted("Gi2/0/1") == 21'000 * minute * 2 + 11'000 * minute * 2);
}

TEST_CASE("a module swapped for one with more ports keeps the names that stay", "[chassis]")
{
    Chassis chassis;
    add_member(chassis, 1, 10'100);
    chassis.ports["Te1/1/1"] = {.if_index = 10'201, .rate = 90'000, .counter = 7'000'000};
    chassis.ports["Te1/1/2"] = {.if_index = 10'202, .rate = 80'000, .counter = 8'000'000};
    chassis.live_and_poll(4);

    // Between two polls, while the switch runs on.
    for (std::uint32_t port = 1; port <= 4; ++port)
        chassis.ports["Te1/1/" + std::to_string(port)] = {
            .if_index = 10'300 + port,
            .rate = 70'000,
            .discontinuity = chassis.ticks() + 100,
        };
    chassis.note_change();
    chassis.live_and_poll(4);

    CHECK(chassis.shown().size() == 8);
    CHECK(chassis.counted("Gi1/0/2") == 12'000 * minute * 7);
    CHECK(chassis.counted("Te1/1/1") == 90'000 * minute * 3 + 70'000 * minute * 3);
    CHECK(chassis.counted("Te1/1/4") == 70'000 * minute * 3);
}

TEST_CASE("a module that is out for a while ends and comes back as itself", "[chassis]")
{
    Chassis chassis;
    add_member(chassis, 1, 10'100);
    chassis.ports["Te1/1/1"] = {.if_index = 10'201, .rate = 90'000, .counter = 7'000'000};
    chassis.live_and_poll(4);

    const Socket module = chassis.ports["Te1/1/1"];
    chassis.ports.erase("Te1/1/1");
    chassis.note_change();
    chassis.live_and_poll(3);
    CHECK(chassis.shown().size() == 4);

    // Some keep the counters of a slot, and its ifIndex may have gone to another.
    chassis.ports["Te1/1/1"] = module;
    chassis.ports["Te1/1/1"].if_index = 10'209;
    chassis.ports["Gi1/0/9"] = {.if_index = 10'201, .rate = 5'000, .counter = 3};
    chassis.note_change();
    chassis.live_and_poll(4);

    CHECK(chassis.shown().size() == 6);
    CHECK(chassis.counted("Te1/1/1") == 90'000 * minute * (3 + 3));
    CHECK(chassis.counted("Gi1/0/9") == 5'000 * minute * 3);
    CHECK(chassis.counted("Gi1/0/1") == 11'000 * minute * 10);
}

} // namespace chassis_test
