#pragma once
// The collector's database in the world: what is committed is kept whatever happens, what is not is
// gone; a commit fails when the disk does. In memory, or beside it in SQLite as the product has it.

#include "collector/health/ledger.hpp"
#include "tests/collector/health/memory_db.hpp"

#include <functional>
#include <string>

namespace hallmonitor::world {

class Books {
public:
    /// Where the checkpoints also go and come back from; empty: they stay in memory alone.
    struct Store {
        std::function<void(const collector::Checkpoint&)> write;
        std::function<collector::LedgerImage()> load;
    };

    Books() = default;
    explicit Books(Store store) : store_(std::move(store)) {}

    /// All of it, or nothing and false.
    [[nodiscard]] bool write(const collector::Checkpoint& checkpoint);
    [[nodiscard]] collector::LedgerImage image() const;
    /// What a collector would tell at the end, after a restart.
    [[nodiscard]] const collector::ledger_test::MemoryDb& memory() const { return memory_; }

    void set_refuses(bool refuses) { refuses_ = refuses; }

private:
    collector::ledger_test::MemoryDb memory_;
    Store store_;
    bool refuses_{false};
};

} // namespace hallmonitor::world
