#pragma once
// A copy of the ledger, made while the collector works: asked for once to begin it, then again
// until it is there and is sent.

#include "collector/io/http_message.hpp"
#include "collector/io/ledger_db.hpp"

#include <memory>
#include <string>

namespace hallmonitor::collector {

class Backup {
public:
    /// `db` outlives the backup. The copy lies in `directory` until it is sent.
    Backup(LedgerDb& db, const std::string& directory);

    /// 202 with {"ratio": r} while it is copied, 200 with the database once it is there, 500 when
    /// it failed; after the latter two the next call begins anew.
    [[nodiscard]] HttpResponse answer();

private:
    [[nodiscard]] HttpResponse send();
    void begin();

    LedgerDb& db_;
    std::string file_;
    bool is_running_{false};
    std::shared_ptr<LedgerDb::CopyProgress> progress_;
};

} // namespace hallmonitor::collector
