// Asio, its TLS streams, Beast and Boost.JSON, compiled once for the whole project.

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
#include <boost/json/src.hpp>
