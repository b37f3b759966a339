#include "tests/sim/answer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace hallmonitor::sim {
namespace {

constexpr std::int32_t too_big = 1;
constexpr std::int32_t no_such_name = 2;
constexpr std::int32_t read_only = 4;
constexpr std::int32_t not_writable = 17;

/// Where the end of the arcs ends even an endless table.
constexpr std::uint32_t most_rows = 0xFFFFFFFF;

/// Octets of a message that are no varbinds, at most, without the community.
constexpr std::size_t head_size = 40;

std::size_t integer_size(std::int32_t number)
{
    Value value;
    value.set_integer(number);
    return value.size();
}

std::uint8_t* put(std::uint8_t* out, ByteView bytes)
{
    return std::copy(bytes.begin(), bytes.end(), out);
}

std::uint8_t* put_integer(std::uint8_t* out, std::int32_t number)
{
    Value value;
    value.set_integer(number);
    std::array<std::uint8_t, 8 + Value::slack> bytes{};
    value.put(bytes.data());
    return put(out, {bytes.data(), value.size()});
}

} // namespace

Answer::Answer(Device& device, const Request& request, Instant now, std::span<std::uint8_t> buffer)
    : device_(device), request_(request), now_(now), counted_at_(now), mib_(device.blueprint_->mib),
      is_plain_(!request.is_v1 && device.faults_.empty())
{
    std::size_t limit = device.setup_.reply_limit;
    for (const auto& active : device.faults_) {
        const auto context = device_.context(active, now_);
        if (active.fault->counted_at != nullptr) counted_at_ = active.fault->counted_at(context);
        if (active.fault->is_large) limit = largest_reply;
        has_hidden_ = has_hidden_ || active.fault->hides != nullptr;
        is_endless_ = is_endless_ || active.fault->is_endless;
    }
    limit = std::min(limit, request.takes) - request.overhead;
    head_ = {.id = request.id, .community = request.community};
    begin_ = buffer.data() + head_size + device.setup_.community.size() + 8;
    out_ = begin_;
    end_ = begin_ + (limit - head_size - device.setup_.community.size());
}

Datagram Answer::run()
{
    for (const auto& active : device_.faults_) {
        if (active.fault->head == nullptr) continue;
        active.fault->head(head_, request_, device_.context(active, now_));
    }
    if (head_.has_varbinds) {
        switch (request_.type) {
        case tag::get: get(); break;
        case tag::get_next: get_next(); break;
        case tag::get_bulk: get_bulk(); break;
        default: fail(request_.is_v1 ? read_only : not_writable, 1); break;
        }
    }
    return finish();
}

void Answer::fail(std::int32_t status, std::size_t index)
{
    head_.error_status = status;
    head_.error_index = static_cast<std::int32_t>(index);
    head_.has_varbinds = false;
}

bool Answer::is_visible(const Object& object) const
{
    if (request_.is_v1) {
        const bool is_wide = object.live == Live::fixed ? object.value[0] == tag::counter64
                                                        : object.meaning == Meaning::counter64;
        if (is_wide) return false;
    }
    if (object.shown != Shown::always && !device_.model_.is_shown(object, now_)) return false;
    if (!has_hidden_) return true;
    return std::none_of(device_.faults_.begin(), device_.faults_.end(), [&](const auto& active) {
        return active.fault->hides != nullptr &&
               active.fault->hides(object, device_.context(active, now_));
    });
}

std::size_t Answer::picked(std::size_t index, bool is_next) const
{
    for (const auto& active : device_.faults_) {
        if (active.fault->picks == nullptr) continue;
        index = active.fault->picks(index, is_next, device_.context(active, now_));
    }
    return index;
}

std::size_t Answer::next_visible(std::size_t index) const
{
    while (index < mib_.size() && !is_visible(mib_[index])) {
        ++index;
    }
    return index < mib_.size() && !device_.faults_.empty() ? picked(index, true) : index;
}

// The buffer has room behind end_ for the fixed sizes that are copied.
inline std::uint8_t* Answer::put_plain(
    const Object& object, std::uint8_t* out, const std::uint8_t* end
)
{
    const auto& image = object.image;
    std::memcpy(out, image.bytes.data(), Image::most);
    auto* behind = out + image.size;
    std::uint64_t number = 0;
    if (image.size == 0) {
        if (object.tag == 0 || image.name_end == 0) return put_long(object, out, end);
        number = device_.model_.number(object, now_, counted_at_);
        behind = put_number(out + image.name_end, object.tag, number);
        out[1] = static_cast<std::uint8_t>(behind - out - 2);
    }
    if (behind > end) return nullptr;
    if (DeviceModel::is_noted(object)) tell(object, number);
    return behind;
}

std::uint8_t* Answer::put_long(const Object& object, std::uint8_t* out, const std::uint8_t* end)
{
    Value value;
    device_.model_.value(object, now_, counted_at_, value);
    const auto size = object.name.size() + value.size();
    if (size + 1 + length_size(size) > static_cast<std::size_t>(end - out)) return nullptr;
    tell(object);
    return value.put(put(put_head(out, tag::sequence, size), object.name));
}

bool Answer::put_varbind(ByteView name, const Value& value)
{
    const auto size = name.size() + value.size();
    if (size + 1 + length_size(size) > static_cast<std::size_t>(end_ - out_)) return false;
    out_ = value.put(put(put_head(out_, tag::sequence, size), name));
    ++device_.counts_.varbinds;
    return true;
}

bool Answer::put_asked(ByteView name, std::uint8_t exception)
{
    Value value;
    value.set_empty(exception);
    const auto oid = oid_of(name) ? name : ByteView{};
    return put_varbind(make_tlv(tag::oid, oid), value);
}

bool Answer::put_object(const Object& object, ByteView name)
{
    Value value;
    if (object.live == Live::fixed) {
        value.refer(object.value);
    } else {
        device_.model_.value(object, now_, counted_at_, value);
    }
    for (const auto& active : device_.faults_) {
        if (active.fault->value == nullptr) continue;
        active.fault->value(object, value, device_.context(active, now_));
    }
    return put_varbind(name, value);
}

const Object* Answer::ended_column(const Oid& name, std::size_t next) const
{
    if (!is_endless_ || next == 0) return nullptr;
    const auto& last = mib_[next - 1];
    if (last.oid.back() == 0 || name.size() < last.oid.size() - 1) return nullptr;
    const auto lies_within = [&](const Oid& other) {
        return other.size() >= last.oid.size() &&
               std::equal(last.oid.begin(), last.oid.end() - 1, other.begin());
    };
    const bool goes_on = next < mib_.size() && lies_within(mib_[next].oid);
    return !goes_on && lies_within(name) ? &last : nullptr;
}

bool Answer::put_invented(const Object& last, std::uint32_t row)
{
    auto oid = last.oid;
    oid.back() = row;
    const auto name = make_tlv(tag::oid, ByteView{oid_contents(oid)});
    if (last.meaning != Meaning::name) return put_object(last, name);
    const auto text = make_tlv(tag::octets, "row " + std::to_string(row));
    Value value;
    value.refer(text);
    return put_varbind(name, value);
}

std::uint8_t Answer::missing(ByteView name) const
{
    const auto oid = oid_of(name);
    const auto next = mib_.after(name);
    if (!oid || !next) return tag::no_such_object;
    const auto shares = [&](std::size_t index) {
        const auto& other = mib_[index];
        const auto column = other.column > 0 ? std::size_t{other.column} : oid->size() - 1;
        return std::min(other.oid.size(), oid->size()) > column &&
               std::mismatch(other.oid.begin(), other.oid.end(), oid->begin(), oid->end()).first >=
                   other.oid.begin() + static_cast<std::ptrdiff_t>(column);
    };
    const bool has_neighbour =
        (*next < mib_.size() && shares(*next)) || (*next > 0 && shares(*next - 1));
    return has_neighbour ? tag::no_such_instance : tag::no_such_object;
}

bool Answer::put_instance(ByteView name)
{
    auto index = mib_.find(name);
    if (index < mib_.size() && is_visible(mib_[index])) {
        if (!device_.faults_.empty()) index = picked(index, false);
        return put_object(mib_[index]);
    }
    if (const auto oid = is_endless_ ? oid_of(name) : std::nullopt) {
        const auto* const last = ended_column(*oid, mib_.after(name).value_or(0));
        if (last != nullptr && oid->size() == last->oid.size()) {
            return put_invented(*last, oid->back());
        }
    }
    if (request_.is_v1) {
        head_.error_status = no_such_name;
        return false;
    }
    return put_asked(name, missing(name));
}

void Answer::get()
{
    for (std::size_t i = 0; i < request_.count; ++i) {
        if (put_instance(request_.names[i])) continue;
        const bool is_unknown = head_.error_status == no_such_name;
        return is_unknown ? fail(no_such_name, i + 1) : fail(too_big, 0);
    }
}

void Answer::get_next()
{
    for (std::size_t i = 0; i < request_.count; ++i) {
        auto& variable = variables_[i];
        begin(i);
        const bool is_end = next_visible(variable.at) >= mib_.size() && !is_endless_;
        if (is_end && request_.is_v1) return fail(no_such_name, i + 1);
        if (!put_next(i)) return fail(too_big, 0);
    }
}

void Answer::begin(std::size_t variable)
{
    const auto after = mib_.after(request_.names[variable]).value_or(mib_.size());
    variables_[variable] = {.at = after, .last = nullptr, .invented = 0};
}

bool Answer::put_next(std::size_t variable)
{
    auto& [at, last, invented] = variables_[variable];
    if (is_endless_) {
        const auto asked = oid_of(request_.names[variable]).value_or(Oid{});
        const auto& oid = last != nullptr ? last->oid : asked;
        if (const auto* const end = ended_column(oid, at)) {
            // A name may end with its column.
            const auto place = end->oid.size() - 1;
            const auto asked_row = oid.size() > place ? oid[place] : 0;
            const auto before = std::max({asked_row, end->oid.back(), invented});
            invented = before + (before < most_rows ? 1 : 0);
            is_any_left_ = true;
            return put_invented(*end, invented);
        }
    }
    at = next_visible(at);
    if (at >= mib_.size()) {
        if (last == nullptr) return put_asked(request_.names[variable], tag::end_of_mib_view);
        Value end;
        end.set_empty(tag::end_of_mib_view);
        return put_varbind(last->name, end);
    }
    if (!put_object(mib_[at])) return false;
    last = &mib_[at];
    ++at;
    is_any_left_ = true;
    return true;
}

void Answer::get_bulk()
{
    const auto limited = [&](std::int32_t number) {
        return static_cast<std::size_t>(std::max(0, number));
    };
    const auto single = std::min(limited(request_.non_repeaters), request_.count);
    for (std::size_t i = 0; i < request_.count; ++i) {
        begin(i);
    }
    for (std::size_t i = 0; i < single; ++i) {
        if (!put_next(i)) return fail_if_nothing_fits();
    }
    if (single == request_.count) return;
    for (std::size_t round = 0; round < limited(request_.repetitions); ++round) {
        is_any_left_ = false;
        if (!put_round(single)) return fail_if_nothing_fits();
        if (!is_any_left_) return;
    }
}

bool Answer::put_round(std::size_t first)
{
    // Locals, since for all that the compiler knows a reply's octets may be written over members.
    const auto count = request_.count;
    const auto size = is_plain_ ? mib_.size() : 0;
    const auto* const objects = size > 0 ? &mib_[0] : nullptr;
    auto* const end = end_;
    auto* out = out_;
    std::uint64_t varbinds = 0;
    bool is_full = false;
    for (std::size_t i = first; i < count && !is_full; ++i) {
        auto& [at, last, invented] = variables_[i];
        if (at < size && objects[at].shown == Shown::always) {
            auto* const next = put_plain(objects[at], out, end);
            is_full = next == nullptr;
            if (is_full) break;
            out = next;
            last = objects + at++;
            ++varbinds;
            continue;
        }
        out_ = out;
        is_full = !put_next(i);
        out = out_;
    }
    out_ = out;
    device_.counts_.varbinds += varbinds;
    is_any_left_ = is_any_left_ || varbinds > 0;
    return !is_full;
}

void Answer::fail_if_nothing_fits()
{
    if (out_ == begin_) fail(too_big, 0);
}

void Answer::put_names()
{
    out_ = begin_;
    if (head_.error_status == too_big && !request_.is_v1) return;
    for (std::size_t i = 0; i < request_.count; ++i) {
        if (!put_asked(request_.names[i], tag::null)) return;
    }
}

Datagram Answer::finish()
{
    if (head_.has_varbinds) {
        for (std::size_t i = 0; i < told_count_; ++i)
            device_.model_.note(*told_[i].object, told_[i].number, now_);
    } else {
        put_names();
    }
    const auto list = static_cast<std::size_t>(out_ - begin_);
    const auto list_tlv = 1 + length_size(list) + list;
    const auto pdu = integer_size(head_.id) + integer_size(head_.error_status) +
                     integer_size(head_.error_index) + list_tlv;
    const auto pdu_tlv = 1 + length_size(pdu) + pdu;
    const auto name = head_.community.size();
    const auto message = 3 + 1 + length_size(name) + name + pdu_tlv;
    const auto whole = 1 + length_size(message) + message;

    auto* const start = out_ - whole;
    auto* at = put_head(start, tag::sequence, message);
    at = put_integer(at, request_.is_v1 ? 0 : 1);
    at = put_head(at, tag::octets, name);
    at = put(at, head_.community);
    at = put_head(at, tag::response, pdu);
    at = put_integer(at, head_.id);
    const auto id_end = static_cast<std::size_t>(at - start);
    at = put_integer(at, head_.error_status);
    at = put_integer(at, head_.error_index);
    put_head(at, tag::sequence, list);
    return {.bytes = {start, whole}, .id_end = id_end};
}

} // namespace hallmonitor::sim
