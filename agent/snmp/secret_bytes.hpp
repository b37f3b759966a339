#pragma once
// Key material: wiped when it ends, prints as <secret>.

#include <cstddef>
#include <ostream>
#include <span>
#include <vector>

namespace hallmonitor::agent {

class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    explicit SecretBytes(std::span<const std::byte> bytes) : bytes_(bytes.begin(), bytes.end()) {}
    SecretBytes(const SecretBytes&) = default;
    SecretBytes(SecretBytes&&) noexcept = default;
    SecretBytes& operator=(const SecretBytes& other);
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    ~SecretBytes();

    [[nodiscard]] std::span<const std::byte> reveal() const { return bytes_; }
    /// To be filled.
    [[nodiscard]] std::span<std::byte> room() { return bytes_; }
    bool operator==(const SecretBytes&) const = default;

private:
    void wipe() noexcept;

    std::vector<std::byte> bytes_; // never grows, so that no copy is left behind
};

inline std::ostream& operator<<(std::ostream& out, const SecretBytes&)
{
    return out << "<secret>";
}

} // namespace hallmonitor::agent
