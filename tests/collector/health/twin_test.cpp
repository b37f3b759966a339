// Two ledgers are told the same random story: one in order and uninterrupted, the other with cuts,
// history after live, repetitions and kills. Their durable books must be equal.

#include "tests/collector/health/telling.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace twin_test {

using namespace hallmonitor;
using namespace hallmonitor::collector;
using namespace hallmonitor::collector::ledger_test;
using namespace std::chrono_literals;

namespace {

using Segments = std::vector<std::vector<DecodedBatch>>;

// A switch that flaps, restarts, renumbers and wraps, and an agent that sometimes does not poll.
class Story {
public:
    explicit Story(std::uint64_t seed) : random_(seed)
    {
        for (int i = 0; i < 6; ++i)
            names_.push_back("Gi" + std::to_string(i));
        ports_.resize(names_.size());
        telling_.define(liveness_table());
        telling_.define(port_table(names_, narrow_));
    }

    Segments tell(int readings)
    {
        for (int i = 0; i < readings; ++i)
            live_a_while();
        Segments segments;
        for (DecodedBatch& batch : telling_.decoded()) {
            if (batch.id.seq == batch.id.segment) segments.emplace_back();
            segments.back().push_back(std::move(batch));
        }
        return segments;
    }

private:
    bool happens(unsigned one_in) { return random_() % one_in == 0; }

    void live_a_while()
    {
        const std::int64_t pause =
            happens(15) ? 100 + static_cast<std::int64_t>(random_() % 4'000) : 60;
        now_ += pause;
        uptime_ += static_cast<std::uint32_t>(pause * 100);
        if (happens(20)) {
            uptime_ = static_cast<std::uint32_t>(random_() % 6'000);
            for (Port& port : ports_)
                port.octets = 0;
        }
        if (happens(25)) {
            std::shuffle(names_.begin(), names_.end(), random_);
            if (happens(3)) names_.back() = "Te" + std::to_string(random_() % 4);
            std::sort(names_.begin(), names_.begin() + 1);
            names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
            telling_.define(port_table(names_, narrow_));
        }
        for (Port& port : ports_) {
            port.octets = (port.octets + random_() % 50'000'000) % wrap_;
            port.speed = 100'000'000;
            if (happens(12)) {
                port.oper = happens(2) ? OperStatus::up : OperStatus::down;
                port.last_change = uptime_ - static_cast<std::uint32_t>(random_() % 9'000);
            }
            if (happens(40)) port.admin = happens(2) ? AdminStatus::up : AdminStatus::down;
        }
        telling_.ports(now_, uptime_, {ports_.begin(), ports_.begin() + ports()});
        for (int second = 10; second <= 30; second += 10)
            telling_.device(now_ + second, happens(9) ? State::down : State::up, second / 2);
        if (happens(50)) telling_.set_clock(std::chrono::seconds{random_() % 7'200});
        if (happens(2)) telling_.seal(now_ + 30);
        if (happens(6)) {
            telling_.seal(now_ + 30);
            telling_.start_segment();
        }
    }
    [[nodiscard]] std::ptrdiff_t ports() const
    {
        return static_cast<std::ptrdiff_t>(names_.size());
    }

    static constexpr bool narrow_ = false;
    static constexpr std::uint64_t wrap_ = std::uint64_t{1} << 32;
    std::mt19937_64 random_;
    Telling telling_;
    std::vector<std::string> names_;
    std::vector<Port> ports_;
    std::int64_t now_{0};
    std::uint32_t uptime_{0xffff'ffff - 3'000'000}; // wraps within the story
};

// What must be equal.
struct Books {
    std::vector<Interval> device;
    std::map<std::string, std::vector<Interval>> ports;
    std::map<std::tuple<TableKey, std::string, WallTime>, CounterSums> sums;
    std::size_t restarts{0};
};

Books books_of(const MemoryDb& db)
{
    Ledger ledger{db.image()};
    const auto snapshot = ledger.snapshot(at(0));
    Books books;
    books.device = life(the_device(*snapshot).timeline);
    const InterfaceTable& interfaces = *the_device(*snapshot).interfaces;
    for (const InterfaceView& view : interfaces.rows)
        books.ports[interfaces.row(view).key] = life(view.timeline);
    books.sums = db.rollups();
    books.restarts = db.events().size();
    return books;
}

void check_equal(const Books& one, const Books& other)
{
    REQUIRE(one.device == other.device);
    for (const auto& [port, life_of_port] : one.ports) {
        CAPTURE(port);
        REQUIRE(other.ports.contains(port));
        REQUIRE(life_of_port == other.ports.at(port));
    }
    REQUIRE(one.sums == other.sums);
    REQUIRE(one.restarts == other.restarts);
}

Books uninterrupted(const Segments& segments)
{
    Ledger ledger{{}};
    MemoryDb db;
    for (const auto& segment : segments)
        tell(ledger, segment);
    commit(ledger, db);
    const Books books = books_of(db);
    // What it shows without a restart is what it would read back.
    const auto snapshot = ledger.snapshot(at(0));
    REQUIRE(life(the_device(*snapshot).timeline) == books.device);
    const InterfaceTable& interfaces = *the_device(*snapshot).interfaces;
    for (const InterfaceView& view : interfaces.rows)
        REQUIRE(life(view.timeline) == books.ports.at(interfaces.row(view).key));
    return books;
}

} // namespace

TEST_CASE("history after live gives the books that order gives", "[health]")
{
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        CAPTURE(seed);
        Segments segments = Story{seed}.tell(150);
        const Books expected = uninterrupted(segments);
        std::mt19937_64 random{seed};
        std::shuffle(segments.begin(), segments.end() - 1, random);
        Ledger ledger{{}};
        MemoryDb db;

        for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
            const bool is_live = i % 3 == 0;
            tell(ledger, segments[i], is_live ? wire::Lane::live : wire::Lane::history);
            if (i % 2 == 0) static_cast<void>(ledger.snapshot(at(10'000'000)));
        }
        tell(ledger, segments.back());
        commit(ledger, db);

        check_equal(expected, books_of(db));
    }
}

TEST_CASE("kills at any moment give the books of a ledger that never stopped", "[health]")
{
    for (std::uint64_t seed = 101; seed <= 125; ++seed) {
        CAPTURE(seed);
        const Segments segments = Story{seed}.tell(120);
        const Books expected = uninterrupted(segments);
        std::mt19937_64 random{seed};
        MemoryDb db;
        auto ledger = std::make_unique<Ledger>(LedgerImage{});
        WallTime now = at(10'000'000);
        // Without a clock each table is written whole, with one most steps go to the journal.
        const auto pass = [&](std::chrono::seconds time) {
            if (seed % 4 != 0) ledger->heard(the_agent, now = now + time);
        };

        for (std::size_t next = 0; next < segments.size();) {
            pass(std::chrono::seconds{random() % 100});
            tell(*ledger, segments[next]);
            ++next;
            if (random() % 3 == 0) commit(*ledger, db);
            if (random() % 4 != 0) continue;
            // Killed: all that was not acknowledged comes again, as history, from its segment's
            // start.
            ledger = std::make_unique<Ledger>(db.image());
            next -= std::min<std::size_t>(next, random() % 8);
            while (next > 0 &&
                   !ledger->durable(the_agent, Epoch{7}).contains(segments[next - 1].back().id.seq))
                --next;
        }
        commit(*ledger, db);
        pass(1h); // what was counted since the records is written with the next ones
        commit(*ledger, db);

        check_equal(expected, books_of(db));
    }
}

} // namespace twin_test
