#include "common/config/yaml_document.hpp"

#include "common/config/values.hpp"
#include "common/limits.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <numeric>
#include <sstream>

namespace hallmonitor {
namespace {

constexpr const char* too_deep = "nested more than 32 levels deep";
constexpr int most_open_brackets = 1'000;

struct Place {
    int line{0};
    int column{0};
};

/// Ends the parsing from inside the parser's callbacks; caught in parse_yaml.
struct Refusal : std::exception {
    Refusal(Place at, std::string text) : place(at), message(std::move(text)) {}
    Place place;
    std::string message;
};

Place place_of(const YAML::Mark& mark)
{
    if (mark.is_null()) return {};
    return {.line = mark.line + 1, .column = mark.column + 1};
}

Place place_of(std::string_view text, std::size_t offset)
{
    const auto before = text.substr(0, offset);
    const auto line_start = before.rfind('\n') + 1; // npos + 1 is 0
    return {
        .line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
        .column = 1 + static_cast<int>(offset - line_start)};
}

class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(ConfigErrors& errors) : errors_(errors) {}

    [[nodiscard]] bool has_root() const { return documents_ > 0; }
    YamlValue take() && { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (++documents_ > 1) refuse(mark, "a second document; write one document a file");
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        check_anchor(mark, anchor);
        if (expects_key()) refuse(mark, "a key must be text");
        place(value_at(mark, YamlValue::Kind::null));
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        refuse(mark, "aliases (*name) are not allowed; write the value again");
    }

    void OnAnchor(const YAML::Mark& mark, const std::string&) override
    {
        refuse(mark, "anchors (&name) are not allowed; write the value where it is needed");
    }

    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& text
    ) override
    {
        check_anchor(mark, anchor);
        check_tag(mark, tag);
        if (expects_key()) {
            open_key(mark, text);
            return;
        }
        auto value = value_at(mark, YamlValue::Kind::scalar);
        value.is_quoted = tag == "!";
        value.text = text;
        place(std::move(value));
    }

    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override
    {
        open(mark, tag, anchor, YamlValue::Kind::sequence);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override
    {
        open(mark, tag, anchor, YamlValue::Kind::mapping);
    }

    void OnMapEnd() override
    {
        drop_repeated_keys(open_.back().value.entries);
        close();
    }

private:
    struct Open {
        YamlValue value;
        bool has_key{false}; // the last entry of a mapping waits for its value
    };

    [[noreturn]] static void refuse(const YAML::Mark& mark, std::string message)
    {
        throw Refusal{place_of(mark), std::move(message)};
    }

    static YamlValue value_at(const YAML::Mark& mark, YamlValue::Kind kind)
    {
        const auto at = place_of(mark);
        YamlValue value;
        value.kind = kind;
        value.line = at.line;
        value.column = at.column;
        return value;
    }

    static void check_anchor(const YAML::Mark& mark, YAML::anchor_t anchor)
    {
        if (anchor != YAML::NullAnchor) refuse(mark, "anchors (&name) are not allowed");
    }

    static void check_tag(const YAML::Mark& mark, const std::string& tag)
    {
        if (tag.empty() || tag == "!" || tag == "?") return;
        refuse(mark, "tags (!name) are not allowed");
    }

    [[nodiscard]] bool expects_key() const
    {
        if (open_.empty()) return false;
        return open_.back().value.kind == YamlValue::Kind::mapping && !open_.back().has_key;
    }

    void open_key(const YAML::Mark& mark, const std::string& text)
    {
        const auto at = place_of(mark);
        open_.back().value.entries.push_back(
            {.key = text, .line = at.line, .column = at.column, .value = {}}
        );
        open_.back().has_key = true;
    }

    void open(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlValue::Kind kind
    )
    {
        check_anchor(mark, anchor);
        check_tag(mark, tag);
        if (expects_key()) refuse(mark, "a key must be text");
        if (open_.size() == yaml_depth) refuse(mark, too_deep);
        open_.push_back({.value = value_at(mark, kind)});
    }

    void close()
    {
        auto value = std::move(open_.back().value);
        open_.pop_back();
        place(std::move(value));
    }

    void place(YamlValue value)
    {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (open_.back().value.kind == YamlValue::Kind::sequence) {
            open_.back().value.items.push_back(std::move(value));
        } else {
            auto& entry = open_.back().value.entries.back();
            if (value.kind == YamlValue::Kind::null) {
                // The parser places an absent value at whatever comes next.
                value.line = entry.line;
                value.column = entry.column;
            }
            entry.value = std::move(value);
            open_.back().has_key = false;
        }
    }

    void drop_repeated_keys(std::vector<YamlEntry>& entries)
    {
        std::vector<std::size_t> order(entries.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return entries[a].key < entries[b].key;
        });
        std::vector<bool> is_repeated(entries.size());
        std::size_t first = 0;
        for (std::size_t i = 1; i < order.size(); ++i) {
            const auto& entry = entries[order[i]];
            const auto& kept = entries[order[first]];
            if (entry.key != kept.key) {
                first = i;
                continue;
            }
            is_repeated[order[i]] = true;
            errors_.add(
                entry.line,
                entry.column,
                "the key " + in_quotes(entry.key) + " is already given in line " +
                    std::to_string(kept.line)
            );
        }
        std::size_t index = 0;
        std::erase_if(entries, [&](const YamlEntry&) { return is_repeated[index++]; });
    }

    ConfigErrors& errors_;
    std::vector<Open> open_;
    YamlValue root_;
    int documents_{0};
};

/// Faults of the bytes, which the parser would tell badly or not at all.
bool has_good_bytes(std::string_view text, ConfigErrors& errors)
{
    if (text.size() > limits::config_file_bytes) {
        errors.add(0, 0, "larger than 4 MiB");
        return false;
    }
    if (const auto bad = invalid_utf8(text)) {
        const auto at = place_of(text, *bad);
        errors.add(at.line, at.column, "a byte that is not UTF-8; save the file as UTF-8");
        return false;
    }
    bool is_indentation = true;
    int open_brackets = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_control =
            (c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
        if (is_control || (c == '\t' && is_indentation)) {
            const auto at = place_of(text, i);
            errors.add(
                at.line,
                at.column,
                is_control ? "a control character" : "a tab in the indentation; indent with spaces"
            );
            return false;
        }
        // The parser queues what follows an open bracket, some 250 bytes of memory for each: too
        // deep is told before it begins. Those in texts and comments count too, but never so many.
        if (c == '[' || c == '{') ++open_brackets;
        if (c == ']' || c == '}') --open_brackets;
        if (open_brackets > most_open_brackets) {
            const auto at = place_of(text, i);
            errors.add(at.line, at.column, too_deep);
            return false;
        }
        is_indentation = c == '\n' || (is_indentation && c == ' ');
    }
    return true;
}

std::optional<YamlValue> parse_events(std::string_view text, ConfigErrors& errors)
{
    TreeBuilder builder{errors};
    std::istringstream in{std::string{text}};
    YAML::Parser parser{in};
    while (parser.HandleNextDocument(builder)) {
    }
    const bool is_empty = !builder.has_root();
    auto root = std::move(builder).take();
    if (is_empty || root.kind == YamlValue::Kind::null) {
        errors.add(0, 0, "empty: it has no settings");
        return std::nullopt;
    }
    if (root.kind != YamlValue::Kind::mapping) {
        errors.add(root.line, root.column, "expected keys with values (key: value) at the top");
        return std::nullopt;
    }
    return root;
}

} // namespace

std::optional<YamlValue> parse_yaml(std::string_view text, ConfigErrors& errors)
{
    if (!has_good_bytes(text, errors)) return std::nullopt;
    try {
        return parse_events(text, errors);
    } catch (const Refusal& refusal) {
        errors.add(refusal.place.line, refusal.place.column, refusal.message);
    } catch (const YAML::Exception& fault) {
        const auto at = place_of(fault.mark);
        errors.add(at.line, at.column, "not valid YAML: " + fault.msg);
    } catch (const std::exception& fault) {
        errors.add(0, 0, std::string{"cannot be read as YAML: "} + fault.what());
    }
    return std::nullopt;
}

} // namespace hallmonitor
