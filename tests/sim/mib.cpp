#include "tests/sim/mib.hpp"

#include <algorithm>

namespace hallmonitor::sim {
namespace {

std::string_view text_of(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

Name::Name(const Oid& oid)
{
    auto tlv = make_tlv(tag::oid, ByteView{oid_contents(oid)});
    size_ = tlv.size();
    if (size_ <= most_short) {
        std::copy(tlv.begin(), tlv.end(), short_.begin());
    } else {
        long_ = std::move(tlv);
    }
}

ByteView Name::contents() const
{
    const ByteView tlv = size_ <= most_short ? ByteView{short_.data(), size_} : ByteView{long_};
    return tlv.subspan(tlv[1] < 0x80 ? 2U : 2U + (tlv[1] & 0x7FU));
}

Mib::Mib(std::vector<Object> objects) : objects_(std::move(objects))
{
    std::stable_sort(objects_.begin(), objects_.end(), [](const auto& a, const auto& b) {
        return a.oid < b.oid;
    });
    // unique keeps the first of equals: walk from behind, so that it keeps the last.
    const auto same = [](const auto& a, const auto& b) { return a.oid == b.oid; };
    const auto kept = std::unique(objects_.rbegin(), objects_.rend(), same);
    objects_.erase(objects_.begin(), kept.base());
    by_name_.reserve(objects_.size());
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        objects_[i].name = Name{objects_[i].oid};
        by_name_.emplace(text_of(objects_[i].name.contents()), i);
    }
}

std::size_t Mib::find(ByteView name) const
{
    const auto found = by_name_.find(text_of(name));
    return found == by_name_.end() ? objects_.size() : found->second;
}

std::optional<std::size_t> Mib::after(ByteView name) const
{
    if (const auto exact = find(name); exact < objects_.size()) return exact + 1;
    const auto oid = oid_of(name);
    if (!oid) return std::nullopt;
    const auto found = std::upper_bound(
        objects_.begin(),
        objects_.end(),
        *oid,
        [](const Oid& wanted, const Object& object) { return wanted < object.oid; }
    );
    return static_cast<std::size_t>(found - objects_.begin());
}

} // namespace hallmonitor::sim
