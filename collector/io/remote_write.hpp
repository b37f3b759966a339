#pragma once
// Remote write on a thread and loop of its own: readings are handed over as shared values, made
// into requests and sent, so that neither ingest nor pages wait for a receiver. What comes back is
// posted to the owner's loop.

#include "collector/expose/self_metrics.hpp"
#include "collector/remote/outbox.hpp"
#include "collector/remote_config.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace hallmonitor::collector {

class RemoteWrite {
public:
    /// Lives, and is called, on the loop `owner`.
    RemoteWrite(const RemoteWriteConfig& config, boost::asio::any_io_executor owner);
    /// Gives what waits a few seconds, if the receiver takes it.
    ~RemoteWrite();
    RemoteWrite(const RemoteWrite&) = delete;
    RemoteWrite& operator=(const RemoteWrite&) = delete;

    /// A batch that was applied now, `received` at this moment.
    void offer(const AgentId& agent, wire::Lane lane, const DecodedBatch& batch, WallTime received);

    [[nodiscard]] RemoteWriteFigures figures(WallTime now) const;

private:
    struct Worker;

    struct News {
        std::size_t cells_done{0}; // since the last ones
        remote::Outbox::Counts counts;
        std::size_t queue_bytes{0};
        std::optional<WallTime> oldest; // that waits
        std::string problem;
    };
    void take(News news);

    boost::asio::any_io_executor owner_;
    News news_;
    std::size_t cells_under_way_{0}; // handed over, not yet made into requests
    std::uint64_t cells_dropped_{0}; // not handed over
    std::shared_ptr<bool> is_alive_{std::make_shared<bool>(true)}; // for news that come late
    std::unique_ptr<Worker> worker_;
};

} // namespace hallmonitor::collector
