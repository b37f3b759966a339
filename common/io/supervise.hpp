#pragma once
// No task ends unnoticed. A daemon's own task that throws, or returns when it should not, ends the
// daemon through the handler given; a connection's task ends only its connection.

#include "common/io/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <string>

namespace hallmonitor {

/// Runs `task` on `executor`. When it throws, `on_failure` gets a sentence naming it; being
/// cancelled is a normal end.
void supervise(
    boost::asio::any_io_executor executor,
    std::string name,
    Task<void> task,
    std::function<void(const std::string&)> on_failure
);

/// The usual `on_failure`: throws out of the loop's run(), so that main can say why and end.
[[noreturn]] void end_daemon(const std::string& reason);

/// Runs a connection's task: an exception is logged and ends it.
void supervise_connection(boost::asio::any_io_executor executor, std::string name, Task<void> task);

} // namespace hallmonitor
