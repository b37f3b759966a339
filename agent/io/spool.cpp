#include "agent/io/spool.hpp"

#include "agent/io/posix_disk.hpp"
#include "agent/spool/spool_disk.hpp"
#include "agent/spool/spool_front.hpp"
#include "agent/spool/thinning.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <exception>
#include <optional>
#include <random>
#include <thread>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;

Task<Result<std::vector<std::byte>>> read_on_disk(SpoolDisk& disk, Seq seq)
{
    co_return disk.read_to_send(seq);
}

} // namespace

// Two halves. Members named disk_* belong to the disk thread, the others to the loop; each half
// posts to the other. Callbacks to the loop hold a weak pointer, since the spool may be gone by
// then.
struct Spool::State {
    State(SpoolLimits spool_limits, asio::any_io_executor executor, Disk& folder)
        : limits(std::move(spool_limits)), loop(std::move(executor)), disk(folder),
          disk_timer(disk_context), disk_work(disk_context.get_executor())
    {}

    SpoolLimits limits;
    asio::any_io_executor loop;
    std::optional<SpoolFront> front; // once the disk was read
    std::function<void()> on_durable;
    std::function<void(const std::vector<std::string>&)> on_found;
    std::shared_ptr<State*> alive = std::make_shared<State*>(this);
    const std::weak_ptr<State*> handle{alive}; // copied on both threads, while one ends `alive`

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
    void disk_thin(const Journal::Thinning& order);
    void disk_end();
    void disk_report() const;
    void disk_reread();
    void take_report(Seq durable, const SpoolDisk::Trouble& trouble);
    void take_found(const SpoolDisk::Found& found);
    void relieve(const SpoolFront::Relief& relief);
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
    disk_reread();
    if (disk.has_pending()) disk_arm_timer();
}

void Spool::State::disk_reread()
{
    auto found = disk.reread();
    if (found.files.empty() && found.damage.empty()) return;
    asio::post(loop, [weak = handle, found = std::move(found)] {
        if (const auto self = weak.lock()) (*self)->take_found(found);
    });
}

void Spool::State::take_found(const SpoolDisk::Found& found)
{
    relieve(front->take_found(found));
    if (on_found) on_found(found.damage);
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
    asio::post(loop, [weak = handle, durable = disk.durable(), trouble = disk.trouble()] {
        if (const auto self = weak.lock()) (*self)->take_report(durable, trouble);
    });
}

void Spool::State::take_report(Seq durable, const SpoolDisk::Trouble& trouble)
{
    const SpoolFront::News news = front->take_report(durable, trouble);
    relieve(news.relief);
    if (news.is_durable && on_durable) on_durable();
}

void Spool::State::relieve(const SpoolFront::Relief& relief)
{
    for (const Seq first : relief.remove)
        asio::post(disk_context, [this, first] { disk_remove(first); });
    if (relief.thin) asio::post(disk_context, [this, order = *relief.thin] { disk_thin(order); });
}

void Spool::State::disk_thin(const Journal::Thinning& order)
{
    asio::post(loop, [weak = handle, done = disk.thin(order.segment, spacing_of(order.to))] {
        if (const auto self = weak.lock()) (*self)->relieve((*self)->front->take_thinned(done));
    });
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
    const Epoch epoch{std::uint64_t{random()} << 32 | random()};
    const SpoolSizes sizes{.max_bytes = limits.max_bytes, .segment_bytes = limits.segment_bytes};
    state->relieve(state->front.emplace(epoch, sizes, *found).trim());
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
    return state_->front->epoch();
}

std::vector<wire::OlderEpoch> Spool::older_epochs() const
{
    return state_->front->older_epochs();
}

Seq Spool::next_seq() const
{
    return state_->front->next_seq();
}

void Spool::append(SealedBatch batch)
{
    State& state = *state_;
    const SpoolFront::Orders orders = state.front->append(batch, state.queued_bytes);
    state.relieve(orders.relief);
    if (!orders.write) return;
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
    return state_->front->segment_is_full(is_worthwhile);
}

Seq Spool::durable() const
{
    return state_->front->durable();
}

void Spool::on_durable(std::function<void()> callback)
{
    state_->on_durable = std::move(callback);
}

void Spool::on_found(std::function<void(const std::vector<std::string>&)> callback)
{
    state_->on_found = std::move(callback);
}

Task<Result<std::vector<std::byte>>> Spool::read(Seq seq)
{
    state_->front->mark_sent(seq);
    auto executor = state_->disk_context.get_executor();
    auto work = read_on_disk(state_->disk, seq);
    auto token = asio::use_awaitable;
    co_return co_await asio::co_spawn(executor, std::move(work), token);
}

std::vector<SegmentInfo> Spool::segments() const
{
    return state_->front->segments();
}

void Spool::acknowledge(const RangeSet& applied)
{
    state_->relieve(state_->front->acknowledge(applied));
}

void Spool::abandon()
{
    state_->relieve(state_->front->abandon());
}

asio::any_io_executor Spool::disk() const
{
    return state_->disk_context.get_executor();
}

SpoolStatus Spool::status() const
{
    return state_->front->status();
}

} // namespace hallmonitor::agent
