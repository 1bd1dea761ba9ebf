"""Scenarios kept for weeks: one SQLite file, or a team's PostgreSQL with PostGIS."""

from __future__ import annotations

from planner.store.errors import (
    CHOICES,
    Choice,
    ConflictError,
    ForeignStoreError,
    NewerStoreError,
    NotOwnerError,
    OtherRegionError,
    RefusedTextError,
    StoreError,
    UnknownScenarioError,
)
from planner.store.plan_rows import draft_of
from planner.store.store import Store, open_store
from planner.store.values import Draft, Entry, Figures, PlanRows, Receipt, SavedScenario, Version

__all__ = [
    "CHOICES",
    "Choice",
    "ConflictError",
    "Draft",
    "Entry",
    "Figures",
    "ForeignStoreError",
    "NewerStoreError",
    "NotOwnerError",
    "OtherRegionError",
    "PlanRows",
    "Receipt",
    "RefusedTextError",
    "SavedScenario",
    "Store",
    "StoreError",
    "UnknownScenarioError",
    "Version",
    "draft_of",
    "open_store",
]
