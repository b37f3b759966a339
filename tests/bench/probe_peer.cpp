// probe_peer: what liveness_bench.py holds the agent against. A bare program that asks sysUpTime of
// every device once an interval and does nothing with the answers, in one of two ways:
//
// - timers: an Asio timer a device for its schedule and one for each probe's timeout, a datagram at
//   a time. This is how one would write it.
// - ticks: one 50 ms tick sends what is due and reads what has come, in batches.
//
// Usage: probe_peer timers|ticks FIRST_ADDRESS PORT DEVICES INTERVAL_S SECONDS
// Prints {"core_share": S, "sent": N, "answered": N}.

#include "agent/io/datagram_batch.hpp"
#include "agent/snmp/message.hpp"
#include "agent/snmp/oid.hpp"
#include "tests/bench/figure.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

using namespace hallmonitor;
using namespace hallmonitor::agent;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::udp;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto probe_timeout = 250ms;
constexpr auto tick_period = 50ms;

struct Job {
    std::uint32_t first{0};
    std::uint16_t port{0};
    std::size_t devices{0};
    std::chrono::microseconds interval{0};
    std::chrono::microseconds length{0};
};

struct Counts {
    std::uint64_t sent{0};
    std::uint64_t answered{0};
};

std::size_t encode_probe(std::int32_t id, std::span<std::byte> into)
{
    static const std::vector<std::byte> oid = Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}.ber_content();
    const std::array<std::span<const std::byte>, 1> oids{oid};
    const RequestHead head{
        .version = SnmpVersion::v2c,
        .community = "public",
        .type = PduType::get,
        .request_id = id,
    };
    return encode_request(head, oids, into);
}

udp::endpoint address_of(const Job& job, std::size_t number)
{
    const auto address = asio::ip::address_v4{job.first + static_cast<std::uint32_t>(number)};
    return {address, job.port};
}

class TimerProber {
public:
    TimerProber(asio::io_context& loop, const Job& job)
        : loop_(loop), job_(job), socket_(loop, udp::endpoint{udp::v4(), 0})
    {
        socket_.non_blocking(true);
        for (std::size_t number = 0; number < job.devices; ++number) {
            timers_.emplace_back(loop);
            timers_.back().expires_after(job.interval * number / job.devices);
            schedule(number);
        }
        receive();
    }
    [[nodiscard]] Counts counts() const { return counts_; }

private:
    void schedule(std::size_t number)
    {
        timers_[number].async_wait([this, number](const boost::system::error_code& error) {
            if (error) return;
            probe(number);
            timers_[number].expires_at(timers_[number].expiry() + job_.interval);
            schedule(number);
        });
    }
    void probe(std::size_t number)
    {
        const std::int32_t id = ++next_id_;
        const std::size_t size = encode_probe(id, out_);
        boost::system::error_code ignored; // a probe that cannot go is a probe lost
        socket_.send_to(asio::buffer(out_, size), address_of(job_, number), 0, ignored);
        ++counts_.sent;
        auto& timeout = timeouts_.try_emplace(id, loop_).first->second;
        timeout.expires_after(probe_timeout);
        timeout.async_wait([this, id](const boost::system::error_code& error) {
            if (!error) timeouts_.erase(id);
        });
    }
    void receive()
    {
        socket_.async_receive_from(
            asio::buffer(in_),
            from_,
            [this](const boost::system::error_code& error, std::size_t size) {
                if (!error) take({in_.data(), size});
                receive();
            }
        );
    }
    void take(std::span<const std::byte> datagram)
    {
        const auto reply = parse_message(datagram);
        if (reply && timeouts_.erase(reply->request_id) > 0) ++counts_.answered;
    }

    asio::io_context& loop_;
    Job job_;
    udp::socket socket_;
    udp::endpoint from_;
    std::vector<asio::steady_timer> timers_;
    std::unordered_map<std::int32_t, asio::steady_timer> timeouts_;
    std::array<std::byte, 1'500> out_{};
    std::array<std::byte, 65'536> in_{};
    std::int32_t next_id_{0};
    Counts counts_;
};

// The socket is in no epoll set: a datagram that comes between two ticks wakes nobody.
class TickProber {
public:
    TickProber(asio::io_context& loop, const Job& job)
        : job_(job), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), tick_(loop),
          begun_(Clock::now()), requests_(job.devices)
    {
        tick_.expires_after(tick_period);
        wait();
    }
    ~TickProber() { ::close(socket_); }
    TickProber(const TickProber&) = delete;
    TickProber& operator=(const TickProber&) = delete;
    [[nodiscard]] Counts counts() const { return counts_; }

private:
    void wait()
    {
        tick_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            tick();
            tick_.expires_at(tick_.expiry() + tick_period);
            wait();
        });
    }
    void tick()
    {
        for (;;) {
            const auto batch = incoming_.receive(socket_);
            if (!batch || batch->empty()) break;
            for (const InDatagram& datagram : *batch)
                if (parse_message(datagram.bytes)) ++counts_.answered;
        }
        std::vector<OutDatagram> out;
        const auto passed = (Clock::now() - begun_).count();
        const auto interval = std::chrono::nanoseconds{job_.interval}.count();
        const auto due = static_cast<std::uint64_t>(passed) * job_.devices /
                         static_cast<std::uint64_t>(interval);
        for (; counts_.sent < due; ++counts_.sent) {
            const std::size_t number = counts_.sent % job_.devices;
            const std::size_t size =
                encode_probe(static_cast<std::int32_t>(counts_.sent), requests_[number]);
            const auto ip = address_of(job_, number).address().to_v4().to_bytes();
            out.push_back(
                {.to = PeerAddress::v4(ip, job_.port),
                 .bytes = std::span{requests_[number]}.first(size)}
            );
        }
        for (std::span<const OutDatagram> rest{out}; !rest.empty();) {
            const std::size_t filled = outgoing_.fill(rest);
            for (std::size_t first = 0; first < filled;) {
                const auto sent = outgoing_.send(socket_, first);
                first += sent ? *sent : 1;
            }
            rest = rest.subspan(filled);
        }
    }

    Job job_;
    int socket_;
    asio::steady_timer tick_;
    Clock::time_point begun_;
    std::vector<std::array<std::byte, 128>> requests_;
    ReceiveBatch incoming_;
    SendBatch outgoing_;
    Counts counts_;
};

template <class Prober>
int measure(const Job& job)
{
    asio::io_context loop{1};
    const auto prober = std::make_unique<Prober>(loop, job);
    loop.run_for(2s); // until the first answers and page faults are past
    const double cpu = bench::cpu_seconds();
    const auto begun = Clock::now();
    loop.run_for(job.length);
    const double spent = bench::cpu_seconds() - cpu;
    const double passed = std::chrono::duration<double>(Clock::now() - begun).count();
    std::printf(
        "{\"core_share\": %.6f, \"sent\": %llu, \"answered\": %llu}\n",
        spent / passed,
        static_cast<unsigned long long>(prober->counts().sent),
        static_cast<unsigned long long>(prober->counts().answered)
    );
    return prober->counts().answered > 0 ? 0 : 1;
}

std::chrono::microseconds seconds_in(const char* text)
{
    return std::chrono::microseconds{static_cast<std::int64_t>(std::strtod(text, nullptr) * 1e6)};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 7) {
        std::fputs(
            "usage: probe_peer timers|ticks FIRST_ADDRESS PORT DEVICES INTERVAL_S SECONDS\n", stderr
        );
        return 2;
    }
    const Job job{
        .first = asio::ip::make_address_v4(argv[2]).to_uint(),
        .port = static_cast<std::uint16_t>(std::strtoul(argv[3], nullptr, 10)),
        .devices = std::strtoul(argv[4], nullptr, 10),
        .interval = seconds_in(argv[5]),
        .length = seconds_in(argv[6]),
    };
    return std::string{argv[1]} == "timers" ? measure<TimerProber>(job) : measure<TickProber>(job);
}
