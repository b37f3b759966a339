#pragma once
// Who knows the truth: told what agents sealed and the collector did, by the world and not by them,
// the oracle says what should have come of it. It shares the decoder with the product, and nothing
// else.

#include "common/model/range_set.hpp"
#include "common/wire/batch.hpp"
#include "tests/sim/world/amounts.hpp"
#include "tests/sim/world/books.hpp"
#include "tests/sim/world/site.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hallmonitor::world {

/// A reading of one table of one device that reached the books: when it was really taken, and when
/// by the agent's clock.
struct Sight {
    Instant at{0};
    WallTime wall;
    Instant from{-1};   // of the reading that it was told as a step from; negative: none
    WallTime from_wall; // the same by the clock as it goes now
};

/// What the collector holds of one device's lives at the end, and what it should have been told.
struct SchoolBooks {
    AgentId agent;
    const Site* site{nullptr};
    std::vector<std::vector<Sight>> device; // by device: its liveness
    std::vector<std::vector<Sight>> ports;  // by device: its interfaces
};

class Oracle {
public:
    explicit Oracle(const Events& events) : events_(events) {}

    struct School {
        AgentId agent;
        const Site* site{nullptr};
        std::function<Instant(std::uint64_t boot, MonoTime)> true_time;
    };
    void add(School school);

    // The agents' side; `who` is the school's place.
    void began(std::size_t who, Epoch epoch); // another life of the process
    void sealed(std::size_t who, const SealedBatch& batch);
    /// Batches of this life up to this one survive a power cut, the agent says.
    void durable(std::size_t who, Seq seq);
    void sent(std::size_t who, Seq seq, const std::vector<std::byte>& bytes);
    /// The spool let a segment go for want of room, which it may.
    void dropped(std::size_t who, Seq segment);
    /// It is told with less detail, which it may be as long as nothing of it was sent.
    void thinned(std::size_t who, Seq segment);
    /// A file of the spool is damaged: what is in it and behind it in its segment may be lost.
    void damaged(std::size_t who, Seq first_of_file);
    /// All that waits may be lost: another machine has taken the agent's place.
    void abandoned(std::size_t who);

    // The collector's side.
    /// `boot`: of the agent's machine, by the hello of the connection that brought the batch.
    void applied(const AgentId& agent, const BatchId& batch, std::uint64_t boot, WallTime now);
    void checkpoint_taken() { taken_ = pending_.size(); }
    void committed();
    void acknowledged(const AgentId& agent, Epoch epoch, const RangeSet& applied);
    void rejected(const AgentId& agent, Seq seq, const std::string& reason);
    void fenced(const AgentId& agent);
    void collector_died();

    /// Everything has come to rest: the books against the truth.
    void check_books(const collector::ledger_test::MemoryDb& books);
    [[nodiscard]] const std::vector<SchoolBooks>& lives() const { return lives_; }
    /// Batches that are durable, not lost by damage, and not in the books yet.
    [[nodiscard]] std::size_t waiting() const;

    void complain(const std::string& what);
    [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

    struct Counts {
        std::uint64_t sealed{0};
        std::uint64_t applied{0};
        std::uint64_t lost{0};    // durable, but damaged or dropped before they were told
        std::uint64_t thinned{0}; // segments, some more than once
    };
    [[nodiscard]] Counts counts() const { return counts_; }

private:
    struct Expected {
        Octets least{};
        Octets most{}; // with what a careful collector may leave out
    };
    struct Step {
        TableKind kind{};
        std::size_t device{0};
        Sight seen;
        WallTime start; // by the agent's clock as it goes at the end
        bool is_one_boot{true};
        std::vector<Amount> amounts;
    };
    struct Batch {
        Seq segment;
        std::uint64_t boot{0};
        WallTime sealed;      // by the agent's clock
        Instant sealed_at{0}; // really
        std::size_t bytes{0};
        std::uint32_t crc{0};
        std::vector<Step> steps;
        bool is_durable{false};
        bool may_be_lost{false};
        bool is_thinned{false};
        bool was_sent{false};
    };
    using Key = std::pair<Epoch, Seq>;
    struct Known {
        School school;
        Epoch epoch; // of the present life
        BatchDecoder decoder;
        std::map<Seq, std::pair<Epoch, Batch>> waiting; // not in the books
        std::map<Epoch, RangeSet> in_books;
        std::set<Seq> damaged;   // segments
        std::set<Seq> reset;     // segments within which, or just before, the agent's clock was set
        Instant clock_offset{0}; // of the newest batch, by the agent's clock against the truth
        Seq newest_segment;
        Seq durable; // of the present life
        Seq sealed;  // likewise
    };
    struct Applied {
        std::size_t who{0};
        BatchId batch;
        std::uint64_t boot{0};
        WallTime received;
        Instant at{0};
    };

    [[nodiscard]] std::size_t find(const AgentId& agent) const;
    [[nodiscard]] static Step step_of(const Known& known, const hallmonitor::Step& step);
    [[nodiscard]] static bool is_dated_anew(const Batch& batch, const Applied& applied);
    [[nodiscard]] static bool is_counted(
        const Step& step, const Batch& batch, const Applied& applied
    );
    [[nodiscard]] static bool is_doubtful(
        const Step& step, const Batch& batch, const Applied& applied
    );
    static void note_clock(Known& known, Seq segment, const Batch& facts);
    void expect(const Known& known, const Step& step, const Batch& batch, const Applied& applied);
    void enter(const Applied& applied);

    const Events& events_;
    std::vector<Known> known_;
    std::vector<SchoolBooks> lives_;
    std::vector<Applied> pending_; // by this life of the collector, in no commit yet
    std::size_t taken_{0};         // of these, in the checkpoint that is being written
    std::map<std::tuple<std::string, std::string, std::string>, Expected> expected_;
    std::vector<std::string> complaints_;
    Counts counts_;
};

} // namespace hallmonitor::world
