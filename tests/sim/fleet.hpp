#pragma once
// All simulated devices by the address they answer at.

#include "tests/sim/device.hpp"
#include "tests/sim/kinds/kind.hpp"
#include "tests/sim/schedule.hpp"
#include "tests/sim/words.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace hallmonitor::sim {

/// Devices of one kind on neighbouring addresses, as the command line asks for them.
struct GroupSetup {
    Address first;
    std::uint32_t devices{1};
    const Kind* kind{kind_table().data()};
    std::size_t ports{0};       // 0: as many as the kind usually has
    std::string recording_name; // empty: synthetic, of the kind
    std::string recording;      // its text
    Bytes engine_id{};          // of all its devices; empty: each has its own
};

class Fleet {
public:
    struct Member {
        Address address;
        Device device;
        const Kind* kind{nullptr};   // null: a recording
        std::size_t size{0};         // of the kind: most often its ports
        std::uint32_t generation{0}; // of its numbering
    };

    Fleet(std::uint64_t seed, std::string community, std::size_t reply_limit);

    /// Devices that are added from now on speak version 3 with these users, once there are any.
    void add_user(UsmUser user) { users_.push_back(std::move(user)); }

    /// One end of a cable.
    struct End {
        Member* member;
        std::size_t port;
        auto operator<=>(const End&) const = default;
    };

    /// Adds the devices of a group. Gives what was wrong with its recording, one text a line.
    std::vector<std::string> add(const GroupSetup& group);

    /// Lays cables between the devices there are, so that they are each other's neighbours.
    void connect();
    /// A link goes at both ends of its cable.
    void set_link(Member& member, std::size_t port, bool is_up, Instant now);
    void set_admin(Member& member, std::size_t port, bool is_up, Instant now);
    /// Where the cable of a port leads; nothing when there is none.
    [[nodiscard]] std::optional<End> other_end(Member& member, std::size_t port) const;

    [[nodiscard]] Schedule& schedule() { return schedule_; }
    [[nodiscard]] const Schedule& schedule() const { return schedule_; }
    /// Trouble of every device from a seed, from now on.
    void begin_chaos(const ChaosSetup& setup, Instant now);

    /// The device at `address`, or null. No two groups may share an address.
    Device* at(Address address);
    [[nodiscard]] const std::vector<std::unique_ptr<Member>>& members() const { return members_; }

    /// By number from 0, by IP address (the first of its ports) or by IP:port; null when there is
    /// none.
    [[nodiscard]] Member* find(std::string_view name) const;

    /// Members of port 0 get the port that the kernel chose for them.
    void set_free_port(std::uint16_t port);

    /// Gives the rows of a synthetic device other ifIndexes; false for a recording
    /// and for a single port.
    bool renumber(Member& member, Instant now);

private:
    /// Neighbouring addresses, which are those of members with neighbouring numbers.
    struct Range {
        Address first;
        std::uint32_t devices;
        std::size_t member;
    };

    void add_range(Range range);
    std::vector<std::string> add_recording(const GroupSetup& group);
    Member& add_member(
        const GroupSetup& group, std::uint32_t offset, std::shared_ptr<const Blueprint> blueprint
    );
    std::shared_ptr<const Blueprint> blueprint(
        const Kind& kind, std::size_t ports, std::uint32_t generation, std::uint32_t device
    );

    void plug(End a, End b);
    void chain(const std::vector<Member*>& members, Role role);
    void follow(Member& member, std::size_t port, Instant now);

    std::uint64_t seed_;
    std::string community_;
    std::size_t reply_limit_;
    std::deque<UsmUser> users_; // engines refer to them
    std::vector<std::unique_ptr<Member>> members_;
    std::vector<Range> ranges_; // by address
    std::map<End, End> cables_; // by either end
    Schedule schedule_;
    /// By kind, ports, generation and, of a personal kind, device.
    using BlueprintKey = std::tuple<const Kind*, std::size_t, std::uint32_t, std::uint32_t>;
    std::map<BlueprintKey, std::shared_ptr<const Blueprint>> blueprints_;
};

} // namespace hallmonitor::sim
