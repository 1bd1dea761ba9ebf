# Sourced by the other scripts: how they speak, and how they ask the system for packages.
# shellcheck shell=bash

say() { printf '[recyclenet] %s\n' "$*" >&2; }        # 中文 · English, on one line
fail() { say "$@"; exit 1; }

have() { command -v "$1" >/dev/null 2>&1; }

# "root", "sudo" (without a password) or "" when this user may not install system packages.
apt_right() {
    [ -z "${NO_APT:-}" ] && have apt-get || return 0
    if [ "$(id -u)" = 0 ]; then echo root
    elif have sudo && sudo -n true 2>/dev/null; then echo sudo
    fi
}

apt_get() {
    local sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo -n)
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

# Install Debian packages where this user may; the package lists are fetched only when they
# are missing or too old to install from. Status 1: not allowed, or not to be had.
apt_install() {
    [ -n "$(apt_right)" ] || return 1
    say "apt-get install $*"
    apt_get install -y --no-install-recommends "$@" 2>/dev/null && return 0
    apt_get update && apt_get install -y --no-install-recommends "$@"
}
