#!/usr/bin/env bash
# Open the app. PORT: the port (else the first free one from 8501 on); ADDRESS: where it listens
# (else this computer only; 0.0.0.0 lets others in: see docs/deployment.md).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/system.sh

readonly PY=.venv/bin/python
address=${ADDRESS:-127.0.0.1}
port=${PORT:-$("$PY" - <<'PYTHON'
import socket

for port in range(8501, 8600):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)):
            print(port)
            break
PYTHON
)}
headless=true
[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "$(uname)" != Darwin ] || headless=false

report_tools

shown=$address
[ "$address" != 0.0.0.0 ] || shown=$(hostname)
say "打开 · Open  http://$shown:$port  (Ctrl-C 结束 · to stop)"
exec "$PY" -m streamlit run app.py --server.port "$port" --server.address "$address" \
    --server.headless "$headless" --server.showEmailPrompt false --browser.gatherUsageStats false
