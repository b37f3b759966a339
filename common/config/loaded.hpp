#pragma once
// What reading a configuration gives: one whole value, or every error with its place in the file.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hallmonitor {

/// One fault of a configuration file. Lines and columns count from 1; 0 means the file as a whole.
struct ConfigError {
    std::string file;
    int line{0};
    int column{0};
    std::string message;
    bool operator==(const ConfigError&) const = default;
};

/// `file:line:column: message`, as compilers print it; `file: message` for the file as a whole.
std::string to_string(const ConfigError& error);

/// Either `config` or at least one error; warnings stand beside both.
template <class T>
struct Loaded {
    std::optional<T> config;
    std::vector<ConfigError> errors;
    std::vector<std::string> warnings;
};

/// Collects the faults of one file, so that its author sees all of them at once.
class ConfigErrors {
public:
    /// Beyond this many, faults are only counted.
    static constexpr std::size_t most = 100;

    explicit ConfigErrors(std::string file) : file_(std::move(file)) {}

    void add(int line, int column, std::string message);
    [[nodiscard]] bool empty() const { return errors_.empty(); }
    [[nodiscard]] bool full() const { return errors_.size() >= most; }
    [[nodiscard]] const std::string& file() const { return file_; }

    /// In the order of the file; the last one says how many were left out, if any were.
    [[nodiscard]] std::vector<ConfigError> take() &&;

private:
    std::string file_;
    std::vector<ConfigError> errors_;
    std::size_t left_out_{0};
};

} // namespace hallmonitor
