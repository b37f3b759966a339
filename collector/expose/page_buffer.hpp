#pragma once
// Text on its way to a page: appends without allocation, hands itself on when it is large.

#include "collector/expose/text_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace hallmonitor::collector {

class PageBuffer {
public:
    explicit PageBuffer(const ChunkSink& sink) : sink_(sink) { text_.reserve(2 * chunk); }
    ~PageBuffer()
    {
        if (!text_.empty()) sink_(text_);
    }
    PageBuffer(const PageBuffer&) = delete;
    PageBuffer& operator=(const PageBuffer&) = delete;

    void head(std::string_view name, std::string_view help, std::string_view type)
    {
        add("# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n");
    }
    template <class... Parts>
    void add(Parts... parts)
    {
        (text_.append(parts), ...);
    }
    /// `labels` without braces; `more` is appended to them.
    template <class Number>
    void sample(std::string_view name, std::string_view labels, std::string_view more, Number value)
    {
        add(name, "{", labels, more, "} ");
        number(value);
        text_ += '\n';
        if (text_.size() < chunk) return;
        sink_(text_);
        text_.clear();
    }

private:
    static constexpr std::size_t chunk = 256 * 1024;

    template <class Number>
    void number(Number value)
    {
        std::array<char, 32> digits{};
        const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
        text_.append(digits.data(), end);
    }

    const ChunkSink& sink_;
    std::string text_;
};

} // namespace hallmonitor::collector
