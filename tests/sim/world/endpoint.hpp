#pragma once
// One end of a connection as agent and collector hold it: messages, keepalives, and patience with a
// silent peer. What common/io/frame_stream does with TLS and timers.

#include "common/error.hpp"
#include "common/wire/messages.hpp"
#include "tests/sim/world/line.hpp"

#include <functional>
#include <memory>
#include <string>

namespace hallmonitor::world {

class Endpoint : public std::enable_shared_from_this<Endpoint> {
public:
    struct Listener {
        std::function<void(const wire::Message&)> message;
        std::function<void()> closed; // by whomever; once
        std::function<void()> drained;
    };

    /// `life`: of the process that holds it.
    Endpoint(const Life& life, std::shared_ptr<Connection> connection, Side side)
        : life_(life), connection_(std::move(connection)), side_(side)
    {}
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    ~Endpoint() { connection_->close(side_); }

    void start(Listener listener);
    void send(const wire::Message& message);
    [[nodiscard]] std::size_t queued_bytes() const { return connection_->queued_bytes(side_); }
    void pause(bool is_paused);
    void close(const std::string& reason);
    /// What was sent goes out first.
    void close_after_writing(const std::string& reason) { close(reason); }
    [[nodiscard]] bool is_closed() const { return is_closed_; }
    [[nodiscard]] const std::string& reason() const { return reason_; }

private:
    void take(const std::string& frame);
    void watch();

    const Life& life_;
    std::shared_ptr<Connection> connection_;
    Side side_;
    Listener listener_;
    Instant heard_at_{0};
    Instant sent_at_{0};
    bool is_paused_{false};
    bool is_closed_{false};
    std::string reason_;
};

} // namespace hallmonitor::world
