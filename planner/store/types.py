"""Column types that are the same on SQLite and on PostgreSQL with PostGIS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

__all__ = ["SRID", "WHOLE", "Geometry", "Utc"]

SRID = 4326
"""WGS84 longitude and latitude."""

WHOLE = BigInteger().with_variant(Integer(), "sqlite")
"""Whole numbers of 64 bits; SQLite numbers rows by itself only under the name INTEGER."""


class _PostgisGeometry(UserDefinedType[Any]):
    cache_ok = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        return f"geometry({self.kind},{SRID})"


class Geometry(TypeDecorator[BaseGeometry]):
    """Shapely geometry in WGS84: PostGIS ``geometry(kind, 4326)``, a WKB blob in SQLite.

    Parameters
    ----------
    kind
        As PostGIS calls it: ``POINT``, ``MULTIPOLYGON``.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of a database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_PostgisGeometry(self.kind))
        return dialect.type_descriptor(LargeBinary())

    def process_bind_param(
        self, value: BaseGeometry | None, dialect: Dialect
    ) -> str | bytes | None:
        """Write: EWKB in hexadecimal, which PostGIS reads as text, or plain WKB."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            told = shapely.set_srid(value, SRID)
            return str(shapely.to_wkb(told, hex=True, byte_order=1, include_srid=True))
        return bytes(shapely.to_wkb(value, byte_order=1))

    def process_result_value(
        self,
        value: Any,
        dialect: Dialect,  # noqa: ARG002
    ) -> BaseGeometry | None:
        """Read either."""
        return None if value is None else shapely.from_wkb(value)


class Utc(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite knows no time zones."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of a database."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write."""
        if value is None:
            return None
        told = value.astimezone(UTC)
        return told if dialect.name == "postgresql" else told.replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Read."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
