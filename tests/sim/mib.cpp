#include "tests/sim/mib.hpp"

#include <algorithm>
#include <bit>

namespace hallmonitor::sim {
namespace {

std::uint32_t hash_of(ByteView name)
{
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15U;
    std::uint64_t hash = name.size();
    const auto mix = [&](std::uint64_t part) {
        hash = (hash ^ part) * factor;
        hash ^= hash >> 32U;
    };
    std::size_t at = 0;
    for (; at + 8 <= name.size(); at += 8) {
        std::uint64_t part = 0;
        std::memcpy(&part, name.data() + at, 8);
        mix(part);
    }
    std::uint64_t rest = 0;
    for (; at < name.size(); ++at) {
        rest = rest << 8U | name[at];
    }
    mix(rest);
    return static_cast<std::uint32_t>(hash);
}

Image image_of(const Object& object)
{
    Image image;
    const auto whole = object.name.size() + (object.live == Live::fixed ? object.value.size() : 0);
    if (2 + object.name.size() > Image::most) return image;
    image.bytes[0] = tag::sequence;
    image.bytes[1] = static_cast<std::uint8_t>(whole);
    std::copy(object.name.begin(), object.name.end(), image.bytes.begin() + 2);
    image.name_end = static_cast<std::uint8_t>(2 + object.name.size());
    if (object.live != Live::fixed || 2 + whole > Image::most) return image;
    std::copy(object.value.begin(), object.value.end(), image.bytes.begin() + image.name_end);
    image.size = static_cast<std::uint8_t>(2 + whole);
    return image;
}

/// Octets that the first arcs of an OID take.
std::size_t encoded_size(const Oid& oid, std::size_t arcs)
{
    return oid_contents({oid.begin(), oid.begin() + static_cast<std::ptrdiff_t>(arcs)}).size();
}

} // namespace

Mib::Mib(std::vector<Object> objects) : objects_(std::move(objects))
{
    std::stable_sort(objects_.begin(), objects_.end(), [](const auto& a, const auto& b) {
        return a.oid < b.oid;
    });
    // unique keeps the first of equals: walk from behind, so that it keeps the last.
    const auto same = [](const auto& a, const auto& b) { return a.oid == b.oid; };
    const auto kept = std::unique(objects_.rbegin(), objects_.rend(), same);
    objects_.erase(objects_.begin(), kept.base());
    known_.resize(std::bit_ceil(objects_.size() * 3 + 2));
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        auto& object = objects_[i];
        object.name = make_tlv(tag::oid, ByteView{oid_contents(object.oid)});
        object.image = image_of(object);
        know(contents_of(object.name), i + 1, true);
    }
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        const auto& object = objects_[i];
        if (object.column < 2) continue;
        const auto size = encoded_size(object.oid, object.column);
        know(contents_of(object.name).first(size), i, false);
    }
}

ByteView Mib::name_of(const Known& known) const
{
    const auto& object = objects_[known.is_object ? known.next - 1 : known.next];
    return contents_of(object.name).first(known.length);
}

std::size_t Mib::place_of(ByteView name, std::uint32_t hash) const
{
    const auto mask = known_.size() - 1;
    auto place = hash & mask;
    while (known_[place].is_used) {
        const auto& known = known_[place];
        if (known.hash == hash && known.length == name.size() &&
            std::equal(name.begin(), name.end(), name_of(known).begin())) {
            break;
        }
        place = (place + 1) & mask;
    }
    return place;
}

void Mib::know(ByteView name, std::size_t next, bool is_object)
{
    const auto hash = hash_of(name);
    auto& known = known_[place_of(name, hash)];
    if (known.is_used) return;
    known = {
        .hash = hash,
        .next = static_cast<std::uint32_t>(next),
        .length = static_cast<std::uint32_t>(name.size()),
        .is_object = is_object,
        .is_used = true};
}

std::size_t Mib::find(ByteView name) const
{
    if (known_.empty()) return objects_.size();
    const auto& known = known_[place_of(name, hash_of(name))];
    return known.is_used && known.is_object ? known.next - 1 : objects_.size();
}

std::optional<std::size_t> Mib::after(ByteView name) const
{
    if (!known_.empty()) {
        const auto& known = known_[place_of(name, hash_of(name))];
        if (known.is_used) return known.next;
    }
    Arcs arcs;
    const auto wanted = arcs_of(name, arcs);
    if (wanted.empty()) return std::nullopt;
    const auto found =
        std::partition_point(objects_.begin(), objects_.end(), [&](const Object& object) {
            return !std::lexicographical_compare(
                wanted.begin(), wanted.end(), object.oid.begin(), object.oid.end()
            );
        });
    return static_cast<std::size_t>(found - objects_.begin());
}

} // namespace hallmonitor::sim
