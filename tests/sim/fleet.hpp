#pragma once
// All simulated devices by the address they answer at.

#include "tests/sim/device.hpp"
#include "tests/sim/words.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hallmonitor::sim {

/// Devices of one kind on neighbouring addresses, as the command line asks for them.
struct GroupSetup {
    Address first;
    std::uint32_t devices{1};
    std::size_t ports{48};
    std::string recording_name; // empty: a synthetic switch
    std::string recording;      // its text
};

class Fleet {
public:
    struct Member {
        Address address;
        Device device;
        std::uint32_t generation{0}; // of its numbering
    };

    Fleet(std::uint64_t seed, std::string community, std::size_t reply_limit);

    /// Adds the devices of a group. Gives what was wrong with its recording, one text a line.
    std::vector<std::string> add(const GroupSetup& group);

    /// The device at `address`, or null.
    Device* at(Address address);
    [[nodiscard]] const std::vector<std::unique_ptr<Member>>& members() const { return members_; }

    /// By number from 0, by IP address (the first of its ports) or by IP:port; null when there is
    /// none.
    [[nodiscard]] Member* find(std::string_view name) const;

    /// Members of port 0 get the port that the kernel chose for them.
    void set_free_port(std::uint16_t port);

    /// Gives the rows of a synthetic switch other ifIndexes; false for a recording.
    bool renumber(Member& member, Instant now);

private:
    std::shared_ptr<const Mib> mib(std::size_t ports, std::uint32_t generation);

    std::uint64_t seed_;
    std::string community_;
    std::size_t reply_limit_;
    std::vector<std::unique_ptr<Member>> members_;
    std::unordered_map<std::uint64_t, Device*> by_address_;
    std::map<std::pair<std::size_t, std::uint32_t>, std::shared_ptr<const Mib>> mibs_;
};

} // namespace hallmonitor::sim
