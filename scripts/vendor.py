"""Copy the maps' third-party files from node_modules to static/vendor (git-ignored).

`make setup` runs it after `npm ci`; versions are pinned in package.json. Licences go along.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES, STATIC = ROOT / "node_modules", ROOT / "static"

#: file or folder in node_modules -> its place in static/vendor
FILES = {
    "fflate/umd/index.js": "fflate/fflate.js",
    "fflate/LICENSE": "fflate/LICENSE",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "leaflet/LICENSE",
}


def main() -> int:
    """Copy everything, or say in one line what is missing."""
    missing = [name for name in FILES if not (MODULES / name).exists()]
    if missing:
        sys.stderr.write(f"node_modules/{missing[0]} is missing. Run: npm ci\n")
        return 1
    STATIC.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATIC) as workshop:
        fresh = Path(workshop) / "vendor"
        for name, place in FILES.items():
            source, target = MODULES / name, fresh / place
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
        shutil.rmtree(STATIC / "vendor", ignore_errors=True)
        fresh.rename(STATIC / "vendor")
    return 0


if __name__ == "__main__":
    sys.exit(main())
