#pragma once
// Reads columns of tables of one device by GETBULK (GETNEXT in v1), several columns a request, with
// sysUpTime riding along in every PDU. RFC 3416 section 4.2.3.
//
// Every column keeps its own place, since tables are sparse and agents cut replies where they like.
// OIDs of a column must strictly increase, and replies that move nothing end the walk; how many
// requests and octets a cycle may cost is its owner's to bound.

#include "agent/config.hpp"
#include "agent/poll/anomaly.hpp"
#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"
#include "common/error.hpp"
#include "common/limits.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// What to put into one request; the spans hold until the next call of the walk.
struct Ask {
    std::size_t lane{0}; // what it belongs to, where several are in flight
    PduType type{PduType::get_bulk};
    std::int32_t non_repeaters{0};
    std::int32_t max_repetitions{0};
    std::span<const std::span<const std::byte>> oids; // BER contents
};

/// How much a request of a walk asks for.
struct WalkPace {
    static constexpr unsigned most_repetitions = 128;
    static constexpr unsigned columns_per_request = 10;
    static constexpr unsigned longest_reply = limits::getbulk_reply_bytes;
    static constexpr unsigned shortest_reply = 200; // whoever loses those has no SNMP

    unsigned repetitions{10};              // to start with: a first guess, then learnt
    unsigned answered{0};                  // the most that a reply came to
    unsigned most{most_repetitions};       // more were too big, or not answered
    unsigned columns{columns_per_request}; // more were too big
    unsigned octets{longest_reply};        // a reply may come to: longer ones were lost
    bool operator==(const WalkPace&) const = default;

    /// What was too much once may be answered now.
    void forget_limits()
    {
        most = most_repetitions;
        columns = columns_per_request;
        octets = longest_reply;
    }
};

class Walk {
public:
    struct Options {
        SnmpVersion version{SnmpVersion::v2c};
        bool no_bulk{false};    // by GETNEXT, as v1 always is
        bool has_uptime{false}; // a reply without sysUpTime is none
        bool first_only{false}; // the first object of each column, by GETNEXT
        WalkPace pace{};
        std::optional<std::uint32_t> last_index{}; // rows end here: saves asking past the end
        std::size_t expected_rows{0};              // 0: not known
    };

    /// `columns`: the OIDs of the columns.
    Walk(std::vector<OidBytes> columns, const Options& options);

    [[nodiscard]] bool finished() const { return active_.empty() || failure_.has_value(); }
    /// Why it stopped before its end.
    [[nodiscard]] const std::optional<Finding>& failure() const { return failure_; }
    /// The OID behind which it goes on, for messages.
    [[nodiscard]] std::string place() const;
    /// What else the device has done wrong so far: exceptions between rows, an earlier object at
    /// the end of a column.
    [[nodiscard]] std::vector<Finding> findings() const;

    /// The next request. Only while not finished().
    [[nodiscard]] Ask ask();

    /// Whether it can be a reply to the last ask(), as far as its first object tells.
    [[nodiscard]] bool is_answer(const ResponseView& reply) const;

    /// Takes the reply to the last ask(); `bytes` is its size. Gives its values in the order of the
    /// reply, none when it ends the walk as a failure; they hold until the next call and as long as
    /// the reply does.
    [[nodiscard]] std::span<const ColumnValue> feed(const ResponseView& reply, std::size_t bytes);

    /// The last request got no answer at all: it is asked for less. Only where so many rows have
    /// never been answered, or replies so long are lost again and again, is that taken for a limit
    /// of the device or its line, and not for a loss on the way.
    void shrink();

    [[nodiscard]] bool uses_bulk() const { return !options_.no_bulk; }
    /// Goes on by GETNEXT.
    void give_up_bulk();

    /// sysUpTime as it stood in the last reply.
    [[nodiscard]] std::optional<DeviceTicks> uptime() const { return uptime_; }
    /// Varbinds received so far.
    [[nodiscard]] std::uint64_t varbinds() const { return varbinds_; }
    /// What suits this device and these columns, to start with next time.
    [[nodiscard]] WalkPace pace() const { return pace_; }

private:
    struct Column {
        OidBytes prefix; // of the column
        OidBytes last;   // the last OID got; the prefix at first
        std::span<const std::byte>
            index; // its part behind the prefix: in the reply at hand or `last`
        std::size_t rows{0};
        bool done{false};
    };

    void take_reply(const ResponseView& reply, std::size_t bytes);
    bool take_uptime(VarBindCursor& cursor);
    bool take_values(VarBindCursor& cursor);
    void take_error(const ResponseView& reply);
    void take_limit();
    void note_loss();
    void ask_for_less();
    void keep_places();
    void learn(std::size_t values, std::size_t bytes);
    void end_column(Column& column, const VarBindView& behind);
    void note_hole(std::span<const std::byte> oid);
    void fail(Anomaly what, std::string oid, std::string detail = {});
    void drop_finished();

    std::vector<Column> columns_;
    std::vector<std::size_t> active_; // numbers of columns not done, in order
    Options options_;
    std::size_t asked_columns_{0}; // leading part of active_ that the last request asked for
    unsigned asked_repetitions_{0};
    std::size_t widest_{0}; // columns a request at most
    std::vector<std::span<const std::byte>> oids_;
    std::vector<ColumnValue> values_; // of the last reply
    std::optional<DeviceTicks> uptime_;
    std::optional<Finding> failure_;
    std::size_t holes_{0};
    std::string first_hole_;
    std::string step_back_; // the object, if there was any
    WalkPace pace_;
    std::size_t value_octets_{0};   // of the last reply, a value
    std::size_t longest_answer_{0}; // octets
    unsigned long_losses_{0};       // of replies that would have been longer
    std::uint64_t varbinds_{0};
    unsigned idle_replies_{0};
};

/// An error-status by name and number, RFC 3416 section 3: "tooBig (1)".
[[nodiscard]] std::string describe_error(std::int32_t status);

} // namespace hallmonitor::agent
