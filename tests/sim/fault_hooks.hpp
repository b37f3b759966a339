#pragma once
// The hooks of the table of faults: what each does, by the name under which the table has it.

#include "tests/sim/faults.hpp"

namespace hallmonitor::sim::hooks {

bool hide_wide(const Object& object, const FaultContext&);
bool hide_if_x(const Object& object, const FaultContext&);
bool hide_rows(const Object& object, const FaultContext& context);
bool hide_an_eighth(const Object& object, const FaultContext& context);
Instant last_refresh(const FaultContext& context);
Instant now_and_then_earlier(const FaultContext& context);
std::size_t loop(std::size_t index, bool is_next, const FaultContext& context);
std::size_t stay(std::size_t index, bool is_next, const FaultContext&);
std::size_t step_back(std::size_t index, bool is_next, const FaultContext& context);
std::size_t pick_neighbour(std::size_t index, bool is_next, const FaultContext& context);
void freeze_wide(const Object& object, Value& value, const FaultContext&);
void wrap_wide(const Object& object, Value& value, const FaultContext&);
void make_random(const Object& object, Value& value, const FaultContext& context);
void retype(const Object& object, Value& value, const FaultContext& context);
void freeze_uptime(const Object& object, Value& value, const FaultContext& context);
void enlarge(const Object& object, Value& value, const FaultContext& context);
void poison(const Object& object, Value& value, const FaultContext& context);
void blank(const Object& object, Value& value, const FaultContext&);
void repeat_name(const Object& object, Value& value, const FaultContext&);
void garble_speed(const Object& object, Value& value, const FaultContext& context);
void garble_status(const Object& object, Value& value, const FaultContext& context);
void freeze_boots(const Object& object, Value& value, const FaultContext& context);
void tear_holes(const Object&, Value& value, const FaultContext& context);
void nullify(const Object&, Value& value, const FaultContext&);
void begin_before_wrap_32(DeviceModel& model, Instant now, std::int64_t seconds);
void begin_before_wrap_64(DeviceModel& model, Instant now, std::int64_t seconds);
void begin_before_uptime_wrap(DeviceModel& model, Instant now, std::int64_t seconds);
void clear_counters(DeviceModel& model, Instant now, std::int64_t);
bool lose(const Request&, const FaultContext& context);
bool ignore_all(const Request&, const FaultContext&);
bool ignore_v2c(const Request& request, const FaultContext&);
bool ignore_bulk(const Request& request, const FaultContext&);
void refuse_large(ReplyHead& head, const Request& request, const FaultContext& context);
void refuse_all(ReplyHead& head, const Request&, const FaultContext&);
void change_id(ReplyHead& head, const Request&, const FaultContext&);
void change_community(ReplyHead& head, const Request&, const FaultContext&);
void cut(Datagram& datagram, const FaultContext& context);
void corrupt(Datagram& datagram, const FaultContext& context);
void repeat(Datagram& datagram, const FaultContext& context);
void hold(Datagram& datagram, const FaultContext& context);
void answer_late(Datagram& datagram, const FaultContext& context);
void scatter(Datagram& datagram, const FaultContext& context);
void lose_reply(Datagram& datagram, const FaultContext& context);
void lose_large(Datagram& datagram, const FaultContext& context);
void lie_about_length(Datagram& datagram, const FaultContext&);
void forge(Datagram& datagram, const FaultContext& context);
void move_address(Datagram& datagram, const FaultContext&);
void move_port(Datagram& datagram, const FaultContext&);

void freeze_engine_boots(UsmMisdeeds& misdeeds, const FaultContext& context);
void lie_about_size(UsmMisdeeds& misdeeds, const FaultContext& context);
void deny_engine(UsmMisdeeds& misdeeds, const FaultContext&);
void change_engine(UsmMisdeeds& misdeeds, const FaultContext&);
void deny_time(UsmMisdeeds& misdeeds, const FaultContext&);
void jump(UsmMisdeeds& misdeeds, const FaultContext&);
void sign_wrong(UsmMisdeeds& misdeeds, const FaultContext& context);
void sign_nothing(UsmMisdeeds& misdeeds, const FaultContext&);
void replay(UsmMisdeeds& misdeeds, const FaultContext& context);

} // namespace hallmonitor::sim::hooks
