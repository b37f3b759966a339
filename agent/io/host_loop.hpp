#pragma once
// Reads this machine's interfaces at its interval and at once when the kernel says that a link
// changed.

#include "agent/config.hpp"
#include "agent/io/netlink_links.hpp"
#include "agent/io/recorder.hpp"
#include "common/io/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace hallmonitor::agent {

class HostLoop {
public:
    HostLoop(boost::asio::any_io_executor loop, HostConfig config, Recorder& recorder);

    /// Name of this machine as a device.
    [[nodiscard]] const std::string& device() const { return device_; }

    Result<void> open(std::string& problem);
    /// Reads for ever.
    Task<void> run();
    /// Follows link events for ever.
    Task<void> watch();

private:
    void read();

    boost::asio::any_io_executor loop_;
    HostConfig config_;
    Recorder& recorder_;
    NetlinkLinks links_;
    std::string device_;
    MonoTime since_;
    TableDefinition table_; // as recorded last
};

} // namespace hallmonitor::agent
