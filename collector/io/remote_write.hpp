#pragma once
// Remote write on a thread and loop of its own: readings are handed over as shared values, made
// into requests and sent, so that neither ingest nor pages wait for a receiver. What comes back is
// posted to the owner's loop.

#include "collector/expose/self_metrics.hpp"
#include "collector/remote/admission.hpp"
#include "collector/remote/outbox.hpp"
#include "collector/remote_config.hpp"
#include "common/wire/batch.hpp"
#include "common/wire/messages.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor::collector {

class RemoteWrite {
public:
    using OnDone = std::function<void(const remote::BatchName&)>;

    /// Lives, and is called, on the loop `owner`. `on_done`: the receiver has all of a batch, or
    /// will never take it.
    RemoteWrite(
        const RemoteWriteConfig& config, boost::asio::any_io_executor owner, OnDone on_done
    );
    /// Gives what waits a few seconds, if the receiver takes it.
    ~RemoteWrite();
    RemoteWrite(const RemoteWrite&) = delete;
    RemoteWrite& operator=(const RemoteWrite&) = delete;

    /// A batch that came at the moment `received`, applied now or (not `is_new`) before.
    /// `forwarded`: what of its epoch the receiver has.
    remote::Admission::Fate offer(
        const AgentId& agent,
        wire::Lane lane,
        const DecodedBatch& batch,
        WallTime received,
        bool is_new,
        const RangeSet& forwarded
    );
    /// Agents whose history should be asked for now.
    [[nodiscard]] std::vector<AgentId> take_due() { return admission_.take_due(); }
    /// A connection of the agent begins: it sends all that it keeps.
    void connected(const AgentId& agent) { admission_.reconnected(agent); }

    [[nodiscard]] RemoteWriteFigures figures(WallTime now) const;

private:
    struct Worker;

    struct News {
        std::size_t cells_done{0};           // since the last ones
        std::vector<remote::BatchName> done; // the same
        remote::Outbox::Counts counts;
        std::size_t queue_bytes{0};
        std::optional<WallTime> oldest; // that waits
        std::string problem;
    };
    void take(News news);

    boost::asio::any_io_executor owner_;
    News news_;
    OnDone on_done_;
    remote::Admission admission_;
    std::shared_ptr<bool> is_alive_{std::make_shared<bool>(true)}; // for news that come late
    std::unique_ptr<Worker> worker_;
};

} // namespace hallmonitor::collector
