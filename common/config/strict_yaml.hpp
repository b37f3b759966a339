#pragma once
// A mapping of a configuration file that must be fully consumed: every key is read by its name and
// its rule, and finish() refuses what nobody asked for. Faults are collected, never thrown; a value
// that is absent or wrong leaves its target as it was, which is how defaults stand.

#include "common/config/loaded.hpp"
#include "common/config/values.hpp"
#include "common/config/yaml_document.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmonitor {

/// Both ends belong to the range.
template <class T>
struct Between {
    T least;
    T most;
};

class Section {
public:
    /// `mapping` and `errors` must outlive the section. The keys are string literals.
    Section(const YamlValue& mapping, ConfigErrors& errors) : mapping_(mapping), errors_(errors) {}

    /// The value of `key`, or null when the file does not have it. Marks the key as known.
    const YamlValue* find(std::string_view key);

    /// Complains when `key` is absent; `remedy` says what to write.
    void require(std::string_view key, std::string_view remedy = {});

    /// Printable text of 1 to 4,096 bytes. True when the file gave one.
    bool text(std::string_view key, std::string& into);
    /// One of `choices`.
    bool choice(std::string_view key, std::string& into, std::span<const std::string_view> choices);
    /// true or false, and nothing else that YAML takes for one.
    bool boolean(std::string_view key, bool& into);
    /// A whole number.
    template <std::unsigned_integral T>
    bool whole(std::string_view key, T& into, Between<T> range);
    /// A number with its unit in the key: _milliseconds, _seconds (three decimals), _days.
    bool duration(
        std::string_view key,
        std::chrono::milliseconds& into,
        Between<std::chrono::milliseconds> range
    );
    /// Octets, plain or in KiB, MiB or GiB.
    bool byte_size(std::string_view key, std::uint64_t& into, Between<std::uint64_t> range);
    /// A number from 0 to 1 with at most three decimals.
    bool ratio(std::string_view key, double& into);
    /// A list of texts, each as text() takes them.
    bool text_list(std::string_view key, std::vector<std::string>& into);
    /// host or host:port; `into.port` is the port when the text has none.
    bool endpoint(std::string_view key, Endpoint& into);
    /// The mapping under `key`.
    std::optional<Section> section(std::string_view key);

    /// Complains of every key that was not asked for.
    void finish();

    /// Complains at `value`, or at the section itself.
    void complain(const YamlValue& value, std::string message);
    void complain(std::string message) { complain(mapping_, std::move(message)); }

    [[nodiscard]] const YamlValue& mapping() const { return mapping_; }
    [[nodiscard]] ConfigErrors& errors() { return errors_; }

private:
    /// The scalar text of `key`, or null with a complaint when it is something else.
    const YamlValue* scalar(std::string_view key, std::string_view expected);
    bool wrong(const YamlValue& value, std::string_view key, std::string_view expected);
    bool whole_number(std::string_view key, std::uint64_t& into, Between<std::uint64_t> range);

    const YamlValue& mapping_;
    ConfigErrors& errors_;
    std::vector<std::string_view> known_;
};

template <std::unsigned_integral T>
bool Section::whole(std::string_view key, T& into, Between<T> range)
{
    std::uint64_t value = into;
    if (!whole_number(key, value, {range.least, range.most})) return false;
    into = static_cast<T>(value);
    return true;
}

/// True when `value` can be taken as a text; otherwise complains that `what` must be one.
bool expect_text(const YamlValue& value, std::string_view what, ConfigErrors& errors);

} // namespace hallmonitor
