#pragma once
// The file in the state directory that keeps what devices have taught over restarts. It is written
// on the disk thread; the loop that polls only says what to write.

#include "agent/poll/learnt.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace hallmonitor::agent {

class LearntFile {
public:
    /// `disk`: where the disk may be waited for.
    LearntFile(std::string path, boost::asio::any_io_executor disk);

    /// What the file says; waits for the disk. Nothing when there is none, and when it cannot be
    /// read, which the log says: everything is then learnt anew.
    [[nodiscard]] LearntDevices read() const;

    /// Writes it anew, if this is other than what was written before. A failure is logged, and
    /// tried again with the next call.
    void write(const LearntDevices& devices);

private:
    struct OnDisk;
    std::shared_ptr<OnDisk> on_disk_; // what is queued keeps it
    boost::asio::any_io_executor disk_;
    std::uint64_t written_{0}; // steady_hash of the text
};

} // namespace hallmonitor::agent
