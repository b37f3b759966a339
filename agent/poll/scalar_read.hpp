#pragma once
// Reads the single objects of a device by GET: the guard alone (sysUpTime, ifTableLastChange,
// ifNumber: have rows moved?) or, with it, what the device says of itself. An agent that refuses
// many objects at once, or one of them, is asked for fewer and passed over that one.

#include "agent/poll/anomaly.hpp"
#include "agent/poll/walk.hpp"
#include "agent/profile/oddity.hpp"
#include "agent/snmp/message.hpp"
#include "common/model/table.hpp"
#include "common/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hallmonitor::agent {

/// sysUpTime.0 as messages name it: every request begins with it.
[[nodiscard]] const std::string& uptime_oid();

class ScalarRead {
public:
    ScalarRead();

    static constexpr std::size_t most_at_once = 8;
    /// Objects that the device takes in one request, as its replies have taught.
    [[nodiscard]] std::size_t at_once() const { return at_once_; }
    void set_at_once(std::size_t at_once) { at_once_ = at_once; }

    enum class What : std::uint8_t { guard, all };
    /// A guard of which the device has nothing is finished at once.
    void begin(What what);
    [[nodiscard]] bool finished() const;

    /// The next request, only while not finished; the same again if there was no answer.
    [[nodiscard]] Ask ask();
    /// Whether it can be a reply to the last ask(): it has the objects that were asked for.
    [[nodiscard]] bool is_answer(const ResponseView& reply) const;
    /// Takes such a reply. Gives why no more can be read, if so.
    [[nodiscard]] std::optional<Finding> feed(const ResponseView& reply);

    /// sysUpTime since begin().
    [[nodiscard]] std::optional<DeviceTicks> uptime() const { return uptime_; }
    /// Whether ifTableLastChange or ifNumber has moved since they were read before.
    [[nodiscard]] bool rows_may_have_moved() const { return moved_; }
    /// ifNumber as last read.
    [[nodiscard]] Cell if_number() const { return if_number_; }
    /// sysDescr, sysName and their like, as last read; empty before.
    [[nodiscard]] const Attributes& facts() const { return facts_; }
    /// Those of which the sanitizer left something out.
    [[nodiscard]] const Oddity& wild_texts() const { return wild_texts_; }
    /// Varbinds received since begin().
    [[nodiscard]] std::uint64_t varbinds() const { return varbinds_; }

private:
    [[nodiscard]] std::optional<Finding> take_error(const ResponseView& reply);
    void take(std::size_t number, const VarBindView& value);
    void take_fact(Attribute attribute, const VarBindView& value);
    void note(Cell& known, Cell now);

    std::vector<bool> missing_; // v1 agents refuse a whole GET for one missing object
    std::size_t count_{0};      // of the leading objects that are read
    std::size_t next_{0};       // to be asked for
    std::size_t at_once_{most_at_once};
    std::vector<std::size_t> asked_;
    std::vector<std::span<const std::byte>> oids_;
    std::optional<DeviceTicks> uptime_;
    Cell table_last_change_;
    Cell if_number_;
    bool moved_{false};
    Attributes facts_;
    Oddity wild_texts_;
    std::uint64_t varbinds_{0};
};

} // namespace hallmonitor::agent
