#include "tests/sim/world/books.hpp"

namespace hallmonitor::world {

bool Books::write(const collector::Checkpoint& checkpoint)
{
    if (refuses_) return false;
    memory_.write(checkpoint);
    if (store_.write) store_.write(checkpoint);
    return true;
}

collector::LedgerImage Books::image() const
{
    return store_.load ? store_.load() : memory_.image();
}

} // namespace hallmonitor::world
