#include "common/error.hpp"

#include <string>

namespace hallmonitor {
namespace {

// error_category's destructor is protected and not virtual by design: categories are never deleted.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "hallmonitor"; }

    [[nodiscard]] std::string message(int code) const override
    {
        switch (static_cast<Errc>(code)) {
        case Errc::malformed: return "malformed data";
        case Errc::too_large: return "larger than its limit";
        case Errc::timed_out: return "timed out";
        case Errc::closed: return "connection closed by the peer";
        case Errc::out_of_order: return "batch out of order";
        case Errc::unknown_table: return "reading of a table that was not defined";
        case Errc::checksum_mismatch: return "checksum mismatch";
        case Errc::version_mismatch: return "no protocol version in common";
        case Errc::unauthorized: return "not authorized";
        case Errc::unsupported: return "not supported";
        case Errc::not_found: return "not found";
        case Errc::refused: return "refused";
        }
        return "unknown error";
    }
};
#pragma GCC diagnostic pop

} // namespace

const boost::system::error_category& hallmonitor_category() noexcept
{
    static const Category category;
    return category;
}

boost::system::error_code make_error_code(Errc code) noexcept
{
    return {static_cast<int>(code), hallmonitor_category()};
}

} // namespace hallmonitor
