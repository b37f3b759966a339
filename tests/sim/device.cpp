#include "tests/sim/device.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace hallmonitor::sim {
namespace {

constexpr std::int32_t too_big = 1;
constexpr std::int32_t no_such_name = 2;
constexpr std::int32_t read_only = 4;
constexpr std::int32_t not_writable = 17;

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
    std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
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

/// One request on its way to a reply. Varbinds are written behind a gap that the head, whose size
/// is known only then, fills from its end.
class Answer {
public:
    Answer(Device& device, const Request& request, Instant now, std::span<std::uint8_t> buffer)
        : device_(device), request_(request), now_(now), counted_at_(now), mib_(*device.mib_)
    {
        std::size_t limit = device.setup_.reply_limit;
        for (const auto& active : device.faults_) {
            const auto context = device_.context(active, now_);
            if (active.fault->counted_at != nullptr)
                counted_at_ = active.fault->counted_at(context);
            if (active.fault->is_large) limit = largest_reply;
            has_hidden_ = has_hidden_ || active.fault->hides != nullptr;
        }
        head_ = {.id = request.id, .community = request.community};
        begin_ = buffer.data() + head_size + device.setup_.community.size() + 8;
        out_ = begin_;
        end_ = begin_ + (limit - head_size - device.setup_.community.size());
    }

    std::span<std::uint8_t> run()
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

private:
    void fail(std::int32_t status, std::size_t index)
    {
        head_.error_status = status;
        head_.error_index = static_cast<std::int32_t>(index);
        head_.has_varbinds = false;
    }

    [[nodiscard]] bool is_visible(const Object& object) const
    {
        if (request_.is_v1) {
            const bool is_wide = object.live == Live::fixed ? object.value[0] == tag::counter64
                                                            : object.meaning == Meaning::counter64;
            if (is_wide) return false;
        }
        if (!has_hidden_) return true;
        return std::none_of(
            device_.faults_.begin(),
            device_.faults_.end(),
            [&](const auto& active) {
                return active.fault->hides != nullptr &&
                       active.fault->hides(object, device_.context(active, now_));
            }
        );
    }

    [[nodiscard]] std::size_t picked(std::size_t index, bool is_next) const
    {
        for (const auto& active : device_.faults_) {
            if (active.fault->picks == nullptr) continue;
            index = active.fault->picks(index, is_next, device_.context(active, now_));
        }
        return index;
    }

    /// The first visible object from `index` on.
    [[nodiscard]] std::size_t next_visible(std::size_t index) const
    {
        while (index < mib_.size() && !is_visible(mib_[index])) {
            ++index;
        }
        return index < mib_.size() && !device_.faults_.empty() ? picked(index, true) : index;
    }

    /// The buffer has room behind end_ for the fixed sizes that Name and Value copy.
    bool put_varbind(const Name& name, const Value& value)
    {
        const auto size = name.size() + value.size();
        if (size + 1 + length_size(size) > static_cast<std::size_t>(end_ - out_)) return false;
        out_ = value.put(name.put(put_head(out_, tag::sequence, size)));
        ++device_.counts_.varbinds;
        return true;
    }

    /// A name as it was asked, with an exception or NULL.
    bool put_asked(ByteView name, std::uint8_t exception)
    {
        const auto oid = oid_of(name);
        Value value;
        value.set_empty(exception);
        return put_varbind(Name{oid.value_or(Oid{0, 0})}, value);
    }

    bool put_object(const Object& object)
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
        return put_varbind(object.name, value);
    }

    /// noSuchInstance when the object has other instances, as far as one arc tells.
    [[nodiscard]] std::uint8_t missing(ByteView name) const
    {
        const auto oid = oid_of(name);
        const auto next = mib_.after(name);
        if (!oid || !next) return tag::no_such_object;
        const auto shares = [&](std::size_t index) {
            const auto& other = mib_[index].oid;
            return other.size() >= oid->size() &&
                   std::equal(oid->begin(), oid->end() - 1, other.begin());
        };
        const bool has_neighbour =
            (*next < mib_.size() && shares(*next)) || (*next > 0 && shares(*next - 1));
        return has_neighbour ? tag::no_such_instance : tag::no_such_object;
    }

    void get()
    {
        for (std::size_t i = 0; i < request_.count; ++i) {
            auto index = mib_.find(request_.names[i]);
            const bool is_there = index < mib_.size() && is_visible(mib_[index]);
            if (!is_there && request_.is_v1) return fail(no_such_name, i + 1);
            if (is_there && !device_.faults_.empty()) index = picked(index, false);
            const bool fits = is_there ? put_object(mib_[index])
                                       : put_asked(request_.names[i], missing(request_.names[i]));
            if (!fits) return fail(too_big, 0);
        }
    }

    void get_next()
    {
        for (std::size_t i = 0; i < request_.count; ++i) {
            const auto after = mib_.after(request_.names[i]);
            const auto index = next_visible(after.value_or(mib_.size()));
            const bool is_end = index >= mib_.size();
            if (is_end && request_.is_v1) return fail(no_such_name, i + 1);
            const bool fits = is_end ? put_asked(request_.names[i], tag::end_of_mib_view)
                                     : put_object(mib_[index]);
            if (!fits) return fail(too_big, 0);
        }
    }

    /// One variable of a GETBULK: its next object, or the end. False when the reply is full.
    bool put_next(std::size_t variable)
    {
        auto& at = at_[variable];
        at = next_visible(at);
        if (at >= mib_.size()) {
            if (last_[variable] == nullptr) {
                return put_asked(request_.names[variable], tag::end_of_mib_view);
            }
            Value end;
            end.set_empty(tag::end_of_mib_view);
            return put_varbind(last_[variable]->name, end);
        }
        if (!put_object(mib_[at])) return false;
        last_[variable] = &mib_[at];
        ++at;
        is_any_left_ = true;
        return true;
    }

    void get_bulk()
    {
        const auto limited = [&](std::int32_t number) {
            return static_cast<std::size_t>(std::max(0, number));
        };
        const auto single = std::min(limited(request_.non_repeaters), request_.count);
        for (std::size_t i = 0; i < request_.count; ++i) {
            at_[i] = mib_.after(request_.names[i]).value_or(mib_.size());
            last_[i] = nullptr;
        }
        for (std::size_t i = 0; i < single; ++i) {
            if (!put_next(i)) return fail_if_nothing_fits();
        }
        if (single == request_.count) return;
        for (std::size_t round = 0; round < limited(request_.repetitions); ++round) {
            is_any_left_ = false;
            for (std::size_t i = single; i < request_.count; ++i) {
                if (!put_next(i)) return fail_if_nothing_fits();
            }
            if (!is_any_left_) return;
        }
    }

    void fail_if_nothing_fits()
    {
        if (out_ == begin_) fail(too_big, 0);
    }

    /// An error repeats the request's names, but for tooBig in version 2c (RFC 3416, section 4.2).
    void put_names()
    {
        out_ = begin_;
        if (head_.error_status == too_big && !request_.is_v1) return;
        for (std::size_t i = 0; i < request_.count; ++i) {
            if (!put_asked(request_.names[i], tag::null)) return;
        }
    }

    std::span<std::uint8_t> finish()
    {
        if (!head_.has_varbinds) put_names();
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
        at = put_integer(at, head_.error_status);
        at = put_integer(at, head_.error_index);
        put_head(at, tag::sequence, list);
        return {start, whole};
    }

    Device& device_;
    const Request& request_;
    Instant now_;
    Instant counted_at_;
    const Mib& mib_;
    ReplyHead head_;
    bool has_hidden_{false};
    bool is_any_left_{false};
    std::uint8_t* begin_;
    std::uint8_t* out_;
    std::uint8_t* end_;
    std::array<std::size_t, Request::most_names> at_;
    std::array<const Object*, Request::most_names> last_;
};

Device::Device(DeviceSetup setup, std::shared_ptr<const Mib> mib)
    : setup_(std::move(setup)), mib_(std::move(mib)),
      model_(setup_.seed, setup_.number, setup_.ports),
      random_((setup_.seed + setup_.number) * 0x9E3779B97F4A7C15U | 1U)
{}

Datagram Device::answer(ByteView datagram, Instant now, std::span<std::uint8_t> buffer)
{
    Request request;
    ++counts_.requests;
    const bool is_ours = !model_.is_away(now) && parse_request(datagram, request) &&
                         std::equal(
                             request.community.begin(),
                             request.community.end(),
                             setup_.community.begin(),
                             setup_.community.end()
                         ) &&
                         !(request.is_v1 && request.type == tag::get_bulk);
    const bool is_dropped =
        !is_ours || std::any_of(faults_.begin(), faults_.end(), [&](const auto& active) {
            return active.fault->drops != nullptr &&
                   active.fault->drops(request, context(active, now));
        });
    if (is_dropped) {
        ++counts_.ignored;
        return {};
    }
    Datagram reply{.bytes = Answer{*this, request, now, buffer}.run()};
    for (const auto& active : faults_) {
        if (active.fault->datagram != nullptr) active.fault->datagram(reply, context(active, now));
    }
    ++counts_.replies;
    return reply;
}

void Device::set_fault(const Fault& fault, bool is_on, std::optional<std::int64_t> argument)
{
    std::erase_if(faults_, [&](const auto& active) { return active.fault == &fault; });
    if (is_on) faults_.push_back({&fault, argument.value_or(fault.argument)});
}

std::vector<std::string_view> Device::faults() const
{
    std::vector<std::string_view> names;
    for (const auto& active : faults_) {
        names.push_back(active.fault->name);
    }
    return names;
}

} // namespace hallmonitor::sim
