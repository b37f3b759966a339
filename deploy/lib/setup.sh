# shellcheck shell=bash
# Installs Debian packages, only those that are missing, so that a second start needs neither network
# nor rights. Sourced by deploy/quickstart.sh and tests/run.sh. Nothing that a package starts is left
# running or enabled.

# Services that packages of ours bring; the machine's owner did not ask for them.
readonly setup_services=(
    prometheus prometheus-alertmanager prometheus-node-exporter prometheus-snmp-exporter snmpd
)

# One line on what is wrong and what to do; ends the script.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

note() {
    printf '%s\n' "$*"
}

# The names in lists of packages.
packages_in() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_packages() {
    local package
    for package in $(packages_in "$@"); do
        is_installed "$package" || printf '%s\n' "$package"
    done
}

# Runs a command as root: as we are, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

require_root_for() {
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null ||
        fail "these packages are missing and installing them needs root or sudo: $*"
    [ -t 0 ] || sudo -n true 2>/dev/null ||
        fail "sudo asks for a password but there is no terminal; as root install: $*"
}

# While packages are unpacked nothing of them starts. A policy that the machine already has stands.
readonly setup_policy=/usr/sbin/policy-rc.d

without_services() {
    if [ -e "$setup_policy" ]; then
        "$@"
        return
    fi
    (
        trap 'as_root rm -f "$setup_policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$setup_policy" >/dev/null
        as_root chmod 755 "$setup_policy"
        "$@"
    )
}

# Packages enable their services for the next boot; undo it for what was not there before.
disable_services() {
    local service
    for service in "$@"; do
        as_root systemctl disable --quiet "$service" >/dev/null 2>&1 ||
            as_root update-rc.d "$service" disable >/dev/null 2>&1 || true
    done
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get --quiet --assume-yes \
        -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o Acquire::http::Timeout=30 "$@"
}

# Why apt-get failed, from what it wrote to file $1, in one line.
apt_reason() {
    local reason
    reason=$(grep -m 1 '^E: ' "$1") || reason=$(grep -m 1 '^W: ' "$1") || reason=$(tail -n 1 "$1")
    printf '%s' "${reason#[EW]: }"
}

run_apt() {
    local log is_updated=yes
    log=$(mktemp)
    apt_get -o APT::Update::Error-Mode=any update >"$log" 2>&1 || is_updated=no
    # One source of several may be broken while Debian's own answers: installing decides.
    if apt_get install --no-install-recommends "$@" >"$log" 2>&1; then
        rm -f "$log"
        return
    fi
    local reason
    reason=$(apt_reason "$log")
    rm -f "$log"
    [ "$is_updated" = yes ] || fail "no package mirror answers ($reason); needed are: $*"
    fail "apt-get cannot install $*: $reason"
}

# install_packages LIST...: what the lists name is there afterwards, or the script ends.
install_packages() {
    local missing services=() service
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        fail "this is not Debian 12; install what these packages hold: ${missing[*]}"
    grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release ||
        note "warning: made for Debian 12; packages may have other names here"
    require_root_for "${missing[@]}"
    for service in "${setup_services[@]}"; do
        is_installed "$service" || services+=("$service")
    done
    note "installing: ${missing[*]}"
    without_services run_apt "${missing[@]}" || exit 1
    for service in "${services[@]}"; do
        is_installed "$service" && disable_services "$service"
    done
    return 0
}
