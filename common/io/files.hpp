#pragma once
// Small files read whole, and the secrets that lie in files or in the environment (D12).

#include "common/config/secret_source.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hallmonitor {

/// The text of the file `path`, which may be a pipe. Errc::too_large beyond `most` bytes, else the
/// system's error.
Result<std::string> read_text_file(const std::string& path, std::size_t most);

/// Makes `text` the file `path`, whole or not at all, whatever fails or is killed in between, and
/// durable when it returns. What else writes `path` must not do so at the same time.
Result<void> replace_file(const std::string& path, std::string_view text);

/// True for files in $CREDENTIALS_DIRECTORY: systemd guards them by an access list, which shows as
/// group bits in the mode.
[[nodiscard]] bool is_systemd_credential(const std::string& path);

/// Why a regular file with a secret in it is not closed, and what to do; empty: it is, or it is no
/// regular file.
[[nodiscard]] std::optional<std::string> exposure_of(const std::string& path);

/// Secrets of this machine. A file must belong to root or to us and be closed to group and others;
/// one trailing newline is dropped. What lies in $CREDENTIALS_DIRECTORY is guarded by systemd.
SecretSource system_secrets();

} // namespace hallmonitor
