#pragma once
// Requests of remote write over HTTP/1.1, one after the other over a connection that is kept. Every
// request has one deadline for all of it: name, connection, handshake, sending and the answer.

#include "collector/remote/answer.hpp"
#include "collector/remote_config.hpp"
#include "common/io/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace hallmonitor::collector {

class RemoteHttp {
public:
    RemoteHttp(boost::asio::any_io_executor loop, RemoteWriteConfig config);
    ~RemoteHttp();
    RemoteHttp(const RemoteHttp&) = delete;
    RemoteHttp& operator=(const RemoteHttp&) = delete;

    /// Sends one request and gives what the receiver answers. Never fails: an answer of status 0
    /// says why there is none. `body` stands until then.
    Task<remote::Answer> post(const std::string& body);

private:
    struct Link;

    Task<Result<remote::Answer>> exchange(const std::string& body);
    Task<Result<void>> open();

    boost::asio::any_io_executor loop_;
    RemoteWriteConfig config_;
    std::unique_ptr<Link> link_; // null: none is open
    std::string problem_;        // of the last request
};

} // namespace hallmonitor::collector
