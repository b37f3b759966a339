#include "tests/sim/world/oracle.hpp"

#include "agent/spool/crc32c.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace hallmonitor::world {
namespace {

using namespace std::chrono_literals;

constexpr WallTime year_2020{std::chrono::seconds{1'577'836'800}};

std::uint32_t crc_of(std::span<const std::byte> bytes)
{
    agent::Crc32c crc;
    crc.add(bytes);
    return crc.value();
}

std::string text(Seq seq)
{
    return std::to_string(seq.value);
}

// The number in sw-7.
std::optional<std::size_t> device_of(const std::string& name)
{
    if (!name.starts_with("sw-")) return std::nullopt;
    return std::stoul(name.substr(3));
}

} // namespace

void Oracle::add(School school)
{
    SchoolBooks lives{.agent = school.agent, .site = school.site, .device = {}, .ports = {}};
    lives.device.resize(school.site->size());
    lives.ports.resize(school.site->size());
    lives_.push_back(std::move(lives));
    known_.emplace_back().school = std::move(school);
}

void Oracle::complain(const std::string& what)
{
    constexpr std::size_t enough = 20;
    if (complaints_.size() >= enough) return;
    const auto seconds = static_cast<double>(events_.now().count()) / 1e6;
    complaints_.push_back("at " + std::to_string(seconds) + " s: " + what);
}

std::size_t Oracle::find(const AgentId& agent) const
{
    std::size_t who = 0;
    while (!(known_.at(who).school.agent == agent))
        ++who;
    return who;
}

void Oracle::began(std::size_t who, Epoch epoch)
{
    Known& known = known_[who];
    known.epoch = epoch;
    known.decoder = BatchDecoder{};
    known.durable = {};
    known.sealed = {};
}

void Oracle::sealed(std::size_t who, const SealedBatch& batch)
{
    Known& known = known_[who];
    ++counts_.sealed;
    // A number means a batch together with its epoch. Of a former life's it may be used again once
    // nothing of that can come any more.
    const auto other = known.waiting.find(batch.id.seq);
    const bool may_come = other != known.waiting.end() && other->second.second.is_durable &&
                          !other->second.second.may_be_lost;
    if (batch.id.epoch != known.epoch || batch.id.seq <= known.sealed || may_come)
        complain("number " + text(batch.id.seq) + " is used for a second batch");
    known.sealed = batch.id.seq;
    const auto decoded = known.decoder.decode(batch.bytes);
    if (!decoded) return complain("batch " + text(batch.id.seq) + " cannot be decoded");
    Batch facts{
        .segment = batch.id.segment,
        .boot = decoded->boot,
        .sealed = decoded->sealed_at.wall,
        .sealed_at = known.school.true_time(decoded->boot, decoded->sealed_at.mono),
        .bytes = batch.bytes.size(),
        .crc = crc_of(batch.bytes),
        .steps = {},
        .may_be_lost = known.damaged.contains(batch.id.segment),
    };
    note_clock(known, batch.id.segment, facts);
    known.newest_segment = batch.id.segment;
    for (const hallmonitor::Step& step : decoded->steps)
        if (step.table && step.later && device_of(step.table->device))
            facts.steps.push_back(step_of(known, step));
    // Over one that was never durable, of a life that a power cut has ended.
    known.waiting[batch.id.seq] = {batch.id.epoch, std::move(facts)};
}

void Oracle::note_clock(Known& known, Seq segment, const Batch& facts)
{
    constexpr Instant slack = 1s;
    const Instant offset = facts.sealed.since_epoch - facts.sealed_at;
    const bool was_set = std::chrono::abs(offset - known.clock_offset) > slack;
    if (was_set && known.newest_segment > Seq{}) {
        known.reset.insert(segment);
        known.reset.insert(known.newest_segment);
    }
    known.clock_offset = offset;
}

Oracle::Step Oracle::step_of(const Known& known, const hallmonitor::Step& step)
{
    const TableDefinition& table = *step.table;
    const auto true_time = [&](const PlacedReading& placed) {
        return known.school.true_time(placed.boot, placed.reading.taken_at);
    };
    Step out{
        .kind = table.kind,
        .device = device_of(table.device).value(),
        .seen = {.at = true_time(*step.later), .wall = step.later->wall},
        .start = step.later->wall,
        .amounts = {},
    };
    if (!step.earlier) return out;
    const Instant before = true_time(*step.earlier);
    out.is_one_boot = step.earlier->boot == step.later->boot;
    out.start =
        out.is_one_boot
            ? step.later->wall - std::chrono::floor<std::chrono::milliseconds>(out.seen.at - before)
            : step.earlier->wall;
    out.seen.from = before;
    out.seen.from_wall = out.start;
    const Site& site = *known.school.site;
    if (table.kind == TableKind::interface &&
        site.life_at(out.device, before) == site.life_at(out.device, out.seen.at))
        out.amounts = amounts_of(step, out.seen.at - before);
    return out;
}

void Oracle::durable(std::size_t who, Seq seq)
{
    Known& known = known_[who];
    for (auto at = known.waiting.upper_bound(known.durable); at != known.waiting.end(); ++at) {
        if (at->first > seq) break;
        if (at->second.first == known.epoch) at->second.second.is_durable = true;
    }
    known.durable = std::max(known.durable, seq);
}

void Oracle::sent(std::size_t who, Seq seq, const std::vector<std::byte>& bytes)
{
    Known& known = known_[who];
    const auto found = known.waiting.find(seq);
    if (found == known.waiting.end()) return; // again, for the decoder's sake
    Batch& batch = found->second.second;
    batch.was_sent = true;
    if (batch.is_thinned) return;
    if (batch.bytes != bytes.size() || batch.crc != crc_of(bytes))
        complain("batch " + text(seq) + " is sent as another one than was sealed");
}

void Oracle::dropped(std::size_t who, Seq segment)
{
    for (auto& [seq, batch] : known_[who].waiting)
        if (batch.second.segment == segment) batch.second.may_be_lost = true;
}

void Oracle::thinned(std::size_t who, Seq segment)
{
    ++counts_.thinned;
    for (auto& [seq, batch] : known_[who].waiting) {
        if (batch.second.segment != segment) continue;
        batch.second.is_thinned = true;
        if (known_[who].in_books[batch.first].contains(segment))
            complain("segment " + text(segment) + " is thinned, and the books have some of it");
        if (batch.second.was_sent) complain("batch " + text(seq) + " is thinned, and was sent");
    }
}

void Oracle::damaged(std::size_t who, Seq first_of_file)
{
    Known& known = known_[who];
    const auto first = known.waiting.lower_bound(first_of_file);
    const Seq segment =
        first == known.waiting.end() ? known.newest_segment : first->second.second.segment;
    if (segment > first_of_file) return; // all of it is in the books
    dropped(who, segment);
    known.damaged.insert(segment); // and what will be
}

void Oracle::abandoned(std::size_t who)
{
    for (auto& [seq, batch] : known_[who].waiting)
        batch.second.may_be_lost = true;
}

void Oracle::applied(const AgentId& agent, const BatchId& batch, std::uint64_t boot, WallTime now)
{
    pending_.push_back(
        {.who = find(agent), .batch = batch, .boot = boot, .received = now, .at = events_.now()}
    );
}

void Oracle::committed()
{
    for (std::size_t i = 0; i < taken_; ++i)
        enter(pending_[i]);
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
}

void Oracle::collector_died()
{
    pending_.clear();
    taken_ = 0;
}

// Where the agent's clock is out of its senses the collector's dates what is of the boot that the
// agent says hello from (docs/architecture.md, "Evidence").
bool Oracle::is_dated_anew(const Batch& batch, const Applied& applied)
{
    const auto age = std::chrono::floor<std::chrono::milliseconds>(applied.at - batch.sealed_at);
    const bool is_sane = batch.sealed >= year_2020 && batch.sealed <= applied.received - age + 1h;
    return !is_sane && batch.boot == applied.boot;
}

// Nothing else is counted.
bool Oracle::is_counted(const Step& step, const Batch& batch, const Applied& applied)
{
    if (is_dated_anew(batch, applied)) return step.is_one_boot || step.start >= year_2020;
    return step.start >= year_2020 && step.seen.wall <= applied.received + 1h;
}

// Two boots have their wall clocks alone in common. Where those say that more time passed than
// did, a device whose uptime fits may have restarted in it, for all that a collector can know.
bool Oracle::is_doubtful(const Step& step, const Batch& batch, const Applied& applied)
{
    using std::chrono::milliseconds;
    constexpr milliseconds slack = 30s;
    if (step.is_one_boot) return false;
    const auto age = std::chrono::floor<milliseconds>(applied.at - step.seen.at);
    const WallTime end = is_dated_anew(batch, applied) ? applied.received - age : step.seen.wall;
    return end - step.start >
           std::chrono::floor<milliseconds>(step.seen.at - step.seen.from) + slack;
}

// What was left out of a thinned segment counts with what was read after it.
void Oracle::expect(
    const Known& known, const Step& step, const Batch& batch, const Applied& applied
)
{
    const bool is_with_others = batch.is_thinned && known.reset.contains(batch.segment);
    const bool counts = is_counted(step, batch, applied);
    if (!counts && !is_with_others) return;
    const bool is_certain = counts && !is_with_others && !is_doubtful(step, batch, applied);
    for (const Amount& amount : step.amounts) {
        Expected& sum = expected_[{known.school.agent.site, Site::name(step.device), amount.port}];
        for (std::size_t slot = 0; slot < amount.octets.size(); ++slot) {
            if (is_certain && !amount.may_hide_a_wrap) sum.least.at(slot) += amount.octets.at(slot);
            sum.most.at(slot) += amount.octets.at(slot);
        }
    }
}

void Oracle::enter(const Applied& applied)
{
    Known& known = known_[applied.who];
    const BatchId& id = applied.batch;
    RangeSet& in_books = known.in_books[id.epoch];
    if (in_books.contains(id.seq)) return complain("batch " + text(id.seq) + " is applied twice");
    in_books.add(id.seq);
    ++counts_.applied;
    const auto found = known.waiting.find(id.seq);
    if (found == known.waiting.end() || found->second.first != id.epoch)
        return complain("batch " + text(id.seq) + " was applied, but never sealed");
    SchoolBooks& lives = lives_[applied.who];
    const Batch& batch = found->second.second;
    for (const Step& step : batch.steps) {
        auto& sights = step.kind == TableKind::device ? lives.device : lives.ports;
        if (step.kind != TableKind::facts) sights.at(step.device).push_back(step.seen);
        expect(known, step, batch, applied);
    }
    known.waiting.erase(found);
}

void Oracle::acknowledged(const AgentId& agent, Epoch epoch, const RangeSet& applied)
{
    Known& known = known_[find(agent)];
    for (const SeqRange& range : applied.ranges())
        if (!known.in_books[epoch].contains(range))
            return complain(
                "batches " + text(range.first) + " to " + text(range.last) +
                " are acknowledged, but not all of them are in the books"
            );
}

void Oracle::rejected(const AgentId& agent, Seq seq, const std::string& reason)
{
    const auto& waiting = known_[find(agent)].waiting;
    const auto found = waiting.find(seq);
    if (found != waiting.end() && !found->second.second.may_be_lost)
        complain("batch " + text(seq) + " of " + agent.site + " is rejected: " + reason);
}

void Oracle::fenced(const AgentId& agent)
{
    complain("the agent of " + agent.site + " is fenced, though it is alone");
}

std::size_t Oracle::waiting() const
{
    std::size_t count = 0;
    for (const Known& known : known_)
        for (const auto& [seq, batch] : known.waiting)
            if (batch.second.is_durable && !batch.second.may_be_lost) ++count;
    return count;
}

void Oracle::check_books(const collector::ledger_test::MemoryDb& books)
{
    for (const Known& known : known_) {
        for (const auto& [seq, batch] : known.waiting) {
            if (!batch.second.is_durable) continue;
            ++counts_.lost;
            if (!batch.second.may_be_lost)
                complain(
                    "batch " + text(seq) + " of " + known.school.agent.site +
                    " was durable and never reached the books"
                );
        }
    }
    std::map<std::tuple<std::string, std::string, std::string>, Octets> counted;
    for (const auto& [place, sums] : books.rollups()) {
        const auto& [table, component, hour] = place;
        Octets& sum = counted[{table.site, table.device, component}];
        sum[0] += sums[collector::counter_slot(Metric::if_in_octets)];
        sum[1] += sums[collector::counter_slot(Metric::if_out_octets)];
    }
    for (const auto& [port, amounts] : expected_) {
        const Octets found = counted[port];
        const bool is_right = found[0] >= amounts.least[0] && found[0] <= amounts.most[0] &&
                              found[1] >= amounts.least[1] && found[1] <= amounts.most[1];
        if (is_right) continue;
        const auto& [site, device, name] = port;
        const auto told = [&amounts = amounts](std::size_t slot) {
            const std::string least = std::to_string(amounts.least.at(slot));
            const std::string most = std::to_string(amounts.most.at(slot));
            return least == most ? least : least + " to " + most;
        };
        std::ostringstream text;
        text << site << ' ' << device << ' ' << name << " counts " << found[0] << " and "
             << found[1] << " octets, and should " << told(0) << " and " << told(1);
        complain(text.str());
    }
}

} // namespace hallmonitor::world
