#include "agent/io/daemon.hpp"

#include "agent/io/device_loop.hpp"
#include "agent/io/host_facts.hpp"
#include "agent/io/host_loop.hpp"
#include "agent/io/learnt_file.hpp"
#include "agent/io/memory.hpp"
#include "agent/io/recorder.hpp"
#include "agent/io/spool.hpp"
#include "agent/io/uplink_link.hpp"
#include "agent/profile/device_table.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"
#include "common/io/supervise.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto vitals_period = 10s;
constexpr auto first_keep = 1min;
constexpr auto keep_period = 5min;
// The start takes most, then ever less is new.
constexpr std::chrono::milliseconds first_give_back = 10ms;
constexpr std::chrono::milliseconds give_back_period = 15s;

// Members are destroyed in reverse order: whatever uses the spool ends before it.
struct Daemon {
    Daemon(
        asio::io_context& context,
        const Config& given,
        const std::shared_ptr<const Catalogue>& profiles,
        Spool& opened,
        BatchEncoder encoder
    )
        : spool(opened), learnt(given.state_directory + "/learnt.yaml", spool.disk()),
          recorder(spool, std::move(encoder)),
          devices(context.get_executor(), given.devices, profiles, recorder),
          link(
              context.get_executor(),
              given.collector,
              spool,
              {
                  .start_segment = [this] { recorder.start_segment(); },
                  .begin_anew = [this] { recorder.begin_anew(); },
              },
              random_number()
          )
    {
        if (given.host.enabled) host.emplace(context.get_executor(), given.host, recorder);
        std::vector<std::string> names;
        for (const DeviceConfig& device : given.devices)
            names.push_back(device.name);
        if (host) names.push_back(host->device());
        recorder.tell_roster(std::move(names));
        spool.on_found([this](const std::vector<std::string>& damage) {
            tell_damage(damage);
            link.greet_anew();
        });
    }

    Spool& spool;
    LearntFile learnt;
    Recorder recorder;
    DeviceLoop devices;
    std::optional<HostLoop> host;
    UplinkLink link;

    Result<void> open(std::string& problem);
    void start(const asio::any_io_executor& loop);
    Task<void> tell_vitals();
    Task<void> keep_learnt();
    void tell_damage(const std::vector<std::string>& damage);
    static Task<void> give_back();
    void add_vitals(const std::string& name);
};

Result<void> Daemon::open(std::string& problem)
{
    if (host) {
        if (auto opened = host->open(problem); !opened) return opened;
    }
    devices.restore(learnt.read());
    return devices.open(problem);
}

void Daemon::start(const asio::any_io_executor& loop)
{
    supervise(loop, "recorder", recorder.run(), end_daemon);
    supervise(loop, "devices", devices.run(), end_daemon);
    supervise(loop, "device_names", devices.resolve_names(), end_daemon);
    supervise(loop, "vitals", tell_vitals(), end_daemon);
    supervise(loop, "learnt", keep_learnt(), end_daemon);
    supervise(loop, "uplink", link.run(), end_daemon);
    supervise(loop, "memory", give_back(), end_daemon);
    if (!host) return;
    supervise(loop, "host", host->run(), end_daemon);
    supervise(loop, "host_events", host->watch(), end_daemon);
}

void Daemon::tell_damage(const std::vector<std::string>& damage)
{
    for (const std::string& what : damage) {
        log::warning("spool_damage", {{"what", what}});
        recorder.add(Event{mono_now(), "", "spool_damage", what});
    }
}

Task<void> Daemon::tell_vitals()
{
    const TableDefinition table =
        agent_table(vitals_period, "hallmonitor-agent " HALLMONITOR_VERSION);
    recorder.define(table);
    for (;;) {
        add_vitals(table.device);
        const bool slept = co_await sleep_for(vitals_period);
        if (!slept) co_return;
    }
}

Task<void> Daemon::keep_learnt()
{
    for (std::chrono::milliseconds wait = first_keep;; wait = keep_period) {
        const bool slept = co_await sleep_for(wait);
        if (!slept) co_return;
        learnt.write(devices.learnt());
    }
}

Task<void> Daemon::give_back()
{
    for (auto wait = first_give_back;; wait = std::min(2 * wait, give_back_period)) {
        const bool slept = co_await sleep_for(wait);
        if (!slept) co_return;
        give_back_memory();
    }
}

void Daemon::add_vitals(const std::string& name)
{
    const SpoolStatus spooled = spool.status();
    const Engine::Counts counts = devices.counts();
    const ProcessUse use = process_use();
    const AgentVitals vitals{
        .spool_bytes = spooled.bytes,
        .spool_segments = spooled.segments,
        .dropped_spool_full = spooled.dropped[Loss::spool_full],
        .dropped_disk_full = spooled.dropped[Loss::disk_full],
        .dropped_disk_slow = spooled.dropped[Loss::disk_slow],
        .dropped_fenced = spooled.dropped[Loss::fenced],
        .thinned_readings = spooled.thinned_readings,
        .polls = counts.cycles,
        .poll_overruns = counts.overruns,
        .replies_rejected = counts.rejected,
        .timeouts = counts.timeouts,
        .resident_bytes = use.resident_bytes,
        .cpu_milliseconds = use.cpu_milliseconds,
        .devices = devices.devices(),
    };
    recorder.add(name, TableKind::agent, agent_reading(vitals, mono_now()));
}

// Takes the batches of the newest segment.
BatchEncoder make_encoder(Spool::Opened& opened)
{
    BatchEncoder encoder{opened.spool->epoch(), opened.spool->next_seq(), boot_number()};
    BatchDecoder newest;
    for (const std::vector<std::byte>& batch : opened.newest_segment)
        if (!newest.decode(batch)) break; // damaged: goes on from what stands before
    encoder.restore(newest);
    opened.newest_segment = std::vector<std::vector<std::byte>>{};
    return encoder;
}

int fail(const std::string& problem)
{
    log::error("agent_cannot_run", {{"reason", problem}});
    return 1;
}

} // namespace

int run_daemon(const Config& config, const std::shared_ptr<const Catalogue>& profiles)
try {
    std::signal(SIGPIPE, SIG_IGN);
    log::set_level(config.log_level);
    asio::io_context context{1};
    std::string problem;
    const SpoolLimits limits{
        .directory = config.state_directory + "/spool",
        .max_bytes = config.spool.max_bytes,
        .fsync_period = config.spool.fsync_period,
    };
    auto opened = Spool::open(limits, context.get_executor(), problem);
    if (!opened) return fail(problem);
    Daemon daemon{context, config, profiles, *opened->spool, make_encoder(*opened)};
    if (auto ready = daemon.open(problem); !ready) return fail(problem);
    give_back_memory(); // what reading the configuration and the spool took
    daemon.tell_damage(opened->damage);
    daemon.start(context.get_executor());
    log::info(
        "agent_started",
        {{"version", HALLMONITOR_VERSION},
         {"devices", config.devices.size()},
         {"collector", config.collector.host}}
    );

    asio::signal_set signals{context, SIGINT, SIGTERM};
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        daemon.recorder.flush();
        daemon.learnt.write(daemon.devices.learnt());
        daemon.link.stop();
        context.stop();
    });
    context.run();
    log::info("agent_stopped");
    return 0;
} catch (const std::exception& error) {
    return fail(error.what());
}

} // namespace hallmonitor::agent
