#pragma once
// Where secrets outside the configuration come from. Injected, so that loading stays pure: the
// daemons pass common/io/files, tests pass what they like.

#include <functional>
#include <string>
#include <variant>

namespace hallmonitor {

/// Why a secret cannot be had, and what to do about it. Never holds the secret.
struct SecretProblem {
    std::string message;
};

using SecretLookup = std::variant<std::string, SecretProblem>;

struct SecretSource {
    /// The text of the file `path` without its final newline. Files that others may read are a
    /// problem.
    std::function<SecretLookup(const std::string& path)> file;
    /// The text of the environment variable `name`.
    std::function<SecretLookup(const std::string& name)> environment;
};

} // namespace hallmonitor
