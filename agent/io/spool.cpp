#include "agent/io/spool.hpp"

#include "agent/io/posix_disk.hpp"
#include "agent/spool/journal.hpp"
#include "agent/spool/spool_disk.hpp"
#include "common/check.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <random>
#include <thread>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;

constexpr std::uint64_t small_segment_bytes = std::uint64_t{256} << 10;

Task<Result<std::vector<std::byte>>> read_on_disk(SpoolDisk& disk, Seq seq)
{
    co_return disk.read(seq);
}

} // namespace

// Two halves. Members named disk_* belong to the disk thread, the others to the loop; each half
// posts to the other. Callbacks to the loop hold a weak pointer, since the spool may be gone by
// then.
struct Spool::State {
    State(const SpoolLimits& spool_limits, asio::any_io_executor executor, Disk& folder)
        : limits(spool_limits), loop(std::move(executor)), journal(spool_limits.max_bytes),
          disk(folder), disk_timer(disk_context), disk_work(disk_context.get_executor())
    {}

    SpoolLimits limits;
    asio::any_io_executor loop;
    Journal journal;
    Epoch epoch;
    Seq next{1};
    Seq durable;
    std::function<void()> on_durable;
    SpoolDisk::Trouble trouble;  // as last reported
    std::uint64_t removals{0};   // asked of the disk
    std::optional<Seq> given_up; // segment of the batch that the queue had no room for
    std::shared_ptr<State*> alive = std::make_shared<State*>(this);

    std::atomic<std::size_t> queued_bytes{0}; // on their way to the disk thread

    std::unique_ptr<Disk> own_folder;
    asio::io_context disk_context{1};
    SpoolDisk disk;
    asio::steady_timer disk_timer;
    bool disk_timer_armed{false};
    bool disk_ending{false};
    asio::executor_work_guard<asio::io_context::executor_type> disk_work;
    std::thread disk_thread;

    void disk_append(SealedBatch batch);
    void disk_arm_timer();
    void disk_sync();
    void disk_remove(Seq first);
    void disk_end();
    void disk_report() const;
    bool has_room_for(const SealedBatch& batch);
    void take_report(Seq now_durable, const SpoolDisk::Trouble& report);
    void remove(const std::vector<Seq>& firsts);
};

void Spool::State::disk_append(SealedBatch batch)
{
    queued_bytes -= batch.bytes.size();
    disk.write(std::move(batch));
    if (!disk.trouble().text.empty()) disk_report();
    disk_arm_timer();
}

void Spool::State::disk_arm_timer()
{
    if (disk_ending || std::exchange(disk_timer_armed, true)) return;
    disk_timer.expires_after(limits.fsync_period);
    disk_timer.async_wait([this](const boost::system::error_code& error) {
        disk_timer_armed = false;
        if (!error) disk_sync();
    });
}

void Spool::State::disk_sync()
{
    disk.sync();
    disk_report();
    if (disk.has_pending()) disk_arm_timer();
}

void Spool::State::disk_remove(Seq first)
{
    disk.remove(first);
    disk_report();
}

void Spool::State::disk_end()
{
    disk_ending = true;
    disk_timer.cancel();
    disk.sync();
    disk_work.reset(); // what is queued is still done, then the thread ends
}

void Spool::State::disk_report() const
{
    asio::post(
        loop,
        [weak = std::weak_ptr{alive}, now_durable = disk.durable(), report = disk.trouble()] {
            if (const auto self = weak.lock()) (*self)->take_report(now_durable, report);
        }
    );
}

void Spool::State::take_report(Seq now_durable, const SpoolDisk::Trouble& report)
{
    journal.count_dropped(report.lost - trouble.lost);
    const bool is_full = report.disk_full > trouble.disk_full;
    trouble = report;
    // One segment at a time, and no other before the disk has tried again with the room that it
    // got.
    if (is_full && report.removals == removals) remove(journal.take_oldest());
    if (now_durable <= durable) return;
    durable = now_durable;
    if (on_durable) on_durable();
}

void Spool::State::remove(const std::vector<Seq>& firsts)
{
    for (const Seq first : firsts) {
        ++removals;
        asio::post(disk_context, [this, first] { disk_remove(first); });
    }
}

// A disk that hangs must not fill the memory. What is lost takes the rest of its segment along.
bool Spool::State::has_room_for(const SealedBatch& batch)
{
    const bool is_full = queued_bytes + batch.bytes.size() > SpoolDisk::most_pending_bytes;
    if (!is_full && given_up != batch.id.segment) return true;
    given_up = batch.id.segment;
    journal.count_dropped(1);
    return false;
}

Spool::Spool(std::unique_ptr<State> state) : state_(std::move(state))
{}

Result<Spool::Opened> Spool::open(
    const SpoolLimits& limits, asio::any_io_executor loop, std::string& problem
)
{
    auto folder = std::make_unique<PosixDisk>(limits.directory);
    auto opened = open(limits, std::move(loop), problem, *folder);
    if (opened) opened->spool->state_->own_folder = std::move(folder);
    return opened;
}

Result<Spool::Opened> Spool::open(
    const SpoolLimits& limits, asio::any_io_executor loop, std::string& problem, Disk& disk
)
{
    auto state = std::make_unique<State>(limits, std::move(loop), disk);
    auto found = state->disk.open(problem);
    if (!found) return found.error();
    std::random_device random;
    state->epoch.value = std::uint64_t{random()} << 32 | random();
    state->next = found->next;
    state->durable = state->disk.durable();
    for (const auto& file : found->files)
        state->journal.add(file.last, file.bytes);
    state->remove(state->journal.take_excess());
    state->disk_thread = std::thread{[context = &state->disk_context] { context->run(); }};
    Opened opened;
    opened.spool.reset(new Spool{std::move(state)});
    opened.newest_segment = std::move(found->newest_segment);
    opened.damage = std::move(found->damage);
    return opened;
}

Spool::~Spool()
try {
    State& state = *state_;
    state.alive.reset();
    asio::post(state.disk_context, [&state] { state.disk_end(); });
    state.disk_thread.join();
} catch (const std::exception&) {
    std::terminate(); // no memory to say goodbye with; what was fsynced is safe
}

Epoch Spool::epoch() const
{
    return state_->epoch;
}

std::vector<Epoch> Spool::older_epochs() const
{
    std::vector<Epoch> older;
    for (const SegmentInfo& segment : state_->journal.segments()) {
        const bool is_known = !older.empty() && older.back() == segment.epoch;
        if (segment.epoch != state_->epoch && !is_known) older.push_back(segment.epoch);
    }
    return older;
}

Seq Spool::next_seq() const
{
    return state_->next;
}

void Spool::append(SealedBatch batch)
{
    State& state = *state_;
    INVARIANT(batch.id.seq == state.next && batch.id.epoch == state.epoch);
    state.next = hallmonitor::next(state.next);
    state.journal.add(batch.id, record_head_bytes + batch.bytes.size());
    if (!state.has_room_for(batch)) return;
    state.remove(state.journal.take_excess());
    state.queued_bytes += batch.bytes.size();
    asio::post(state.disk_context, [&state, moved = std::move(batch)]() mutable {
        state.disk_append(std::move(moved));
    });
}

void Spool::hurry()
{
    State& state = *state_;
    asio::post(state.disk_context, [&state] {
        if (state.disk.has_pending()) state.disk_sync();
    });
}

bool Spool::segment_is_full(bool is_worthwhile) const
{
    const State& state = *state_;
    const std::uint64_t bytes = state.journal.newest_bytes();
    const std::uint64_t most = std::max(state.limits.segment_bytes, state.limits.max_bytes / 8);
    if (bytes >= (is_worthwhile ? state.limits.segment_bytes : most)) return true;
    const std::vector<SegmentInfo> segments = state.journal.segments();
    if (segments.empty()) return false;
    const SegmentInfo& newest = segments.back();
    if (state.given_up == newest.first) return true;
    if (state.trouble.text.empty()) return false;
    // While the disk refuses, segments are what is dropped: small ones, and never the only one.
    const bool is_alone = segments.size() == 1 && newest.first <= state.durable;
    return bytes >= small_segment_bytes || is_alone;
}

Seq Spool::durable() const
{
    return state_->durable;
}

void Spool::on_durable(std::function<void()> callback)
{
    state_->on_durable = std::move(callback);
}

Task<Result<std::vector<std::byte>>> Spool::read(Seq seq)
{
    auto executor = state_->disk_context.get_executor();
    auto work = read_on_disk(state_->disk, seq);
    auto token = asio::use_awaitable;
    co_return co_await asio::co_spawn(executor, std::move(work), token);
}

std::vector<SegmentInfo> Spool::segments() const
{
    return state_->journal.segments();
}

void Spool::acknowledge(const RangeSet& applied)
{
    state_->remove(state_->journal.take_settled(applied));
}

void Spool::abandon()
{
    state_->remove(state_->journal.take_all());
}

asio::any_io_executor Spool::disk() const
{
    return state_->disk_context.get_executor();
}

SpoolStatus Spool::status() const
{
    const State& state = *state_;
    return {
        .bytes = state.journal.bytes(),
        .segments = state.journal.segments().size(),
        .dropped_batches = state.journal.dropped_batches(),
        .failed_writes = state.trouble.failed,
        .last_problem = state.trouble.text,
    };
}

} // namespace hallmonitor::agent
