#pragma once
// One request on its way to a reply, for Device alone. Varbinds are written behind a gap that the
// head, whose size is known only then, fills from its end.

#include "tests/sim/device.hpp"

#include <array>

namespace hallmonitor::sim {

class Answer {
public:
    Answer(Device& device, const Request& request, Instant now, std::span<std::uint8_t> buffer);

    Datagram run();

private:
    void fail(std::int32_t status, std::size_t index);
    [[nodiscard]] bool is_visible(const Object& object) const;
    [[nodiscard]] std::size_t picked(std::size_t index, bool is_next) const;
    /// The first visible object from `index` on.
    [[nodiscard]] std::size_t next_visible(std::size_t index) const;
    /// The last object of the column in which `name` lies, when all its rows are before `next`
    /// and its table is one of those that never end; else null.
    [[nodiscard]] const Object* ended_column(const Oid& name, std::size_t next) const;

    /// `name`: its TLV.
    bool put_varbind(ByteView name, const Value& value);
    /// An object that no fault touches. Gives the end of what it put; null when the reply is full.
    std::uint8_t* put_plain(const Object& object, std::uint8_t* out, const std::uint8_t* end);
    /// A name as it was asked, with an exception or NULL.
    bool put_asked(ByteView name, std::uint8_t exception);
    std::uint8_t* put_long(const Object& object, std::uint8_t* out, const std::uint8_t* end);
    bool put_object(const Object& object)
    {
        const bool has_room = put_object(object, object.name);
        if (has_room) tell(object);
        return has_room;
    }
    bool put_object(const Object& object, ByteView name);
    /// The row of this index, which is like the last one of its column.
    bool put_invented(const Object& last, std::uint32_t row);
    /// noSuchInstance when the object has other instances; of a recording, as far as one arc tells.
    [[nodiscard]] std::uint8_t missing(ByteView name) const;

    /// What GET gives for a name. False when the reply is full, or with the error noSuchName.
    bool put_instance(ByteView name);
    void get();
    void get_next();
    void get_bulk();
    /// Places a variable behind its name.
    void begin(std::size_t variable);
    /// One variable: its next object, or the end. False when the reply is full.
    bool put_next(std::size_t variable);
    /// All variables from `first` on, once.
    bool put_round(std::size_t first);
    void fail_if_nothing_fits();
    /// For the oracle, once the reply is known: an error takes back what was put before it.
    void tell(const Object& object, std::uint64_t number)
    {
        told_[told_count_++] = {&object, number};
    }
    void tell(const Object& object)
    {
        if (!DeviceModel::is_noted(object)) return;
        tell(object, device_.model_.number(object, now_, counted_at_));
    }
    /// An error repeats the request's names, but for tooBig in version 2c (RFC 3416, section 4.2).
    void put_names();
    Datagram finish();

    /// Where a variable of a GETBULK stands.
    struct Variable {
        std::size_t at;         // the object that comes next
        const Object* last;     // the one put last
        std::uint32_t invented; // the row put last where the table has no more
    };
    struct Told {
        const Object* object;
        std::uint64_t number;
    };
    static constexpr std::size_t least_varbind = 8; // octets

    Device& device_;
    const Request& request_;
    Instant now_;
    Instant counted_at_;
    const Mib& mib_;
    ReplyHead head_;
    bool is_plain_; // version 2c, and no fault that looks at objects
    bool has_hidden_{false};
    bool is_endless_{false};
    bool is_any_left_{false};
    std::uint8_t* begin_;
    std::uint8_t* out_;
    std::uint8_t* end_;
    std::array<Variable, Request::most_names> variables_;
    std::size_t told_count_{0};
    std::array<Told, largest_reply / least_varbind> told_;
};

} // namespace hallmonitor::sim
