#include "common/io/supervise.hpp"

#include "common/io/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include <exception>
#include <stdexcept>

namespace hallmonitor {
namespace {

// What a task's exception says; empty for a normal end.
std::string reason_of(const std::exception_ptr& thrown)
{
    if (!thrown) return {};
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        if (error.code() == boost::asio::error::operation_aborted) return {};
        return error.what();
    } catch (const std::exception& error) {
        return error.what();
    }
}

} // namespace

void supervise(
    boost::asio::any_io_executor executor,
    std::string name,
    Task<void> task,
    std::function<void(const std::string&)> on_failure
)
{
    boost::asio::co_spawn(
        executor,
        std::move(task),
        [name = std::move(name),
         on_failure = std::move(on_failure)](const std::exception_ptr& thrown) {
            const std::string reason = reason_of(thrown);
            if (reason.empty()) return;
            log::error("task_failed", {{"task", name}, {"reason", reason}});
            on_failure(name + ": " + reason);
        }
    );
}

void end_daemon(const std::string& reason)
{
    throw std::runtime_error{reason};
}

void supervise_connection(boost::asio::any_io_executor executor, std::string name, Task<void> task)
{
    boost::asio::co_spawn(
        executor,
        std::move(task),
        [name = std::move(name)](const std::exception_ptr& thrown) {
            const std::string reason = reason_of(thrown);
            if (!reason.empty())
                log::warning("connection_failed", {{"connection", name}, {"reason", reason}});
        }
    );
}

} // namespace hallmonitor
