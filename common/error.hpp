#pragma once
// Errors of the world are values: Result<T> carries one of these or a system error code.

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <type_traits>

namespace hallmonitor {

template <class T>
using Result = boost::system::result<T>;

enum class Errc {
    malformed = 1,     // bytes that break their own format
    too_large,         // a declared size over its limit
    timed_out,         // the deadline passed
    closed,            // the peer ended the connection
    out_of_order,      // a batch whose segment was not opened first
    unknown_table,     // a reading that refers to no definition
    checksum_mismatch, // a record whose CRC32C is wrong
    version_mismatch,  // no protocol version in common
    unauthorized,      // a certificate without the identity it needs
    unsupported,       // valid, but not spoken here
    not_found,
    refused, // the peer said no
};

const boost::system::error_category& hallmonitor_category() noexcept;
boost::system::error_code make_error_code(Errc code) noexcept;

} // namespace hallmonitor

template <>
struct boost::system::is_error_code_enum<hallmonitor::Errc> : std::true_type {};
