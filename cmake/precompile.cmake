# What most sources include of the standard library and Boost is parsed once a target: 5 to 25 % less time to
# compile, as measured over ten sources. No header of ours is among them: each source says itself what it
# needs, and the preset `tidy` looks at it without any of this. Presets also compile eight sources as one
# (CMAKE_UNITY_BUILD), which takes a third of the time: names that files keep to themselves must differ within
# a library; those of a test are in a namespace of the test's name.
set(hallmonitor_core_headers
    <algorithm> <array> <charconv> <chrono> <cmath> <cstring> <deque> <functional> <map> <memory> <optional> <set>
    <span> <string> <string_view> <unordered_map> <variant> <vector>
    <boost/container/small_vector.hpp> <boost/system/result.hpp>)
set(hallmonitor_io_headers
    ${hallmonitor_core_headers}
    <boost/asio/any_io_executor.hpp> <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp>
    <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/ip/udp.hpp> <boost/asio/ssl/stream.hpp>
    <boost/asio/steady_timer.hpp> <boost/asio/this_coro.hpp> <boost/asio/use_awaitable.hpp> <spdlog/spdlog.h>)
