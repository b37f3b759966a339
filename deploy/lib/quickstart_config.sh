# shellcheck shell=bash
# The settings with which deploy/quickstart.sh starts, and what it says of the SNMP agent on this machine.
# shellcheck disable=SC2154 # $state, $http_port, $agents_port and $agent are that script's

snmp_shows= # nothing, system or interfaces

# Asks the SNMP agent on this machine, if there is one, what it shows to the community "public".
probe_snmp() {
    local first
    snmp_shows=nothing
    snmpget -v 2c -c public -t 1 -r 0 -Oqv 127.0.0.1 1.3.6.1.2.1.1.3.0 >/dev/null 2>&1 || return 0
    snmp_shows=system
    first=$(snmpgetnext -v 2c -c public -t 1 -r 1 -On 127.0.0.1 1.3.6.1.2.1.2.2.1.1 2>/dev/null) || return 0
    [[ $first != .1.3.6.1.2.1.2.2.1.1.* ]] || snmp_shows=interfaces
}

tell_snmp() {
    case $snmp_shows in
    nothing)
        printf '\nNo SNMP agent answers on 127.0.0.1 with the community "public".\n'
        ;;
    system)
        cat <<'TEXT'

The SNMP agent on this machine shows its system group only, as Debian's does ("view systemonly"). To
see its interfaces too, add to /etc/snmp/snmpd.conf, then run `systemctl restart snmpd`:
  view systemonly included .1.3.6.1.2.1.2
  view systemonly included .1.3.6.1.2.1.31
TEXT
        ;;
    esac
}

collector_settings() {
    cat <<TEXT
# Written by deploy/quickstart.sh at every start. All keys: config/collector.example.yaml
listen:
  agents: 127.0.0.1:$agents_port
  http: 127.0.0.1:$http_port
tls:
  ca_file: ca/ca.pem
  certificate_file: ca/collector.pem
  key_file: ca/collector.key
state_directory: $state/collector
TEXT
}

# The interfaces that lead out of this machine are its uplinks.
uplinks() {
    { ip -o -4 route show default; ip -o -6 route show default; } 2>/dev/null |
        sed -nE 's/.* dev ([^ ]+).*/"\1"/p' | sort -u | paste -sd ,
}

agent_settings() {
    cat <<TEXT
# Written by deploy/quickstart.sh; once you change it, it stays as you left it.
# All keys: config/agent.example.yaml
collector:
  address: 127.0.0.1:$agents_port
  ca_file: agent/ca.pem
  certificate_file: agent/agent.pem
  key_file: agent/agent.key
state_directory: $state/agent
host:
  poll_interval_seconds: 2
  watch:
    names: [$(uplinks)]
defaults:
  poll_interval_seconds: 5
TEXT
    if [ "$snmp_shows" = nothing ]; then
        cat <<'TEXT'
# Your switches, with the community "public":
# devices:
#   - my-switch: 192.0.2.1
TEXT
    else
        cat <<'TEXT'
devices:
  - this-machine-by-snmp: 127.0.0.1
  # Your switches, with the community "public":
  # - my-switch: 192.0.2.1
TEXT
    fi
}

# agent.yaml is ours as long as it is what we wrote last; then it is the user's.
write_settings() {
    collector_settings | as_user tee "$state/collector.yaml" >/dev/null
    if [ -e "$state/agent.yaml" ] && ! cmp -s "$state/agent.yaml" "$state/.agent.yaml.written"; then
        as_user "$agent" check-config "$state/agent.yaml" >/dev/null ||
            fail "mend $state/agent.yaml, or delete it to begin anew"
        grep -q "127.0.0.1:$agents_port\$" "$state/agent.yaml" ||
            fail "$state/agent.yaml names another port of the collector than $agents_port"
        return 0
    fi
    agent_settings | as_user tee "$state/agent.yaml" >/dev/null
    as_user cp "$state/agent.yaml" "$state/.agent.yaml.written"
}
