"""Folium elements of our own: a region on a map, and a plan on the region."""

from __future__ import annotations

import json
from typing import Any

from branca.element import MacroElement
from folium import Map
from folium.template import Template

__all__ = ["PacketLayer", "PlanLayer", "RegionLayer", "ShownLayer"]


class RegionLayer(MacroElement):
    """Base map, townships and cells of one bundle: what no plan changes.

    Parameters
    ----------
    config
        What ``RecycleNet.mount`` in ``assets/plan.js`` takes.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        RecycleNet.mount({{ this._parent.get_name() }}, {{ this.config }});
        {% endmacro %}
        """
    )

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "RecycleNetRegion"
        self.config = _script_literal(config)


class PacketLayer(MacroElement):
    """A packet for the map that the layer, or the group it is in, was added to.

    Parameters
    ----------
    packed
        Base64: letters and digits, so that no name in it can be markup, a script or a template.
    """

    def __init__(self, packed: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "RecycleNetPacket"
        self.packed = packed

    def map_name(self) -> str:
        """Name of the map."""
        parent = self._parent
        while parent is not None and not isinstance(parent, Map):
            parent = parent._parent
        if parent is None:
            raise ValueError("a plan layer belongs on a map")
        return str(parent.get_name())


class PlanLayer(PacketLayer):
    """One plan, in place of the one that was shown: nothing is drawn anew but what changed.

    ``packed`` is :func:`planner.maps.state.plan_state`; empty: no plan, the region alone.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        RecycleNet.show({{ this.map_name() }}, "{{ this.packed }}");
        {% endmacro %}
        """
    )


class ShownLayer(PacketLayer):
    """Edits and picks beside the plan; ``packed`` is :func:`planner.maps.shown.shown_state`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        RecycleNet.showBeside({{ this.map_name() }}, "{{ this.packed }}");
        {% endmacro %}
        """
    )


def _script_literal(value: object) -> str:
    """Write JSON as a JavaScript literal that is safe in a script element and in a template."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, allow_nan=False)
    for letter in "<>&'`":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    # Branca renders every script twice: the second time, braces of a text would be a template.
    return text.replace("{{", "\\u007b\\u007b").replace("{%", "\\u007b%").replace("{#", "\\u007b#")
