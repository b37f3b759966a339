#pragma once
// The agent's one connection: finds the collector, shows its certificate, and keeps an
// UplinkSession fed for as long as the agent lives. Every failure becomes one sentence that says
// what to do.

#include "agent/config.hpp"
#include "agent/io/spool.hpp"
#include "agent/uplink/backoff.hpp"
#include "agent/uplink/session.hpp"
#include "common/io/frame_stream.hpp"
#include "common/io/task.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hallmonitor::agent {

class UplinkLink {
public:
    /// What the link asks of the recorder.
    struct Recording {
        std::function<void()> start_segment; // Recorder::start_segment
        std::function<void()> begin_anew;    // Recorder::begin_anew
    };
    /// `spool` outlives the link.
    UplinkLink(
        boost::asio::any_io_executor loop,
        CollectorEndpoint endpoint,
        Spool& spool,
        Recording recording,
        std::uint64_t seed
    );

    /// Connects, serves, waits and connects again, until stop().
    Task<void> run();
    void stop();
    /// Says hello anew: the spool has something that the last one did not name.
    void greet_anew();

    struct Status {
        bool connected{false};
        std::string problem; // why not, one sentence; empty when connected
        std::uint64_t connects{0};
        std::uint64_t rejected_batches{0};
    };
    [[nodiscard]] const Status& status() const { return status_; }

private:
    Task<Result<tls::Stream>> dial(std::string& problem);
    Task<void> converse(std::shared_ptr<FrameStream> frames);
    Task<void> read_answers(std::shared_ptr<FrameStream> frames);
    Task<void> pump(std::shared_ptr<FrameStream> frames);
    void take(FrameStream& frames, const wire::Message& message);
    void take_refusal(FrameStream& frames, const wire::Refusal& refusal);
    void take_welcome(const wire::Welcome& welcome);
    void give_up(const UplinkSession::Next& batch, const boost::system::error_code& reason);
    void note(std::string problem);

    boost::asio::any_io_executor loop_;
    CollectorEndpoint endpoint_;
    Spool& spool_;
    Recording recording_;
    Backoff backoff_;
    std::shared_ptr<boost::asio::ssl::context> context_; // of the present connection
    UplinkSession session_;
    std::shared_ptr<FrameStream> frames_; // present connection, if any
    boost::asio::steady_timer wake_pump_;
    boost::asio::steady_timer wake_retry_;
    bool reached_{false};  // by the present or last try
    bool welcomed_{false}; // likewise
    bool fenced_{false};   // since another machine was the one who tells
    bool stopped_{false};
    Status status_;
};

} // namespace hallmonitor::agent
