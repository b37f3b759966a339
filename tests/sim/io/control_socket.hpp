#pragma once
// A Unix socket on which lines are answered by lines, as part of somebody's poll() loop.

#include "tests/sim/io/descriptor.hpp"

#include <functional>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor::sim {

/// What failed, with the reason that errno gives.
std::string failure(const std::string& what);

class ControlSocket {
public:
    /// Gives the answer to one line, without the end of line.
    using Answer = std::function<std::string(std::string_view line)>;

    explicit ControlSocket(Answer answer) : answer_(std::move(answer)) {}

    /// Opens the socket in the place of an old one. Empty on success, else what failed.
    std::string listen(const std::string& path);

    /// Appends what to poll() for.
    void add_waits(std::vector<pollfd>& waits) const;
    /// Takes what poll() says of those, and answers.
    void serve(std::span<const pollfd> waits);

private:
    struct Client {
        Descriptor descriptor;
        std::string unread;
    };

    void accept();
    bool serve_client(Client& client) const;

    Answer answer_;
    Descriptor socket_;
    std::vector<Client> clients_;
};

} // namespace hallmonitor::sim
