#include "collector/remote/outbox.hpp"

#include "common/check.hpp"

#include <algorithm>
#include <utility>

namespace hallmonitor::collector::remote {
namespace {

constexpr std::chrono::seconds longest_asked{300}; // by a receiver

std::size_t size_of(const Parcel& parcel)
{
    return sizeof(Parcel) + parcel.body.compressed.size() +
           parcel.completes.size() * sizeof(BatchName);
}

} // namespace

void Outbox::push(wire::Lane lane, Parcel parcel)
{
    bytes_ += size_of(parcel);
    line(lane).waiting.push_back(std::move(parcel));
    make_room();
}

void Outbox::make_room()
{
    Line& live = line(wire::Lane::live);
    Line& history = line(wire::Lane::history);
    while (bytes_ > most_bytes_) {
        Line& from = history.waiting.empty() ? live : history;
        if (from.waiting.empty()) return;
        bytes_ -= size_of(from.waiting.front());
        counts_.dropped += from.waiting.front().body.samples;
        from.waiting.pop_front();
    }
}

const RequestBody* Outbox::next(wire::Lane lane, MonoTime now)
{
    Line& from = line(lane);
    if (from.under_way || from.waiting.empty()) return nullptr;
    if (from.wait_until && now < *from.wait_until) return nullptr;
    from.under_way = std::move(from.waiting.front());
    from.waiting.pop_front();
    return &from.under_way->body;
}

std::optional<MonoTime> Outbox::wait_until(wire::Lane lane) const
{
    return line(lane).wait_until;
}

void Outbox::put_back(Line& line, Parcel parcel)
{
    bytes_ += size_of(parcel);
    line.waiting.push_front(std::move(parcel));
}

// False: it is in pieces enough.
bool Outbox::cut(Line& line, Parcel& parcel)
{
    if (parcel.cuts >= most_cuts) return false;
    auto pieces = halves(parcel.body);
    if (!pieces) return false;
    const unsigned cuts = parcel.cuts + 1;
    put_back(
        line,
        {.body = std::move(pieces->second),
         .since = parcel.since,
         .completes = std::move(parcel.completes),
         .cuts = cuts}
    );
    put_back(
        line,
        {.body = std::move(pieces->first), .since = parcel.since, .completes = {}, .cuts = cuts}
    );
    return true;
}

std::vector<BatchName> Outbox::answered(wire::Lane lane, const Answer& answer, MonoTime now)
{
    Line& from = line(lane);
    INVARIANT(from.under_way.has_value());
    Parcel parcel = std::move(*std::exchange(from.under_way, std::nullopt));
    bytes_ -= size_of(parcel);
    const Verdict verdict = judge(answer);
    if (verdict == Verdict::later) {
        ++counts_.failures;
        const std::chrono::milliseconds asked =
            std::min(answer.retry_after.value_or(std::chrono::seconds{0}), longest_asked);
        from.wait_until = now + std::max(asked, from.wait);
        from.wait = std::min(2 * from.wait, longest_wait);
        put_back(from, std::move(parcel));
        make_room();
        return {};
    }
    from.wait_until.reset();
    from.wait = first_wait;
    if (verdict == Verdict::accepted) {
        counts_.samples += parcel.body.samples;
        counts_.bytes += parcel.body.compressed.size();
        return std::move(parcel.completes);
    }
    if (cut(from, parcel)) return {};
    counts_.refused += parcel.body.samples;
    return std::move(parcel.completes);
}

bool Outbox::empty() const
{
    return std::all_of(lines_.begin(), lines_.end(), [](const Line& line) {
        return line.waiting.empty() && !line.under_way;
    });
}

std::optional<WallTime> Outbox::oldest() const
{
    std::optional<WallTime> oldest;
    const auto note = [&](const Parcel& parcel) {
        if (!oldest || parcel.since < *oldest) oldest = parcel.since;
    };
    for (const Line& line : lines_) {
        if (line.under_way) note(*line.under_way);
        if (!line.waiting.empty()) note(line.waiting.front());
    }
    return oldest;
}

} // namespace hallmonitor::collector::remote
