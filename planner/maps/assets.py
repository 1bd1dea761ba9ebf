"""The JavaScript and CSS of maps: which files, where they are served, and how to put them inside.

Nothing is ever fetched from the internet. Third-party files come from npm at ``make setup``
(``scripts/vendor.py``), ours from ``planner/assets``.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import os
import re
import tempfile
from functools import cache
from pathlib import Path

import folium
from branca.element import Element
from folium.elements import JSCSSMixin

from planner.errors import OutputError

__all__ = ["OURS", "SERVED", "STATIC", "inline", "localize", "publish", "served_name"]

STATIC = Path(__file__).resolve().parents[2] / "static"
"""What Streamlit serves as ``/app/static``; git-ignored, filled by ``make setup`` and the app."""

VENDOR = STATIC / "vendor"
OWN = Path(__file__).resolve().parents[1] / "assets"

SERVED = "../../app/static"
"""Seen from the page that ``st_folium`` shows maps in: right behind any base path."""

#: Folium's name of an asset -> our files for it; none where our maps do not use it.
FOLIUM = {
    "leaflet": ("vendor/leaflet/leaflet.js",),
    "leaflet_css": ("vendor/leaflet/leaflet.css",),
    "jquery": (),
    "bootstrap": (),
    "bootstrap_css": (),
    "glyphicons_css": (),
    "awesome_markers": (),
    "awesome_markers_css": (),
    "awesome_markers_font_css": (),
    "awesome_rotate_css": (),
}
#: In the order of their needs.
SCRIPTS = (
    *("codec", "state", "scene", "canvas", "basemap", "events", "shown", "symbols"),
    *("cells", "townships", "sites", "tips", "candidates", "picks", "edits", "tools", "online"),
    *("panel", "plan", "overlay", "compare_twins", "compare_change", "compare", "compare_tables"),
)
STYLES = ("map.css", "compare.css")
OURS = ("vendor/fflate/fflate.js", *(f"{name}.js" for name in SCRIPTS), *STYLES)


def localize(page: folium.Map, *, base: str = SERVED, together: bool = False) -> folium.Map:
    """Point every script and style of a map at the copies that we serve (or put inside).

    Only this map's elements change, never Folium's classes.

    Parameters
    ----------
    together
        Whether all scripts come as the one file that :func:`publish` writes: ``st_folium`` asks
        for a script only when it has the one before.

    Raises
    ------
    KeyError
        If an element wants a file that we have no copy of: better here than a blank map on a
        machine without internet.
    """
    for element in _walk(page):
        if not isinstance(element, JSCSSMixin):
            continue
        scripts: list[tuple[str, str]] = []
        styles: list[tuple[str, str]] = []
        for name, _ in [*type(element).default_js, *type(element).default_css]:
            for file in FOLIUM[name]:
                (scripts if file.endswith(".js") else styles).append((name, f"{base}/{file}"))
        if element is page:
            for file in OURS:
                link = (file, f"{base}/{served_name(file)}")
                (scripts if file.endswith(".js") else styles).append(link)
        if together and element is page:
            scripts = [("recyclenet", f"{base}/{_together()[0]}")]
        element.default_js, element.default_css = scripts, styles
    return page


def publish() -> None:
    """Put what the app's maps ask for beside the vendored files: all scripts as one, our styles.

    Raises
    ------
    OutputError
        If the vendored files are missing or the folder cannot be written.
    """
    name, content = _together()
    write_once(STATIC / name, content)
    for file in STYLES:
        write_once(STATIC / served_name(file), _source(file).read_bytes())


def served_name(file: str) -> str:
    """Path of a file below :data:`STATIC`: browsers may keep ours for ever, so it names content."""
    source = _source(file)
    if source.parent != OWN:
        return file
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    return f"recyclenet/{source.stem}-{digest}{source.suffix}"


def write_once(target: Path, content: bytes) -> None:
    """Write a file whose name says what it holds, unless it is there; whole or not at all.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    if target.is_file():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=target.parent, prefix=".partial-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(partial).chmod(0o644)
            Path(partial).replace(target)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(target.parent),
            remedy="The app serves its map files from there: check your rights and the space",
        ) from error


def inline(html: str, *, base: str = SERVED) -> str:
    """Put every script and style that a rendered page refers to inside it.

    Raises
    ------
    OutputError
        If the vendored files are missing.
    """
    files = {f"{base}/{served_name(file)}": file for file in OURS}
    for ours in FOLIUM.values():
        files |= {f"{base}/{file}": file for file in ours}
    link = re.compile(
        rf'<script src="({re.escape(base)}/[^"]+)"></script>'
        rf'|<link rel="stylesheet" href="({re.escape(base)}/[^"]+)"\s*/>'
    )
    return link.sub(lambda found: _inside(files[found[1] or found[2]]), html)


def _walk(element: Element) -> list[Element]:
    return [element, *(one for child in element._children.values() for one in _walk(child))]


@cache
def _together() -> tuple[str, bytes]:
    """Every script in the order of their needs, under a name that changes with what is in it."""
    files = (*FOLIUM["leaflet"], *(file for file in OURS if file.endswith(".js")))
    content = "\n;\n".join(_script(_source(file)) for file in files).encode()
    return f"recyclenet/map-{hashlib.sha256(content).hexdigest()[:12]}.js", content


def _source(file: str) -> Path:
    source = STATIC / file if file.startswith("vendor/") else OWN / file
    if not source.is_file():
        raise OutputError(
            "the map's scripts are missing", where=str(source), remedy="Run: make setup"
        )
    return source


def _script(source: Path) -> str:
    # Without the address of a map that is not served.
    return re.sub(r"(?m)^//[#@] sourceMappingURL=.*$", "", source.read_text("utf-8"))


@cache
def _inside(file: str) -> str:
    source = _source(file)
    text = _script(source)
    if source.suffix == ".js":
        # The only text that could end the element early, in any case of its letters.
        safe = re.sub("</(?=script)", lambda _: "<\\/", text, flags=re.IGNORECASE)
        return f"<script>{safe}</script>"

    def embed(found: re.Match[str]) -> str:
        address = found[1].strip("'\"")
        picture = source.parent / re.split("[?#]", address)[0]
        if address.startswith(("data:", "#")) or not picture.is_file():
            return found[0] if address.startswith(("data:", "#")) else "none"
        kind = mimetypes.guess_type(picture.name)[0]
        return f"url(data:{kind};base64,{base64.b64encode(picture.read_bytes()).decode()})"

    text = re.sub(r"url\(([^)]+)\)", embed, text)
    return f"<style>{text}</style>"
