#include "common/config/loaded.hpp"

#include <algorithm>
#include <tuple>

namespace hallmonitor {

std::string to_string(const ConfigError& error)
{
    std::string text = error.file;
    if (error.line > 0) {
        text += ':' + std::to_string(error.line) + ':' + std::to_string(error.column);
    }
    return text + ": " + error.message;
}

void ConfigErrors::add(int line, int column, std::string message)
{
    if (full()) {
        ++left_out_;
        return;
    }
    errors_.push_back({.file = file_, .line = line, .column = column, .message = std::move(message)}
    );
}

std::vector<ConfigError> ConfigErrors::take() &&
{
    std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    if (left_out_ > 0) {
        errors_.push_back({.file = file_, .message = std::to_string(left_out_) + " more errors"});
    }
    return std::move(errors_);
}

} // namespace hallmonitor
