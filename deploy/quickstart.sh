#!/usr/bin/env bash
# From a fresh clone to a live table of this machine's interfaces: installs what is missing, builds,
# makes a private CA, starts collector and agent as an ordinary user, and ends both again. See --help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/lib/setup.sh
. "$root/deploy/lib/setup.sh"
# shellcheck source=deploy/lib/quickstart_config.sh
. "$root/deploy/lib/quickstart_config.sh"

usage() {
    cat <<'TEXT'
usage: deploy/quickstart.sh [--once] [--state DIR] [--http PORT] [--agents PORT]
Shows a live table of this machine's interfaces, and of the SNMP agent on it if one answers.
  --once         print one table with rates, then end
  --state DIR    where certificates, settings and the ledger are kept
                 (default: ~/.local/state/hallmonitor-quickstart; as root /var/lib/hallmonitor-quickstart)
  --http PORT    for /metrics, the API and the status page, on 127.0.0.1 (default 9848)
  --agents PORT  for the agent, on 127.0.0.1 (default 7443)
Ctrl-C ends all that was started. To remove everything: delete the state folder and build/.
TEXT
}

wrong_usage() {
    printf 'quickstart.sh: %s\n' "$1" >&2
    usage >&2
    exit 2
}

once=no
state=
http_port=9848
agents_port=7443
while [ $# -gt 0 ]; do
    case $1 in
    --once) once=yes ;;
    --state | --http | --agents)
        [ $# -ge 2 ] || wrong_usage "$1 needs a value"
        case $1 in
        --state) state=$2 ;;
        --http) http_port=$2 ;;
        --agents) agents_port=$2 ;;
        esac
        shift
        ;;
    --help | -h)
        usage
        exit 0
        ;;
    *) wrong_usage "unknown option $1" ;;
    esac
    shift
done
for port in "$http_port" "$agents_port"; do
    if ! [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || [ "$port" -gt 65535 ]; then
        wrong_usage "not a port from 1 to 65535: $port"
    fi
done
[ "$http_port" != "$agents_port" ] || wrong_usage "--http and --agents need different ports"

# Started as root, the daemons still run as an ordinary user: the one who called sudo, else nobody.
drop=()
home=${HOME:-/}
default_state=${XDG_STATE_HOME:-$home/.local/state}/hallmonitor-quickstart
if [ "$(id -u)" = 0 ]; then
    user=nobody
    default_state=/var/lib/hallmonitor-quickstart
    if [ "${SUDO_UID:-0}" != 0 ] && getent passwd "$SUDO_UID" >/dev/null; then
        user=$(id -un "$SUDO_UID")
        default_state=$(getent passwd "$SUDO_UID" | cut -d: -f6)/.local/state/hallmonitor-quickstart
    fi
    drop=(setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups --inh-caps=-all
        --bounding-set=-all --no-new-privs --)
fi
state=$(realpath -m "${state:-$default_state}")
# Tests use what they have already built.
readonly preset=${HALLMONITOR_PRESET:-release}
readonly socket=$state/collector/control.sock
[ ${#socket} -le 107 ] || fail "the state folder's path is too long for a socket in it; choose a shorter --state"

as_user() {
    "${drop[@]}" "$@"
}

make_state() {
    local fault
    if [ "${#drop[@]}" -gt 0 ] && [ ! -e "$state" ]; then
        install -d -m 700 -o "$user" -g "$(id -g "$user")" "$state" 2>/dev/null || fail "cannot make $state"
    fi
    fault=$(as_user mkdir -p -m 700 "$state/bin" "$state/collector" "$state/agent" 2>&1) ||
        fail "cannot write to the state folder (${fault##*mkdir: }); choose another with --state"
    as_user test -w "$state" || fail "cannot write to $state as $(as_user id -un); choose another with --state"
}

# Who listens on TCP port $1, as words for people; empty when nobody does.
holder_of() {
    local line
    line=$(ss -Hltnp "sport = :$1" | head -n 1)
    [ -n "$line" ] || return 0
    sed -nE 's/.*users:\(\("([^"]*)",pid=([0-9]+).*/\1 (process \2)/p' <<<"$line" | grep . ||
        echo "a process of another user"
}

check_port() {
    local holder
    holder=$(holder_of "$2")
    [ -z "$holder" ] || fail "port $2 is taken by $holder; end it or choose another with $1 PORT"
}

# As the owner of the tree, so that no file of root's is left in somebody's clone.
as_builder() {
    local owner
    owner=$(stat -c %u "$root")
    if [ "$(id -u)" = 0 ] && [ "$owner" != 0 ]; then
        setpriv --reuid "$owner" --regid "$(stat -c %g "$root")" --clear-groups --reset-env -- "$@"
    else
        "$@"
    fi
}

build() {
    cd "$root"
    [ -w "$root" ] || [ -d "$root/build/$preset" ] || fail "cannot write to $root to build there"
    if [ ! -e "build/$preset/build.ninja" ]; then
        note "building (a few minutes, the first time only)"
        as_builder cmake --preset "$preset" --log-level=WARNING >/dev/null || fail "cmake failed, see above"
    fi
    NINJA_STATUS="building %f of %t " as_builder ninja -C "build/$preset" --quiet \
        hallmonitor-agent hallmonitor-collector || fail "the build failed, see above"
    # The daemons' user need not be able to enter the clone.
    install -m 755 "build/$preset/agent/hallmonitor-agent" \
        "build/$preset/collector/hallmonitor-collector" "$state/bin/" || fail "cannot write to $state/bin"
    cd /
}

make_certificates() {
    [ -e "$state/ca/ca.pem" ] || as_user "$collector" init-ca --directory "$state/ca" >/dev/null ||
        fail "cannot make the CA in $state/ca"
    [ -e "$state/agent/agent.pem" ] || as_user "$collector" issue --directory "$state/ca" --site my-school \
        --agent agent-1 --out "$state/agent" >/dev/null || fail "cannot make the agent's certificate"
}

children=()

# start NAME COMMAND...: in the background, with a log, in a session of its own so that Ctrl-C reaches
# this script first. Should the script be killed outright, the kernel ends the daemon.
start() {
    local name=$1
    shift
    setsid "${drop[@]}" setpriv --pdeathsig TERM -- "$@" >"$state/$name.log" 2>&1 9>&- &
    children+=($!)
}

end_children() {
    local pid i
    trap '' INT TERM HUP
    # The agent first, so that what it saw last still arrives.
    for ((i = ${#children[@]} - 1; i >= 0; --i)); do
        pid=${children[i]}
        kill -TERM "$pid" 2>/dev/null || continue
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

# Ends the script when a daemon is gone, with what it said last.
check_alive() {
    local pid name names=(collector agent)
    for i in "${!children[@]}"; do
        pid=${children[i]}
        name=${names[i]}
        kill -0 "$pid" 2>/dev/null && continue
        fail "the $name ended: $(tail -n 1 "$state/$name.log")"
    done
}

ask() {
    as_user "$collector" "$@" --socket "$socket"
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        check_alive
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

is_ready() {
    ask agents >/dev/null 2>&1
}

# Two readings of an interface make a rate: one of this machine, and one of its SNMP agent if that shows
# interfaces at all.
has_rates() {
    local json rated
    json=$(ask status --json 2>/dev/null) || [ -n "$json" ] || return 1
    rated=$(grep -o '"device":\|"in_bps":[0-9]' <<<"$json" | awk '
        /device/ { rated += has; has = 0 }
        /in_bps/ { has = 1 }
        END { print rated + has }')
    [ "$rated" -ge "$1" ]
}

addresses() {
    cat <<TEXT

look at   http://127.0.0.1:$http_port/                 the status page
          http://127.0.0.1:$http_port/metrics          for Prometheus (deploy/prometheus/ has its settings)
          http://127.0.0.1:$http_port/api/v1/devices   the same as JSON
settings  $state/agent.yaml                add a switch there, then start again
logs      $state/collector.log, agent.log
uptime    $state/bin/hallmonitor-collector report --since 1h --socket $socket
TEXT
}

install_packages "$root"/deploy/packages-{build,run}.txt
make_state
exec 9>"$state/lock"
flock -n 9 || fail "another quickstart runs with the state in $state"
check_port --http "$http_port"
check_port --agents "$agents_port"
readonly collector=$state/bin/hallmonitor-collector agent=$state/bin/hallmonitor-agent
build
make_certificates
probe_snmp
write_settings

trap end_children EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
start collector "$collector" run "$state/collector.yaml"
wait_for 15 is_ready || fail "the collector is not ready after 15 s, see $state/collector.log"
start agent "$agent" run "$state/agent.yaml"
sources=1
[ "$snmp_shows" != interfaces ] || sources=2
wait_for 30 has_rates "$sources" || note "no rates after 30 s, see $state/agent.log"

if [ "$once" = yes ]; then
    ask status || true # 1 says that a device is down, which is no fault of ours
    addresses
    tell_snmp
    exit 0
fi
while check_alive; do
    [ ! -t 1 ] || printf '\e[H\e[2J'
    ask status || true
    addresses
    tell_snmp
    printf '\nCtrl-C ends collector and agent.\n'
    # In the background, so that a signal is heeded at once.
    sleep 2 &
    wait $! || true
done
