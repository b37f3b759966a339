#pragma once
// Shell patterns over names: `*` any run of characters, `?` any one octet. Case matters.

#include <string_view>

namespace hallmonitor {

/// True when the whole of `text` matches. Takes time in the product of both lengths at worst.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text);

} // namespace hallmonitor
