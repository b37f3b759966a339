#pragma once
// What a profile says of one field: where its value comes from and what becomes of it
// (docs/profiles.md, "Expressions").

#include "agent/facts/value.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hallmonitor::agent {

struct Expression;

/// These values mean that there is none.
struct AbsentStep {
    std::vector<Value> values;
    std::optional<double> below;
    std::optional<double> above;
};

/// The n-th number that stands in a text, from 1.
struct NumberInTextStep {
    int number{1}; // from the end if negative
};

/// What the first group, or else all of it, matches.
struct PatternStep {
    std::regex regex;
};

/// The word for a number or text.
struct EnumStep {
    std::vector<std::pair<Value, Value>> words;
    Value other; // nothing: other values find nothing
};

/// The word for the first of these bits that is set in octets; bit 0 is the highest of the first
/// octet. Source: RFC 2578 section 7.1.4 and RFC 3417 section 8 (BITS).
struct BitsStep {
    std::vector<std::pair<std::size_t, Value>> words; // first those that matter most
    Value none;                                       // where no bit at all is set
};

struct ModuloStep {
    double divisor{1};
};

struct LinearStep {
    double scale{1};
    double offset{0};
};

/// By the value of another expression; shared, since expressions are copied into all that extend
/// their profile.
struct ByStep {
    enum class How : std::uint8_t { times_ten_to, divided_by_ten_to, times, divided };
    How how{How::divided};
    std::shared_ptr<const Expression> by;
};

/// A number outside finds nothing.
struct PlausibleStep {
    double low{0};
    double high{0};
};

/// A number that no sensor of this kind measures finds nothing (is_plausible() of
/// common/model/sensor_kinds).
struct KindStep {
    std::shared_ptr<const Expression> kind;
};

struct AsStep {
    enum class What : std::uint8_t { mac, address, text, by_subtype };
    What what{What::text};
    std::shared_ptr<const Expression> subtype;
};

using Step = std::variant<
    AbsentStep,
    NumberInTextStep,
    PatternStep,
    EnumStep,
    BitsStep,
    ModuloStep,
    LinearStep,
    ByStep,
    PlausibleStep,
    KindStep,
    AsStep>;

/// A fact by which interfaces are known to others.
enum class InterfaceFact : std::uint8_t { name, descr, alias, mac, index };

/// What of all rows of a column.
enum class Take : std::uint8_t { sum, most, least, count };

struct Expression {
    enum class Source : std::uint8_t {
        word, // a column of the rule's table, else a scalar
        column,
        scalar,
        constant,
        index,
        first,
        sum,
        join,
        interface,
        all,
    };
    Source source{Source::constant};
    std::string table; // of `column`; empty: the rule's
    std::string name;  // of the column or scalar; what stands between texts of `join`
    Value constant;
    int from{1}, to{-1}; // of `index`: from 1, from the end if negative
    std::vector<Expression> parts;
    std::vector<Expression> at; // of `column`: the index, part by part; empty: the same row's
    std::vector<InterfaceFact> by;
    Take take{Take::sum}; // of `all`
    bool is_gauge{false}; // of objects: is_sentinel() is no reading
    std::vector<Step> steps;
    int line{0};  // in its file
    int place{0}; // in its line
};

} // namespace hallmonitor::agent
