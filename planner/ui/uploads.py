"""Files that users bring: how large each may be, and what Streamlit says of that in Chinese."""

from __future__ import annotations

from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["limit_mb", "upload_style"]

USUAL_MB, SMALL_MB = 200, 64
"""The first is the server's own limit, which ``.streamlit/config.toml`` tells."""

SMALL = (
    *("file-boundaries", "file-population", "file-candidates", "file-exclude", "file-urban"),
    "check-file",
)
"""Keys of the uploaders that take less: outlines, tables and points are read whole."""

_BUTTON = '[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p'
_LIMIT = '[data-testid="stFileUploaderDropzoneInstructions"] span'


def limit_mb(key: str) -> int:
    """Megabytes that an uploader takes."""
    return SMALL_MB if key in SMALL else USUAL_MB


def upload_style(language: Language) -> str:
    """Style that says "Upload" and the limit in Chinese: Streamlit has them in English only."""
    if language == "en":
        return ""
    rules = [
        f"{_BUTTON}, {_LIMIT} {{ font-size: 0; }}",
        f'{_BUTTON}::after {{ content: "{UI.say("upload-choose", language)}"; font-size: 1rem; }}',
    ]
    for keys, size_mb in (("",), USUAL_MB), (tuple(f".st-key-{key} " for key in SMALL), SMALL_MB):
        told = UI.say("upload-limit", language, mb=size_mb)
        where = ", ".join(f"{key}{_LIMIT}::after" for key in keys)
        rules.append(f'{where} {{ content: "{told}"; font-size: 0.9rem; }}')
    return "<style>\n" + "\n".join(rules) + "\n</style>"
