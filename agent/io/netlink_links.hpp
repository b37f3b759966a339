#pragma once
// Asks the kernel for this machine's interfaces and hears when one changes. Needs no privilege.

#include "agent/host/rtnl_parse.hpp"
#include "common/error.hpp"
#include "common/io/task.hpp"
#include "common/time.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hallmonitor::agent {

class NetlinkLinks {
public:
    explicit NetlinkLinks(boost::asio::any_io_executor loop);
    ~NetlinkLinks();

    /// Errors: of the system, with a sentence in `problem`. A kernel without ethtool netlink is no
    /// error: speeds are then unknown.
    Result<void> open(std::string& problem);

    /// All interfaces with their counters, and the moment of reading. The answer comes from the
    /// kernel's memory, so this does not wait.
    Result<std::vector<HostLink>> read();

    /// Calls `changed` whenever an interface came, went or changed its state, until this object
    /// ends. Bursts are told once.
    Task<void> watch(std::function<void()> changed);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace hallmonitor::agent
