// agent_storm: many agents in one process, each with its certificate, spool and connection as the
// real one has them, all of which find their collector at once. What they go on reading is made up
// (traffic.hpp: one switch each). For reconnect_bench.py.

#include "agent/io/host_facts.hpp"
#include "agent/io/recorder.hpp"
#include "agent/io/spool.hpp"
#include "agent/io/uplink_link.hpp"
#include "common/check.hpp"
#include "common/io/clock.hpp"
#include "common/io/deadline.hpp"
#include "common/io/log.hpp"
#include "common/io/supervise.hpp"
#include "tests/bench/traffic.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

BatchEncoder make_encoder(const Spool::Opened& opened)
{
    BatchEncoder encoder{opened.spool->epoch(), opened.spool->next_seq(), boot_number()};
    BatchDecoder newest;
    for (const std::vector<std::byte>& batch : opened.newest_segment)
        INVARIANT(newest.decode(batch));
    encoder.restore(newest);
    return encoder;
}

Spool::Opened open_spool(const std::string& folder, asio::io_context& loop)
{
    std::string problem;
    auto opened = Spool::open({.directory = folder + "/spool"}, loop.get_executor(), problem);
    if (!opened) throw std::runtime_error{problem};
    return std::move(*opened);
}

class OneAgent {
public:
    /// `folder` has its certificate and its spool.
    OneAgent(
        asio::io_context& loop, const std::string& folder, std::uint16_t port, std::size_t ports
    )
        : loop_(loop), opened_(open_spool(folder, loop)),
          recorder_(*opened_.spool, make_encoder(opened_)), fleet_(bench::district, 1, ports),
          link_(
              loop.get_executor(),
              {.host = "127.0.0.1",
               .port = port,
               .ca_file = folder + "/ca.pem",
               .certificate_file = folder + "/agent.pem",
               .key_file = folder + "/agent.key"},
              *opened_.spool,
              {.start_segment = [this] { recorder_.start_segment(); },
               .begin_anew = [this] { recorder_.begin_anew(); }},
              random_number()
          )
    {
        opened_.newest_segment.clear();
    }

    void start()
    {
        recorder_.define(*fleet_.liveness(0));
        recorder_.define(*fleet_.interfaces(0));
        supervise(loop_.get_executor(), "recorder", recorder_.run(), end_daemon);
        supervise(loop_.get_executor(), "watch", watch(), end_daemon);
        supervise(loop_.get_executor(), "uplink", link_.run(), end_daemon);
    }

    void stop() { link_.stop(); }

private:
    Task<void> watch()
    {
        for (unsigned check = 0;; ++check) {
            const std::string& name = fleet_.liveness(0)->device;
            recorder_.add(name, TableKind::device, fleet_.check(0, mono_now()));
            if (check % 6 == 0)
                recorder_.add(name, TableKind::interface, fleet_.poll(0, mono_now()));
            const bool slept = co_await sleep_for(10s);
            if (!slept) co_return;
        }
    }

    asio::io_context& loop_;
    Spool::Opened opened_;
    Recorder recorder_;
    bench::SwitchFleet fleet_;
    UplinkLink link_;
};

void raise_file_limit()
{
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int storm(const std::string& root, std::uint16_t port, std::size_t count, std::size_t ports)
{
    std::signal(SIGPIPE, SIG_IGN);
    log::set_level("error");
    raise_file_limit();
    asio::io_context loop{1};
    std::vector<std::unique_ptr<OneAgent>> agents;
    for (std::size_t number = 0; number < count; ++number)
        agents.push_back(
            std::make_unique<OneAgent>(loop, root + "/" + std::to_string(number), port, ports)
        );
    for (const auto& agent : agents)
        agent->start();
    asio::signal_set signals{loop, SIGINT, SIGTERM};
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        for (const auto& agent : agents)
            agent->stop();
        loop.stop();
    });
    std::puts("{\"started\": true}");
    std::fflush(stdout);
    loop.run();
    return 0;
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc != 5) {
        std::fputs("usage: agent_storm FOLDER_OF_AGENTS COLLECTOR_PORT AGENTS PORTS\n", stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::strtoul(argv[2], nullptr, 10));
    return storm(
        argv[1], port, std::strtoul(argv[3], nullptr, 10), std::strtoul(argv[4], nullptr, 10)
    );
} catch (const std::exception& error) {
    std::fprintf(stderr, "agent_storm: %s\n", error.what());
    return 1;
}
