"""Township boundaries: the region as OpenStreetMap or a file of the user's tells it."""

from __future__ import annotations

from geo.boundary_file import region_from_file
from geo.boundary_osm import region_from_osm
from geo.region import Region, outline

__all__ = ["Region", "outline", "region_from_file", "region_from_osm"]
