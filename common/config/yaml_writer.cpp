#include "common/config/yaml_writer.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <array>

namespace hallmonitor {
namespace {

constexpr std::string_view alphanumeric =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Text that reads as itself in a block and in a one-line list, whoever reads it.
bool is_plain(std::string_view text)
{
    static constexpr std::array<std::string_view, 11> words{
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"};
    if (text.empty() || text.back() == ':') return false;
    if (alphanumeric.find(text.front()) == std::string_view::npos && text.front() != '/') {
        return false;
    }
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (std::find(words.begin(), words.end(), lower) != words.end()) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return alphanumeric.find(c) != std::string_view::npos || c == '.' || c == '_' || c == '/' ||
               c == '-' || c == ':';
    });
}

} // namespace

std::string yaml_scalar(std::string_view text)
{
    if (is_plain(text)) return std::string{text};
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            out += "\\x";
            out += hex[byte >> 4U];
            out += hex[byte & 0xFU];
        } else {
            out += c;
        }
    }
    return out + '"';
}

void YamlWriter::start_line()
{
    if (is_item_start_) {
        out_ += std::string((depth_ - 1) * 2, ' ') + "- ";
        is_item_start_ = false;
    } else {
        out_ += std::string(depth_ * 2, ' ');
    }
}

void YamlWriter::word(std::string_view key, std::string_view word)
{
    start_line();
    out_ += yaml_scalar(key);
    out_ += ": ";
    out_ += word;
    out_ += '\n';
}

void YamlWriter::text(std::string_view key, std::string_view text)
{
    word(key, yaml_scalar(text));
}

void YamlWriter::text_list(std::string_view key, const std::vector<std::string>& texts)
{
    std::string list;
    for (const auto& text : texts) {
        if (!list.empty()) list += ", ";
        list += yaml_scalar(text);
    }
    word(key, '[' + list + ']');
}

void YamlWriter::begin(std::string_view key)
{
    start_line();
    out_ += yaml_scalar(key);
    out_ += ":\n";
    ++depth_;
}

void YamlWriter::begin_item()
{
    ++depth_;
    is_item_start_ = true;
}

void YamlWriter::end()
{
    INVARIANT(depth_ > 0);
    --depth_;
}

} // namespace hallmonitor
