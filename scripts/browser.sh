#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests; nothing (and how to get one) if there is none.
# Debian's is installed where this user may install packages, with a font that has Chinese.
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

has_chinese() { ! have fc-list || [ -n "$(fc-list :lang=zh-cn file)" ]; }

is_debian() { grep -qs '^ID=debian' /etc/os-release; }

if ! find_chromium >/dev/null && is_debian; then apt_install chromium fonts-noto-cjk || true; fi
if ! has_chinese; then apt_install fonts-noto-cjk || true; fi
has_chinese || say "没有中文字体，界面会显示方框 · No Chinese font, texts will show as boxes: sudo apt-get install fonts-noto-cjk"
find_chromium || say "没有 Chromium，跳过浏览器测试 · No Chromium, browser tests are skipped. Debian:" \
    "sudo apt-get install chromium; elsewhere: .venv/bin/playwright install --with-deps chromium; or set CHROMIUM=/path"
