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

# What PDF reports and pictures of maps need from the system: Pango and a Chinese typeface. Nothing
# else does, so that their lack is said and is no failure.
readonly REPORT_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk)

has_chinese() {
    if have fc-list; then [ -n "$(fc-list :lang=zh-cn file)" ]
    else compgen -G '/usr/share/fonts/*/*/*CJK*' >/dev/null || [ "$(uname)" = Darwin ]
    fi
}

has_pango() {
    compgen -G '/usr/lib*/libpangoft2-1.0.so.0' >/dev/null ||
        compgen -G '/usr/lib/*/libpangoft2-1.0.so.0' >/dev/null || [ "$(uname)" = Darwin ]
}

report_tools() {
    if has_pango && has_chinese; then return 0; fi
    apt_install "${REPORT_PACKAGES[@]}" || true
    has_pango && has_chinese ||
        say "缺少 PDF 报告和地图图片所需的组件 · PDF reports and map pictures lack parts of the system:" \
            "sudo apt-get install ${REPORT_PACKAGES[*]}"
}
