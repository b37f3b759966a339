#!/usr/bin/env bash
# renew.sh: writes the recordings in this folder anew, a device of each kind as the simulated fleet has it.
# The access switch and the router have a core beside them, so that they have neighbours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
fleet=${SNMP_FLEET:-../../../build/dev/tests/sim/snmp_fleet}

# record KIND PORTS [GROUP...]
record() {
    local kind=$1 ports=$2
    shift 2
    "$fleet" --record 0 --listen 127.0.0.1:161 --kind "$kind" --ports "$ports" "$@" >"$kind.snmprec"
}

core=(--listen 127.0.0.2:161 --kind core --ports 2)
record switch 4
record access 4 "${core[@]}"
record core 4 --listen 127.0.0.2:161 --kind access --ports 2
record router 3 "${core[@]}"
record ups 1
record controller 3 "${core[@]}"
record printer 1
