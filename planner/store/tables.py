"""The store's tables, as the latest migration leaves them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from planner.store.types import WHOLE, Geometry, Utc

__all__ = [
    "METADATA",
    "PLAN_TABLES",
    "VIEWS",
    "coverage",
    "edits",
    "outlines",
    "scenarios",
    "sites",
    "tags",
    "texts",
    "townships",
    "versions",
]

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

VIEWS = ("latest_sites", "latest_townships", "latest_coverage")
"""The latest version of every scenario shared with the team, for QGIS; ``fid`` is the key."""

scenarios = Table(
    "scenarios",
    METADATA,
    Column("fid", WHOLE, primary_key=True),
    Column("id", Text, nullable=False),
    # Links are looked up by their hash: how long that takes tells nothing of the link.
    Column("id_sha256", Text, nullable=False, unique=True),
    Column("owner_sha256", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("region_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("bundle_sha256", Text, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("created", Utc, nullable=False),
    Column("updated", Utc, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("shared", Boolean, nullable=False, server_default=false()),
)

versions = Table(
    "versions",
    METADATA,
    Column("fid", WHOLE, primary_key=True),
    Column("scenario", ForeignKey("scenarios.fid"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("bundle_sha256", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("created", Utc, nullable=False),
    Column("policy", Text, nullable=False, server_default=""),
    UniqueConstraint("scenario", "number"),
)

tags = Table(
    "tags",
    METADATA,
    Column("scenario", ForeignKey("scenarios.fid"), primary_key=True),
    Column("tag", Text, primary_key=True),
)

edits = Table(
    "edits",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("created", Utc, nullable=False),
)

texts = Table(
    "texts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("created", Utc, nullable=False),
)

outlines = Table(
    "outlines",
    METADATA,
    Column("fid", WHOLE, primary_key=True),
    # Every version of a region has the same townships: their outlines are kept once.
    Column("sha256", Text, nullable=False, unique=True),
    Column("geom", Geometry("MULTIPOLYGON"), nullable=False),
)

sites = Table(
    "sites",
    METADATA,
    Column("fid", WHOLE, primary_key=True),
    Column("version", ForeignKey("versions.fid"), nullable=False, index=True),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("existing", Boolean, nullable=False),
    Column("township", Text, nullable=False),
    Column("township_code", Text, nullable=False),
    Column("people", WHOLE, nullable=False),
    Column("geom", Geometry("POINT"), nullable=False),
)

townships = Table(
    "townships",
    METADATA,
    Column("fid", WHOLE, primary_key=True),
    Column("version", ForeignKey("versions.fid"), nullable=False, index=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("people", WHOLE, nullable=False),
    Column("covered", WHOLE, nullable=False),
    Column("share", Float, nullable=True),
    Column("sites", Integer, nullable=False),
    Column("required", Integer, nullable=False),
    Column("passes", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("outline", ForeignKey("outlines.fid"), nullable=False, index=True),
)

coverage = Table(
    "coverage",
    METADATA,
    Column("fid", WHOLE, primary_key=True),
    Column("version", ForeignKey("versions.fid"), nullable=False, index=True),
    # The site that serves the area; empty for the people of a township whom none serves.
    Column("site", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("cells", Integer, nullable=False),
    Column("people", WHOLE, nullable=False),
    Column("geom", Geometry("MULTIPOLYGON"), nullable=False),
)

PLAN_TABLES = (sites, townships, coverage)
