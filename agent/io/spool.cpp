#include "agent/io/spool.hpp"

#include "agent/io/spool_disk.hpp"
#include "agent/spool/journal.hpp"
#include "common/check.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <random>
#include <thread>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;

Task<Result<std::vector<std::byte>>> read_on_disk(SpoolDisk& disk, Seq seq)
{
    co_return disk.read(seq);
}

} // namespace

// Two halves. Members named disk_* belong to the disk thread, the others to the loop; each half
// posts to the other. Callbacks to the loop hold a weak pointer, since the spool may be gone by
// then.
struct Spool::State {
    State(const SpoolLimits& spool_limits, asio::any_io_executor executor)
        : limits(spool_limits), loop(std::move(executor)), journal(spool_limits.max_bytes),
          disk(spool_limits.directory), disk_timer(disk_context),
          disk_work(disk_context.get_executor())
    {}

    SpoolLimits limits;
    asio::any_io_executor loop;
    Journal journal;
    Epoch epoch;
    Seq next{1};
    Seq durable;
    std::function<void()> on_durable;
    SpoolDisk::Trouble trouble;
    std::shared_ptr<State*> alive = std::make_shared<State*>(this);

    asio::io_context disk_context{1};
    SpoolDisk disk;
    asio::steady_timer disk_timer;
    bool disk_timer_armed{false};
    asio::executor_work_guard<asio::io_context::executor_type> disk_work;
    std::thread disk_thread;

    void disk_append(SealedBatch batch);
    void disk_arm_timer();
    void disk_sync();
    void disk_report();
    void take_report(Seq now_durable, const SpoolDisk::Trouble& report);
    void remove(const std::vector<Seq>& firsts);
};

void Spool::State::disk_append(SealedBatch batch)
{
    disk.write(std::move(batch));
    if (!disk.trouble().text.empty()) disk_report();
    disk_arm_timer();
}

void Spool::State::disk_arm_timer()
{
    if (std::exchange(disk_timer_armed, true)) return;
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
    if (disk.has_unsynced()) disk_arm_timer();
}

void Spool::State::disk_report()
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
    if (report.lost_batches > trouble.lost_batches)
        journal.count_dropped(report.lost_batches - trouble.lost_batches);
    trouble = report;
    if (report.disk_full) remove(journal.take_oldest());
    if (now_durable <= durable) return;
    durable = now_durable;
    if (on_durable) on_durable();
}

void Spool::State::remove(const std::vector<Seq>& firsts)
{
    for (const Seq first : firsts)
        asio::post(disk_context, [this, first] { disk.remove(first); });
}

Spool::Spool(std::unique_ptr<State> state) : state_(std::move(state))
{}

Result<Spool::Opened> Spool::open(
    const SpoolLimits& limits, asio::any_io_executor loop, std::string& problem
)
{
    auto state = std::make_unique<State>(limits, std::move(loop));
    auto found = state->disk.open(problem);
    if (!found) return found.error();
    state->epoch = found->epoch;
    if (state->epoch.value == 0) {
        std::random_device random;
        state->epoch.value = (std::uint64_t{random()} << 32 | random()) | 1U;
    }
    state->next = hallmonitor::next(found->last);
    state->durable = found->last;
    for (const auto& [id, bytes] : found->batches)
        state->journal.add(id, bytes);
    state->disk_thread = std::thread{[context = &state->disk_context] { context->run(); }};
    return Opened{
        .spool = std::unique_ptr<Spool>{new Spool{std::move(state)}},
        .newest_segment = std::move(found->newest_segment),
        .damage = std::move(found->damage),
    };
}

Spool::~Spool()
{
    State& state = *state_;
    state.alive.reset();
    asio::post(state.disk_context, [&state] {
        state.disk_timer.cancel();
        state.disk.sync();
        state.disk_work.reset();
        state.disk_context.stop();
    });
    state.disk_thread.join();
}

Epoch Spool::epoch() const
{
    return state_->epoch;
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
    state.remove(state.journal.take_excess());
    asio::post(state.disk_context, [&state, moved = std::move(batch)]() mutable {
        state.disk_append(std::move(moved));
    });
}

bool Spool::segment_is_full() const
{
    return state_->journal.newest_bytes() >= state_->limits.segment_bytes;
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

SpoolStatus Spool::status() const
{
    const State& state = *state_;
    return {
        .bytes = state.journal.bytes(),
        .segments = state.journal.segments().size(),
        .dropped_batches = state.journal.dropped_batches(),
        .failed_writes = state.trouble.failed_writes,
        .last_problem = state.trouble.text,
    };
}

} // namespace hallmonitor::agent
