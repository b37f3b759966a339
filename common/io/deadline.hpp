#pragma once
// Every wait has a deadline: the work and a timer race, and the loser is cancelled and awaited.

#include "common/io/task.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>

namespace hallmonitor {

/// The work's result, or Errc::timed_out once `limit` has passed. The work must honour
/// cancellation; a stream on which it was reading or writing is afterwards in an unknown state:
/// close it.
template <class T>
Task<Result<T>> with_deadline(Task<Result<T>> work, std::chrono::milliseconds limit)
{
    using namespace boost::asio::experimental::awaitable_operators;
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    timer.expires_after(limit);
    auto expiry = timer.async_wait(as_result);
    auto first = co_await (std::move(work) || std::move(expiry));
    if (auto* done = std::get_if<0>(&first)) co_return std::move(*done);
    co_return Errc::timed_out;
}

/// Waits; false when the wait was cancelled.
inline Task<bool> sleep_for(std::chrono::milliseconds time)
{
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    timer.expires_after(time);
    const auto [error] = co_await timer.async_wait(as_result);
    co_return !error;
}

} // namespace hallmonitor
