#pragma once
// What will be ordered of the fleet, and what was: commands of the control protocol at moments of
// the fleet's time. Faults from a seed (chaos) are such commands, too, so that the history is one
// list, and one world comes of one seed.

#include "tests/sim/chaos.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor::sim {

/// A command given at a moment.
struct Order {
    Instant at{0};
    std::string line;
    std::string_view origin; // "command", "schedule" or "chaos"
    std::string error{};     // what was wrong with it
};

class Schedule {
public:
    /// Orders that are kept of the history: the latest.
    static constexpr std::size_t most_history = 100'000;

    void add(Instant at, std::string line);
    /// Takes the lines `at SECONDS COMMAND` of a file; gives what is wrong, one text a line.
    std::vector<std::string> add_lines(std::string_view text);

    /// Begins trouble of every victim; what went on before ends.
    void begin_chaos(Chaos chaos, Instant now);
    /// Trouble that has begun ends now.
    void end_chaos(Instant now);
    [[nodiscard]] bool is_chaotic() const { return chaos_.has_value(); }

    /// When the next order is due.
    [[nodiscard]] std::optional<Instant> next() const;
    /// The first order that is due by `now`, once.
    std::optional<Order> take(Instant now);

    /// Appends to the history.
    void note(Order order);
    [[nodiscard]] const std::deque<Order>& history() const { return history_; }

private:
    /// `end` plans what comes next; `last` is the end of a trouble behind which nothing comes.
    enum class Step : std::uint8_t { lone, begin, end, last };
    struct Entry {
        std::string line; // empty: a trouble that has ended by itself
        Step step{Step::lone};
        std::size_t victim{0}; // of a step of chaos
    };

    void plan(std::size_t victim, Instant after);

    std::multimap<Instant, Entry> entries_; // those of one moment in the order of their coming
    std::optional<Chaos> chaos_;
    std::deque<Order> history_;
};

/// Seconds with up to six decimals; nothing for anything else.
std::optional<Instant> seconds_of(std::string_view word);

} // namespace hallmonitor::sim
