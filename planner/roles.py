"""What part an open site plays in the network: it stands already, is new, has a host, or drives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

__all__ = ["HOSTS", "ROLES", "Role", "role_of", "roles_of"]

Role = Literal["existing", "new", "hosted", "mobile"]
ROLES: tuple[Role, ...] = ("existing", "new", "hosted", "mobile")

HOSTS = frozenset({"waste_disposal", "transfer_station", "sanitary_dump", "landfill"})
"""Kinds that are facilities of the waste service: the two networks (两网融合) share the place."""

MOBILE = "mobile"


def role_of(kind: str, existing: bool) -> Role:
    """Tell the role of one open site; what stands already is that, whatever its kind."""
    if existing:
        return "existing"
    if kind == MOBILE:
        return "mobile"
    return "hosted" if kind in HOSTS else "new"


def roles_of(kinds: Iterable[str], existing: Iterable[bool]) -> list[Role]:
    """Tell the roles of many sites, in their order."""
    return [role_of(str(kind), bool(one)) for kind, one in zip(kinds, existing, strict=True)]
