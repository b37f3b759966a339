#include "common/model/attributes.hpp"

namespace hallmonitor {
namespace {

constexpr std::size_t head = 3;
constexpr std::size_t most_value = 0xffff;

unsigned octet(std::string_view text, std::size_t place)
{
    return static_cast<unsigned char>(text[place]);
}

std::size_t value_size(std::string_view fact)
{
    return octet(fact, 1) | octet(fact, 2) << 8U;
}

} // namespace

Attributes::Attributes(std::initializer_list<Fact> facts)
{
    for (const auto& [name, value] : facts)
        set(name, value);
}

Attributes::Place Attributes::place_of(Attribute name) const
{
    std::size_t begin = 0;
    for (const auto& [known, value] : *this) {
        if (known == name) return {.begin = begin, .size = head + value.size()};
        if (known > name) break;
        begin += head + value.size();
    }
    return {.begin = begin, .size = 0};
}

void Attributes::set(Attribute name, std::string_view value)
{
    value = value.substr(0, most_value);
    std::string fact;
    fact.reserve(head + value.size());
    fact += static_cast<char>(name);
    fact += static_cast<char>(value.size() & 0xff);
    fact += static_cast<char>(value.size() >> 8U);
    fact += value;
    const Place place = place_of(name);
    packed_.replace(place.begin, place.size, fact);
}

void Attributes::erase(Attribute name)
{
    const Place place = place_of(name);
    packed_.erase(place.begin, place.size);
}

std::optional<std::string_view> Attributes::find(Attribute name) const
{
    for (const auto& [known, value] : *this)
        if (known == name) return value;
    return std::nullopt;
}

std::size_t Attributes::size() const
{
    return static_cast<std::size_t>(std::distance(begin(), end()));
}

Attributes::Fact Attributes::Iterator::operator*() const
{
    return {static_cast<Attribute>(rest_[0]), rest_.substr(head, value_size(rest_))};
}

Attributes::Iterator& Attributes::Iterator::operator++()
{
    rest_.remove_prefix(head + value_size(rest_));
    return *this;
}

} // namespace hallmonitor
