"""The trade-off curve (投入与覆盖): people covered against sites or radius; a point is a plan."""

from __future__ import annotations

from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from geo.bundle import Bundle
from planner.curves import PlanCurve
from planner.language import Language
from planner.plan import Plan
from planner.ui import sitting
from planner.ui.answer import curve_of, known_curve
from planner.ui.plan_map import mark_edited
from planner.ui.words import UI

__all__ = ["show_curve"]

AXES = ("sites", "radius")
HEIGHT_PX = 330
