// net-snmp's headers want these first.
#include "tests/bench/figure.hpp"
#include "tests/bench/poller.hpp"

#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace hallmonitor::bench {
namespace {

struct Poll {
    const FleetAddress& fleet;
    std::uint32_t next_device{0};
    std::uint32_t running{0};
    std::uint64_t varbinds{0};
    std::uint64_t sum{0};
    bool failed{false};
};

struct DevicePoll {
    Poll* poll;
    void* handle; // of the library's single-session API
    std::uint32_t row{0};
};

int on_reply(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* magic);

bool ask(DevicePoll& device)
{
    netsnmp_pdu* const pdu = snmp_pdu_create(SNMP_MSG_GETBULK);
    pdu->non_repeaters = 1;
    pdu->max_repetitions = static_cast<long>(rows_per_request);
    const std::vector<oid> uptime{1, 3, 6, 1, 2, 1, 1, 3};
    snmp_add_null_var(pdu, uptime.data(), uptime.size());
    for (const PeerColumn& peer : peer_columns) {
        const std::vector<oid> name =
            peer.is_extension
                ? std::vector<oid>{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, peer.column, device.row}
                : std::vector<oid>{1, 3, 6, 1, 2, 1, 2, 2, 1, peer.column, device.row};
        snmp_add_null_var(pdu, name.data(), name.size());
    }
    if (snmp_sess_async_send(device.handle, pdu, on_reply, &device) != 0) return true;
    snmp_free_pdu(pdu);
    return false;
}

int on_reply(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* magic)
{
    auto& device = *static_cast<DevicePoll*>(magic);
    Poll& poll = *device.poll;
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) {
        poll.failed = true;
        return 1;
    }
    for (const netsnmp_variable_list* value = pdu->variables; value != nullptr;
         value = value->next_variable) {
        ++poll.varbinds;
        poll.sum += value->type == ASN_COUNTER64 ? value->val.counter64->low
                                                 : static_cast<std::uint64_t>(*value->val.integer);
    }
    device.row += rows_per_request;
    if (device.row >= poll.fleet.ports) {
        --poll.running;
    } else if (!ask(device)) {
        poll.failed = true;
    }
    return 1;
}

std::size_t key_of(
    const Secret& password, std::array<u_char, USM_AUTH_KU_LEN>& key, netsnmp_session& session
)
{
    std::size_t size = key.size();
    const std::string_view text = password.reveal();
    const int done = generate_Ku(
        session.securityAuthProto,
        static_cast<u_int>(session.securityAuthProtoLen),
        reinterpret_cast<const u_char*>(text.data()),
        text.size(),
        key.data(),
        &size
    );
    if (done != SNMPERR_SUCCESS) throw std::runtime_error{"net-snmp makes no key"};
    return size;
}

// The user with authPriv by SHA-256 and AES-128, whatever protocols he names.
void set_user(netsnmp_session& session, const agent::UsmSettings& user, std::string& name)
{
    static std::array<oid, 10> sha256{1, 3, 6, 1, 6, 3, 10, 1, 1, 5};
    static std::array<oid, 10> aes128{1, 3, 6, 1, 6, 3, 10, 1, 2, 4};
    name = user.user;
    session.version = SNMP_VERSION_3;
    session.securityModel = USM_SEC_MODEL_NUMBER;
    session.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
    session.securityName = name.data();
    session.securityNameLen = name.size();
    session.securityAuthProto = sha256.data();
    session.securityAuthProtoLen = sha256.size();
    session.securityPrivProto = aes128.data();
    session.securityPrivProtoLen = aes128.size();
    std::array<u_char, USM_AUTH_KU_LEN> key{};
    session.securityAuthKeyLen = key_of(user.auth_password, key, session);
    std::copy_n(key.begin(), session.securityAuthKeyLen, session.securityAuthKey);
    session.securityPrivKeyLen = key_of(user.priv_password, key, session);
    std::copy_n(key.begin(), session.securityPrivKeyLen, session.securityPrivKey);
}

struct Sessions {
    std::vector<void*> handles;

    explicit Sessions(const FleetAddress& fleet, const agent::SnmpSettings& snmp)
    {
        static bool is_ready = false;
        if (!is_ready) {
            netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
            ::setenv("MIBS", "", 1); // none are needed
            init_snmp("hallmonitor_bench");
            is_ready = true;
        }
        for (std::uint32_t device = 0; device < fleet.devices; ++device) {
            in_addr address{.s_addr = htonl(fleet.first + device)};
            std::string peer = inet_ntoa(address);
            peer += ":" + std::to_string(fleet.port);
            std::string name{snmp.community.reveal()};
            netsnmp_session session{};
            snmp_sess_init(&session);
            session.peername = peer.data();
            if (snmp.version == agent::SnmpVersion::v3) {
                set_user(session, snmp.usm, name);
            } else {
                session.version = SNMP_VERSION_2c;
                session.community = reinterpret_cast<u_char*>(name.data());
                session.community_len = name.size();
            }
            session.timeout = 2'000'000;
            void* const handle = snmp_sess_open(&session);
            if (handle == nullptr) throw std::runtime_error{"net-snmp opens no session"};
            handles.push_back(handle);
        }
    }
    ~Sessions()
    {
        for (void* const handle : handles)
            snmp_sess_close(handle);
    }
    Sessions(const Sessions&) = delete;
    Sessions& operator=(const Sessions&) = delete;
    Sessions(Sessions&&) = delete;
    Sessions& operator=(Sessions&&) = delete;
};

// Waits for replies of the sessions in use and hands them to the library.
void serve(std::vector<DevicePoll*>& active)
{
    netsnmp_large_fd_set readable;
    netsnmp_large_fd_set_init(&readable, FD_SETSIZE);
    NETSNMP_LARGE_FD_ZERO(&readable);
    int highest = 0;
    int block = 0;
    timeval patience{.tv_sec = 1, .tv_usec = 0};
    for (const DevicePoll* device : active)
        snmp_sess_select_info2(device->handle, &highest, &readable, &patience, &block);
    patience = {.tv_sec = 1, .tv_usec = 0};
    const int ready = netsnmp_large_fd_set_select(highest, &readable, nullptr, nullptr, &patience);
    if (ready <= 0) throw std::runtime_error{"net-snmp waits in vain"};
    for (const DevicePoll* device : active)
        snmp_sess_read2(device->handle, &readable);
    netsnmp_large_fd_set_cleanup(&readable);
}

} // namespace

CycleCost net_snmp_cycle(
    const FleetAddress& fleet, std::uint32_t at_once, const agent::SnmpSettings& snmp
)
{
    static std::map<agent::SnmpVersion, Sessions> of_version;
    const Sessions& sessions = of_version.try_emplace(snmp.version, fleet, snmp).first->second;
    Poll poll{.fleet = fleet};
    std::vector<DevicePoll> devices(fleet.devices);
    for (std::uint32_t device = 0; device < fleet.devices; ++device)
        devices[device] = {.poll = &poll, .handle = sessions.handles[device]};

    const double cpu = cpu_seconds();
    const auto begin = std::chrono::steady_clock::now();
    std::vector<DevicePoll*> active;
    while (poll.next_device < fleet.devices || poll.running > 0) {
        while (poll.running < at_once && poll.next_device < fleet.devices) {
            DevicePoll& device = devices[poll.next_device++];
            active.push_back(&device);
            ++poll.running;
            if (!ask(device)) poll.failed = true;
        }
        serve(active);
        if (poll.failed) throw std::runtime_error{"net-snmp lost a request"};
        std::erase_if(active, [&](const DevicePoll* device) { return device->row >= fleet.ports; });
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    return {
        .cpu_seconds = cpu_seconds() - cpu,
        .wall_seconds = wall.count(),
        .varbinds = poll.varbinds,
        .complete = fleet.devices,
        .complete_seconds = wall.count(),
    };
}

} // namespace hallmonitor::bench
