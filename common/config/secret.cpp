#include "common/config/secret.hpp"

#include <cstring>

namespace hallmonitor {

Secret::~Secret()
{
    // A moved-from short string still holds its bytes beyond its size: wipe all of the buffer.
    text_.resize(text_.capacity());
    explicit_bzero(text_.data(), text_.size());
}

} // namespace hallmonitor
