#pragma once
// The one coroutine type and the one completion token: an error is a value, not a throw.

#include "common/error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hallmonitor {

template <class T>
using Task = boost::asio::awaitable<T>;

inline constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

} // namespace hallmonitor
