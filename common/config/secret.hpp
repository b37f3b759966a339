#pragma once
// A secret prints as <secret>, whoever prints it (D12). Its text is had by reveal() alone, so that
// every use can be found. Memory is wiped when it ends.

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace hallmonitor {

/// Where a secret was found: the name of a file or of a variable, never the text itself.
struct SecretOrigin {
    enum class Kind : std::uint8_t { written, file, environment };
    Kind kind{Kind::written}; // written: in the configuration itself, or built in
    std::string name;
    bool operator==(const SecretOrigin&) const = default;
};

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text, SecretOrigin origin = {})
        : text_(std::move(text)), origin_(std::move(origin))
    {}
    Secret(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(const Secret&) = default;
    Secret& operator=(Secret&&) noexcept = default;
    ~Secret();

    [[nodiscard]] std::string_view reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] const SecretOrigin& origin() const { return origin_; }
    bool operator==(const Secret&) const = default;

private:
    std::string text_;
    SecretOrigin origin_;
};

inline std::ostream& operator<<(std::ostream& out, const Secret&)
{
    return out << "<secret>";
}

} // namespace hallmonitor
