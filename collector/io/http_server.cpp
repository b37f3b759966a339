#include "collector/io/http_server.hpp"

#include "common/io/deadline.hpp"
#include "common/io/log.hpp"
#include "common/io/supervise.hpp"
#include "common/limits.hpp"

#include <boost/asio/buffer.hpp>

#include <cerrno>
#include <cstdio>
#include <map>
#include <sys/stat.h>
#include <sys/un.h>
#include <utility>

namespace hallmonitor::collector {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;
using namespace std::chrono_literals;

namespace {

constexpr auto socket_mode = 0660;

// Says so and closes: what does not fit into the socket's buffer at once is not worth a wait.
void refuse(HttpSocket& socket)
{
    auto response = problem_response(503, "Too many connections; close some or come back later.");
    const std::string text = response_head(response, {.keep_alive = false}) + response.body;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    socket.shutdown(asio::socket_base::shutdown_both, ignored);
}

// Removes a socket that nobody answers on; `problem` says why it must not be touched.
bool make_way(const asio::any_io_executor& loop, const std::string& path, std::string& problem)
{
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return true;
    if (!S_ISSOCK(found.st_mode)) {
        problem = path + " is there and is no socket: remove it or set control_socket to another";
        return false;
    }
    stream_protocol::socket probe{loop};
    boost::system::error_code code;
    probe.open({}, code);
    if (!code) probe.non_blocking(true, code);
    if (!code) probe.connect(stream_protocol::endpoint{path}, code);
    if (code == boost::system::errc::connection_refused) {
        std::remove(path.c_str());
        return true;
    }
    if (!code || code == boost::system::errc::operation_would_block) {
        problem = "another collector answers on the control socket " + path +
                  ": stop it, or give this one its own state_directory";
    } else {
        problem =
            "cannot tell whether the control socket " + path + " is in use: " + code.message();
    }
    return false;
}

} // namespace

struct HttpServer::Open {
    std::size_t all{0};
    std::uint64_t refused{0};
    std::map<std::string, std::size_t> by_address; // TCP only
};

// Counts a connection as long as it lives, however it ends.
class HttpServer::Place {
public:
    Place(std::shared_ptr<Open> open, std::string address)
        : open_(std::move(open)), address_(std::move(address))
    {
        ++open_->all;
        if (!address_.empty()) ++open_->by_address[address_];
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place()
    {
        --open_->all;
        const auto known = open_->by_address.find(address_);
        if (known != open_->by_address.end() && --known->second == 0)
            open_->by_address.erase(known);
    }

private:
    std::shared_ptr<Open> open_;
    std::string address_;
};

HttpServer::HttpServer(asio::any_io_executor loop, Handler handler, HttpLimits limits)
    : loop_(std::move(loop)), handler_(std::move(handler)), limits_(limits), tcp_(loop_),
      unix_(loop_), open_(std::make_shared<Open>())
{}

HttpServer::~HttpServer()
{
    stop();
}

Result<void> HttpServer::listen_tcp(
    const std::string& address, std::uint16_t port, std::string& problem
)
{
    boost::system::error_code code;
    const auto where = asio::ip::make_address(address, code);
    if (!code) tcp_.open(tcp::endpoint{where, port}.protocol(), code);
    if (!code) tcp_.set_option(tcp::acceptor::reuse_address{true}, code);
    if (!code) tcp_.bind({where, port}, code);
    if (!code) tcp_.listen(asio::socket_base::max_listen_connections, code);
    if (code) {
        problem = "cannot serve HTTP on " + address + ":" + std::to_string(port) + ": " +
                  code.message() + "; set 'http' in 'listen' to a free address";
        return code;
    }
    supervise(loop_, "http_accept", accept_tcp(), end_daemon);
    return {};
}

Result<void> HttpServer::listen_unix(const std::string& path, std::string& problem)
{
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
        problem = "the control socket's path is longer than the system's 107 octets: " + path +
                  "; set control_socket to a shorter one";
        return Errc::too_large;
    }
    if (!make_way(loop_, path, problem)) return Errc::refused;
    boost::system::error_code code;
    unix_.open({}, code);
    if (!code) unix_.bind(stream_protocol::endpoint{path}, code);
    // Nobody can connect before listen(): there is no moment with a wider mode.
    if (!code && ::chmod(path.c_str(), socket_mode) != 0)
        code = {errno, boost::system::system_category()};
    if (!code) unix_.listen(asio::socket_base::max_listen_connections, code);
    if (code) {
        problem = "cannot make the control socket " + path + ": " + code.message();
        return code;
    }
    unix_path_ = path;
    supervise(loop_, "control_accept", accept_unix(), end_daemon);
    return {};
}

std::uint16_t HttpServer::port() const
{
    boost::system::error_code ignored;
    return tcp_.local_endpoint(ignored).port();
}

HttpFigures HttpServer::figures() const
{
    return {.open = open_->all, .refused = open_->refused};
}

Task<void> HttpServer::accept_tcp()
{
    while (!stopped_) {
        auto [error, socket] = co_await tcp_.async_accept(as_result);
        if (stopped_ || error == asio::error::operation_aborted) co_return;
        if (error) {
            log::warning("accept_failed", {{"listener", "http"}, {"reason", error.message()}});
            co_await sleep_for(limits::accept_pause);
            continue;
        }
        boost::system::error_code gone;
        const auto address = socket.remote_endpoint(gone).address();
        if (gone) continue;
        socket.set_option(tcp::no_delay{true}, gone);
        const auto kind =
            address.is_loopback() ? HttpConnection::Kind::local : HttpConnection::Kind::remote;
        admit(HttpSocket{std::move(socket)}, kind, address.to_string());
    }
}

Task<void> HttpServer::accept_unix()
{
    while (!stopped_) {
        auto [error, socket] = co_await unix_.async_accept(as_result);
        if (stopped_ || error == asio::error::operation_aborted) co_return;
        if (error) {
            log::warning("accept_failed", {{"listener", "control"}, {"reason", error.message()}});
            co_await sleep_for(limits::accept_pause);
            continue;
        }
        admit(HttpSocket{std::move(socket)}, HttpConnection::Kind::control, {});
    }
}

void HttpServer::admit(HttpSocket socket, HttpConnection::Kind kind, const std::string& address)
{
    const auto known = open_->by_address.find(address);
    const std::size_t of_address = known == open_->by_address.end() ? 0 : known->second;
    if (open_->all >= limits_.connections || of_address >= limits_.connections_per_address) {
        ++open_->refused;
        refuse(socket);
        return;
    }
    auto place = std::make_unique<Place>(open_, address);
    const std::string name = address.empty() ? "control" : "http " + address;
    supervise_connection(loop_, name, serve(std::move(socket), kind, std::move(place)));
}

Task<void> HttpServer::serve(
    HttpSocket socket, HttpConnection::Kind kind, std::unique_ptr<Place> /*place*/
)
{
    HttpConnection connection{std::move(socket), kind, handler_, limits_};
    auto running = connection.run();
    co_await std::move(running);
}

void HttpServer::stop()
{
    stopped_ = true;
    boost::system::error_code ignored;
    tcp_.close(ignored);
    unix_.close(ignored);
    const std::string path = std::exchange(unix_path_, {});
    if (!path.empty()) std::remove(path.c_str());
}

} // namespace hallmonitor::collector
