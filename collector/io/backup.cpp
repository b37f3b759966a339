#include "collector/io/backup.hpp"

#include "collector/expose/page.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace hallmonitor::collector {

Backup::Backup(LedgerDb& db, const std::string& directory)
    : db_(db), file_(directory + "/backup.partial")
{
    ::unlink(file_.c_str()); // of a life that was killed
}

HttpResponse Backup::answer()
{
    if (!std::exchange(is_running_, true)) begin();
    if (!progress_->ended) {
        const boost::json::value now{{"ratio", progress_->ratio.load()}};
        return {
            .status = 202,
            .content_type = "application/json",
            .body = boost::json::serialize(now) + "\n"};
    }
    is_running_ = false;
    if (!progress_->problem.empty()) return problem_response(500, progress_->problem);
    return send();
}

void Backup::begin()
{
    progress_ = std::make_shared<LedgerDb::CopyProgress>();
    db_.copy(file_, progress_);
}

HttpResponse Backup::send()
{
    auto file = std::make_shared<std::ifstream>(file_, std::ios::binary);
    const bool opened = file->is_open();
    ::unlink(file_.c_str()); // it lives until it is sent
    if (!opened) return problem_response(500, "The copy of the ledger is gone: ask again.");
    HttpResponse response{.content_type = "application/octet-stream"};
    response.pieces = [file](std::string& into) {
        const std::size_t before = into.size();
        into.resize(before + page_piece_bytes);
        file->read(into.data() + before, static_cast<std::streamsize>(page_piece_bytes));
        into.resize(before + static_cast<std::size_t>(file->gcount()));
        return into.size() > before;
    };
    return response;
}

} // namespace hallmonitor::collector
