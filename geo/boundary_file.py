"""Townships out of a file of the user's."""

from __future__ import annotations

from pathlib import Path

from geo.extract import Extract
from geo.findings import Finding
from geo.progress import Progress, silent
from geo.region import Region

__all__ = ["region_from_file"]


def region_from_file(
    path: Path,
    *,
    name_field: str,
    code_field: str | None = None,
    county_field: str | None = None,
    extract: Extract | None = None,
    progress: Progress = silent,
) -> tuple[Region, list[Finding]]:
    """Read townships."""
    raise NotImplementedError
