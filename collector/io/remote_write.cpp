#include "collector/io/remote_write.hpp"

#include "collector/io/remote_http.hpp"
#include "collector/remote/sampler.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"
#include "common/io/supervise.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <functional>
#include <iterator>
#include <limits>
#include <thread>
#include <utility>

namespace hallmonitor::collector {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using remote::Answer;
using remote::Verdict;
using wire::Lane;

constexpr auto flush_period = 1s;
constexpr auto farewell = 5s;
constexpr auto told_again = 1h; // of what goes on

std::size_t cells_of(const std::vector<Step>& steps)
{
    std::size_t cells = 0;
    for (const Step& step : steps)
        if (step.later) cells += step.later->reading.cells.size();
    return cells;
}

// Where agents keep what has no room, nothing is dropped here: less is taken.
std::size_t limit_of(const RemoteWriteConfig& config)
{
    return config.keeps() ? std::numeric_limits<std::size_t>::max() : config.queue_bytes;
}

const char* name_of(Lane lane)
{
    return lane == Lane::live ? "live" : "history";
}

} // namespace

// Everything here runs on its own loop.
struct RemoteWrite::Worker {
    struct Offer {
        remote::BatchName name;
        StepOrigin origin;
        std::vector<Step> steps;
        std::size_t cells{0};
    };
    // One of the two lanes.
    struct LaneState {
        explicit LaneState(const asio::any_io_executor& loop) : wake(loop) {}
        asio::steady_timer wake;
        remote::RequestWriter writer;
        std::vector<remote::BatchName> completes; // batches in `writer`
        WallTime since;                           // of the first of them
        Verdict verdict{Verdict::accepted};       // as told last
        unsigned status{0};
        MonoTime told_at;
        std::string problem; // empty: none
    };
    using Publish = std::function<void(News)>;

    Worker(const RemoteWriteConfig& with, Publish publish_news)
        : config(with), publish(std::move(publish_news)), sampler(with.leave_out),
          outbox(limit_of(with)), lanes{
                                      LaneState{loop.get_executor()},
                                      LaneState{loop.get_executor()}}
    {}

    LaneState& state(Lane lane) { return lanes.at(lane == Lane::live ? 0 : 1); }
    void run();
    void take(const Offer& offer);
    void flush(Lane lane);
    void add_done(std::vector<remote::BatchName> names);
    void tell();
    void note(Lane lane, const Answer& answer);
    Task<void> send(Lane lane);
    Task<void> tick();
    Task<void> finish();

    RemoteWriteConfig config;
    Publish publish;
    asio::io_context loop{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
    remote::Sampler sampler;
    remote::Outbox outbox;
    std::array<LaneState, 2> lanes;
    std::size_t cells_done{0};           // not told yet
    std::vector<remote::BatchName> done; // the same
    std::thread thread;
};

void RemoteWrite::Worker::run()
{
    try {
        for (const Lane lane : {Lane::live, Lane::history})
            supervise(loop.get_executor(), "remote_write", send(lane), end_daemon);
        supervise(loop.get_executor(), "remote_write_tick", tick(), end_daemon);
        loop.run();
    } catch (const std::exception& error) {
        // Nobody would notice that samples are missing: end it all.
        log::error("remote_write_failed", {{"reason", error.what()}});
        std::raise(SIGTERM);
    }
}

void RemoteWrite::Worker::take(const Offer& offer)
{
    const Lane lane = offer.origin.lane;
    LaneState& to = state(lane);
    if (to.completes.empty()) to.since = offer.origin.received.value_or(WallTime{});
    for (const Step& step : offer.steps)
        sampler.add(offer.name.agent, offer.origin, step, to.writer);
    to.completes.push_back(offer.name);
    cells_done += offer.cells;
    if (to.writer.has_full()) flush(lane);
}

void RemoteWrite::Worker::flush(Lane lane)
{
    LaneState& from = state(lane);
    auto bodies = from.writer.take();
    if (bodies.empty()) {
        add_done(std::exchange(from.completes, {})); // they had no samples
        return;
    }
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        remote::Parcel parcel{.body = std::move(bodies[i]), .since = from.since, .completes = {}};
        if (i + 1 == bodies.size()) parcel.completes = std::exchange(from.completes, {});
        outbox.push(lane, std::move(parcel));
    }
    from.wake.cancel();
}

void RemoteWrite::Worker::add_done(std::vector<remote::BatchName> names)
{
    std::move(names.begin(), names.end(), std::back_inserter(done));
}

void RemoteWrite::Worker::tell()
{
    publish({
        .cells_done = std::exchange(cells_done, 0),
        .done = std::exchange(done, {}),
        .counts = outbox.counts(),
        .queue_bytes = outbox.bytes(),
        .oldest = outbox.oldest(),
        .problem = lanes[0].problem.empty() ? lanes[1].problem : lanes[0].problem,
    });
}

Task<void> RemoteWrite::Worker::tick()
{
    for (;;) {
        const bool slept = co_await sleep_for(flush_period);
        if (!slept) co_return;
        flush(Lane::live);
        flush(Lane::history);
        tell();
    }
}

Task<void> RemoteWrite::Worker::send(Lane lane)
{
    RemoteHttp http{loop.get_executor(), config};
    LaneState& from = state(lane);
    for (;;) {
        const remote::RequestBody* body = outbox.next(lane, mono_now());
        if (body == nullptr) {
            const auto until = outbox.wait_until(lane);
            const auto wait = until ? *until - mono_now() : std::chrono::microseconds{1h};
            from.wake.expires_after(std::max<std::chrono::microseconds>(wait, 1ms));
            static_cast<void>(co_await from.wake.async_wait(as_result));
            continue;
        }
        auto posting = http.post(body->compressed);
        const Answer answer = co_await std::move(posting);
        add_done(outbox.answered(lane, answer, mono_now()));
        note(lane, answer);
        tell();
    }
}

// Trouble is told when it begins and when it ends; what is refused, which good answers surround, at
// most once an hour.
void RemoteWrite::Worker::note(Lane lane, const Answer& answer)
{
    LaneState& about = state(lane);
    const Verdict verdict = remote::judge(answer);
    const MonoTime now = mono_now();
    if (verdict == Verdict::accepted) {
        const bool was_waiting = about.verdict == Verdict::later;
        if (was_waiting) log::info("remote_write_goes_on", {{"lane", name_of(lane)}});
        if (was_waiting) about.verdict = Verdict::accepted;
        if (was_waiting || now - about.told_at > told_again) about.problem.clear();
        return;
    }
    about.problem = remote::explain(answer);
    const bool is_known = about.verdict == verdict && about.status == answer.status;
    if (is_known && now - about.told_at < told_again) return;
    about.verdict = verdict;
    about.status = answer.status;
    about.told_at = now;
    const char* const event =
        verdict == Verdict::later ? "remote_write_waits" : "remote_write_refused";
    log::error(event, {{"lane", name_of(lane)}, {"reason", about.problem}});
}

Task<void> RemoteWrite::Worker::finish()
{
    constexpr auto period = 20ms;
    flush(Lane::live);
    flush(Lane::history);
    for (auto left = std::chrono::milliseconds{farewell}; left > 0ms; left -= period) {
        const bool is_vain = outbox.wait_until(Lane::live) || outbox.wait_until(Lane::history);
        if (outbox.empty() || is_vain) break;
        static_cast<void>(co_await sleep_for(period));
    }
    loop.stop();
}

RemoteWrite::RemoteWrite(
    const RemoteWriteConfig& config, asio::any_io_executor owner, OnDone on_done
)
    : owner_(std::move(owner)), on_done_(std::move(on_done)),
      admission_(config.queue_bytes, config.keeps())
{
    auto publish = [this, owner = owner_, alive = is_alive_](News news) {
        asio::post(owner, [this, alive, news = std::move(news)] {
            if (*alive) take(news);
        });
    };
    worker_ = std::make_unique<Worker>(config, std::move(publish));
    worker_->thread = std::thread{[worker = worker_.get()] { worker->run(); }};
    log::info("remote_write_begins", {{"url", to_string(config.url)}});
}

RemoteWrite::~RemoteWrite()
{
    *is_alive_ = false;
    Worker* const worker = worker_.get();
    asio::post(worker->loop, [worker] {
        supervise(worker->loop.get_executor(), "remote_write_end", worker->finish(), end_daemon);
    });
    worker->thread.join();
}

remote::Admission::Fate RemoteWrite::offer(
    const AgentId& agent,
    Lane lane,
    const DecodedBatch& batch,
    WallTime received,
    bool is_new,
    const RangeSet& forwarded
)
{
    const remote::BatchName name{.agent = agent, .epoch = batch.id.epoch, .seq = batch.id.seq};
    const std::size_t cells = cells_of(batch.steps);
    const auto fate = admission_.offer(name, lane, cells, is_new, forwarded);
    if (fate != remote::Admission::Fate::taken) return fate;
    Worker::Offer offer{
        .name = name,
        .origin =
            {.lane = lane,
             .agent = agent.name,
             .boot = batch.boot,
             .sealed_at = batch.sealed_at,
             .received = received},
        .steps = batch.steps,
        .cells = cells,
    };
    asio::post(worker_->loop, [worker = worker_.get(), offer = std::move(offer)] {
        worker->take(offer);
    });
    return fate;
}

void RemoteWrite::take(News news)
{
    admission_.note(news.cells_done, news.queue_bytes);
    for (const remote::BatchName& name : news.done)
        on_done_(name);
    news_ = std::move(news);
}

RemoteWriteFigures RemoteWrite::figures(WallTime now) const
{
    const auto lag = news_.oldest ? std::max(now - *news_.oldest, 0ms) : 0ms;
    return {
        .samples = news_.counts.samples,
        .bytes = news_.counts.bytes,
        .failures = news_.counts.failures,
        .refused_samples = news_.counts.refused,
        .dropped_samples = news_.counts.dropped + admission_.dropped_cells(),
        .queue_bytes = news_.queue_bytes,
        .lag_seconds = std::chrono::duration<double>(lag).count(),
        .problem = news_.problem,
    };
}

} // namespace hallmonitor::collector
