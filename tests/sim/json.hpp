#pragma once
// JSON objects for the control socket's answers: keys in the order of the calls.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace hallmonitor::sim {

inline std::string json_text(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    return out + '"';
}

class JsonObject {
public:
    JsonObject& text(std::string_view key, std::string_view value)
    {
        return raw(key, json_text(value));
    }
    JsonObject& number(std::string_view key, std::integral auto value)
    {
        return raw(key, std::to_string(value));
    }
    JsonObject& boolean(std::string_view key, bool value)
    {
        return raw(key, value ? "true" : "false");
    }
    JsonObject& raw(std::string_view key, std::string_view value)
    {
        if (!body_.empty()) body_ += ',';
        body_ += json_text(key);
        body_ += ':';
        body_ += value;
        return *this;
    }
    [[nodiscard]] std::string str() const { return '{' + body_ + '}'; }

private:
    std::string body_;
};

class JsonArray {
public:
    void add(std::string_view value)
    {
        if (!body_.empty()) body_ += ',';
        body_ += value;
    }
    [[nodiscard]] std::string str() const { return '[' + body_ + ']'; }

private:
    std::string body_;
};

} // namespace hallmonitor::sim
