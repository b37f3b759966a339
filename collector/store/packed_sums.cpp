#include "collector/store/packed_sums.hpp"

#include "collector/store/bytes.hpp"

#include <unordered_map>
#include <utility>

namespace hallmonitor::collector {
namespace {

constexpr std::uint8_t version = 1;

void add(CounterSums& to, const CounterSums& more)
{
    for (std::size_t slot = 0; slot < to.size(); ++slot)
        to.at(slot) += more.at(slot);
}

} // namespace

std::vector<std::byte> pack_sums(std::span<const ComponentSums> components)
{
    ByteWriter out;
    out.reserve(16 + components.size() * 64);
    out.u8(version);
    out.number(components.size());
    for (const ComponentSums& component : components) {
        out.text(component.component);
        std::uint64_t counted = 0;
        for (std::size_t slot = 0; slot < interface_counters; ++slot)
            counted |= std::uint64_t{component.sums.at(slot) != 0} << slot;
        out.number(counted);
        for (const std::uint64_t sum : component.sums)
            if (sum != 0) out.number(sum);
    }
    return std::move(out).take();
}

Result<std::vector<ComponentSums>> unpack_sums(std::span<const std::byte> packed)
{
    ByteReader in{packed};
    if (in.u8() != version) return in.failed() ? Errc::malformed : Errc::unsupported;
    std::vector<ComponentSums> components;
    for (std::uint64_t count = in.number(); count > 0 && !in.failed(); --count) {
        ComponentSums& component = components.emplace_back();
        component.component = in.text();
        const std::uint64_t counted = in.number();
        for (std::size_t slot = 0; slot < interface_counters; ++slot)
            if ((counted >> slot & 1) != 0) component.sums.at(slot) = in.number();
    }
    if (in.failed() || in.left() > 0) return Errc::malformed;
    return components;
}

std::vector<std::byte> merge_sums(std::span<const std::byte> one, std::span<const std::byte> other)
{
    auto merged = unpack_sums(one);
    if (!merged) return {other.begin(), other.end()};
    const auto more = unpack_sums(other);
    if (!more) return {one.begin(), one.end()};
    // Records of one table nearly always name the same components in the same order.
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < more->size(); ++i) {
        const ComponentSums& added = (*more)[i];
        if (i < merged->size() && (*merged)[i].component == added.component) {
            add((*merged)[i].sums, added.sums);
            continue;
        }
        if (places.empty())
            for (std::size_t place = 0; place < merged->size(); ++place)
                places.emplace((*merged)[place].component, place);
        const auto [known, is_new] = places.emplace(added.component, merged->size());
        if (is_new) {
            merged->push_back(added);
        } else {
            add((*merged)[known->second].sums, added.sums);
        }
    }
    return pack_sums(*merged);
}

} // namespace hallmonitor::collector
