#pragma once
// One agent's connection as the collector sees it, without the connection: messages and times in,
// what to do out. Holds the decoders of both lanes.
//
// States: expecting_hello -> open -> ended. Batches are delivered decoded; whether they are applied
// is the ledger's to decide, by their number.

#include "collector/ingest/dating.hpp"
#include "common/time.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

struct Delivery {
    wire::Lane lane{wire::Lane::live};
    DecodedBatch batch;
};

/// What follows from one message; fields that are empty ask for nothing.
struct Reaction {
    std::vector<wire::Message> send;
    std::optional<wire::Hello> hello; // answer with Session::welcome()
    std::optional<Delivery> delivery;
    std::optional<std::string> close; // one sentence; after `send` went out
};

class Session {
public:
    /// `now`: when it came, by a clock of the collector that nobody sets.
    [[nodiscard]] Reaction feed(const wire::Message& message, MonoTime now);

    /// The answer to a hello, come `now`, of whose epochs the ledger holds `applied`.
    [[nodiscard]] wire::Message welcome(const RangeSet& applied, WallTime now);

    /// Asks for all of history that is not acknowledged. What is on its way meanwhile is passed
    /// over.
    [[nodiscard]] wire::Message ask_for_history();
    /// Nothing of the history lane is delivered from now on, until it is asked for again.
    void hold_history() { history_ = History::held; }
    /// True once history was asked for.
    [[nodiscard]] bool has_asked() const { return history_ != History::as_it_comes; }

    [[nodiscard]] bool is_open() const { return state_ == State::open; }
    /// True for an epoch that the hello has named: only its batches are taken.
    [[nodiscard]] bool has(Epoch epoch) const { return lives_.contains(epoch); }
    /// Of the batches of `epoch`, those that the agent's spool can mean by their numbers alone: a
    /// power cut may have taken later ones, whose numbers a later life gave again.
    [[nodiscard]] RangeSet held(Epoch epoch, const RangeSet& batches) const;
    [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

private:
    enum class State : std::uint8_t { expecting_hello, open, ended };

    Reaction take_hello(const wire::Hello& hello, MonoTime now);
    Reaction take_batch(const wire::BatchMessage& message);
    bool is_passed_over(const BatchId& id);
    Reaction end(std::string reason);

    struct LaneState {
        BatchDecoder decoder;
        std::optional<Seq> broken_segment; // holds a batch that cannot be decoded
    };

    State state_{State::expecting_hello};
    std::map<Epoch, Seq> lives_; // epochs that the hello has named, with their last batches
    std::shared_ptr<HelloMoment> hello_at_; // from the hello on; decoders place by it
    std::uint32_t version_{0};
    std::array<LaneState, 2> lanes_;
    enum class History : std::uint8_t {
        as_it_comes,
        asked_for, // and nothing of the answer came yet
        answered,
        held,
    };
    History history_{History::as_it_comes};
    std::uint64_t rejected_{0};
};

} // namespace hallmonitor::collector
