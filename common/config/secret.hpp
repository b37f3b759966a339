#pragma once
// A secret prints as <secret>, whoever prints it (D12). Its text is had by reveal() alone, so that
// every use can be found. Memory is wiped when it ends.

#include <ostream>
#include <string>
#include <string_view>

namespace hallmonitor {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(const Secret&) = default;
    Secret& operator=(Secret&&) noexcept = default;
    ~Secret();

    [[nodiscard]] std::string_view reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    bool operator==(const Secret&) const = default;

private:
    std::string text_;
};

inline std::ostream& operator<<(std::ostream& out, const Secret&)
{
    return out << "<secret>";
}

} // namespace hallmonitor
