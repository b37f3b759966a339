#include "agent/snmp/secret_bytes.hpp"

#include <cstring>
#include <utility>

namespace hallmonitor::agent {

SecretBytes::~SecretBytes()
{
    wipe();
}

SecretBytes& SecretBytes::operator=(const SecretBytes& other)
{
    if (this != &other) *this = SecretBytes{other};
    return *this;
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept
{
    if (this != &other) {
        wipe();
        bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
}

void SecretBytes::wipe() noexcept
{
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
}

} // namespace hallmonitor::agent
