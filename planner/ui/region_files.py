"""A region of one's own files: what is understood of each, consent where it is asked, import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.columns import Role
from geo.diagnosis import Diagnosis
from geo.errors import CoordinateError, GeoError
from geo.preview import Preview, preview
from planner.commands.inspect import say_preview
from planner.commands.inspect_words import say_diagnosis
from planner.regions.intake import Intake, import_region
from planner.regions.recipe_region import with_recipe
from planner.regions.recipes import load_recipe, recipe_names
from planner.ui.library import folder_of, new_id
from planner.ui.region_source import open_made, recipe_title, show_made
from planner.ui.region_work import keep_upload, said_in_page, sitting_folder, working
from planner.ui.text import plain
from planner.ui.uploads import limit_mb
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["PLACES", "TABLES", "show_files", "show_preview"]

PLACES = ("geojson", "json", "gpkg", "zip", "kml", "kmz", "csv", "tsv", "txt", "xlsx")
TABLES = ("csv", "tsv", "txt", "xlsx")
EXTRACTS = ("pbf", "osm", "bz2", "gz")

#: What else may be given beside the extract, in the order of the page, and its endings.
ROLES: dict[Role, tuple[str, ...]] = {
    "boundaries": PLACES,
    "population": TABLES,
    "candidates": PLACES,
    "exclude": PLACES,
    "urban": PLACES,
}
_PREVIEW_PX = 280
_CONSENTS, _PREVIEWS = "region-consents", "region-previews"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Given:
    """A file of the user's, looked at."""

    path: Path
    seen: Preview | None
    layer: str
    columns: dict[str, Any]


def show_files(language: Language) -> None:
    """Take files, show what is understood of each, import them."""
    with st.container(border=True):
        st.subheader(UI.say("source-files", language), anchor=False)
        upload = st.file_uploader(
            UI.say("file-extract", language),
            EXTRACTS,
            key="file-extract",
            help=UI.say("file-extract-help", language),
            max_upload_size=limit_mb("file-extract"),
        )
        extract = keep_upload(upload, "extract") if upload is not None else None
        given = {role: file for role in ROLES if (file := _show_role(role, language)) is not None}
        told = _show_options(given, extract, language)
        unread = [role for role, file in given.items() if file.seen is None]
        agreed = _show_consents(given, language)
        enough = extract is not None or "boundaries" in given
        pressed = st.button(
            UI.say("import", language),
            type="primary",
            disabled=bool(unread) or not enough or not agreed,
            key="region-import",
            icon=":material/database:",
        )
        if unread or not enough or not agreed:
            why = "import-mend" if unread else "import-agree" if enough else "import-needs"
            st.caption(UI.say(why, language))
        place = st.empty()
        if pressed:
            _import(extract, given, told, place, language)
        show_made("files", language)


def show_preview(seen: Preview, language: Language) -> None:
    """Show what is understood of a file, as text."""
    st.code(say_preview(seen, language), language=None, wrap_lines=True, height=_PREVIEW_PX)


def _show_role(role: Role, language: Language) -> _Given | None:
    there = st.session_state.get(f"file-{role}") is not None
    with st.expander(
        UI.say(f"file-{role}", language), expanded=there, icon=":material/attach_file:"
    ):
        upload = st.file_uploader(
            UI.say(f"file-{role}-help", language),
            ROLES[role],
            key=f"file-{role}",
            max_upload_size=limit_mb(f"file-{role}"),
        )
        if upload is None:
            return None
        path = keep_upload(upload, role)
        layer = st.text_input(
            UI.say("file-layer", language), key=f"layer-{role}", max_chars=200
        ).strip()
        seen = _looked_at(path, role, layer)
        if isinstance(seen, GeoError):
            st.error(said_in_page(seen, language), icon=":material/error:")
            return _Given(path=path, seen=None, layer=layer, columns={})
        columns = _show_columns(seen, language) if role == "boundaries" else {}
        show_preview(seen, language)
        return _Given(path=path, seen=seen, layer=layer, columns=columns)


def _looked_at(path: Path, role: Role, layer: str) -> Preview | GeoError:
    """Preview a file once, however often the page is drawn."""
    kept = st.session_state.setdefault(_PREVIEWS, {})
    asked, seen = kept.get(role, (None, None))
    if asked != (path, layer):
        try:
            seen = preview(path, role=role, layer=layer or None)
        except GeoError as error:
            seen = error
        kept[role] = ((path, layer), seen)
    return seen  # type: ignore[no-any-return]


def _show_consents(given: dict[Role, _Given], language: Language) -> bool:
    """Ask whether coordinates are converted as the import found they ought to be.

    Returns
    -------
    bool
        Whether every question is answered.
    """
    answered = True
    for role, diagnosis in _asked(given).items():
        file = plain(given[role].path.name)
        st.warning(
            f"{file} — {plain(say_diagnosis(diagnosis, language))}",
            icon=":material/share_location:",
        )
        convert = st.checkbox(UI.say("consent-convert", language), key=f"convert-{role}")
        keep = bool(diagnosis.plain) and st.checkbox(
            UI.say("consent-keep", language), key=f"keep-{role}", disabled=convert
        )
        answered &= convert or keep
    return answered


def _show_options(
    given: dict[Role, _Given], extract: Path | None, language: Language
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for file in given.values():
        told |= file.columns
    if "population" in given:
        told["accept_guesses"] = st.checkbox(UI.say("accept-guesses", language), key="guesses")
        told["skip_unknown"] = st.checkbox(UI.say("skip-unknown", language), key="skip-unknown")
    with st.expander(UI.say("import-more", language), icon=":material/tune:"):
        name = st.text_input(
            UI.say("import-name", language), key="import-name", max_chars=100
        ).strip()
        if name:
            told["name"] = name
        if extract is not None:
            told["recipe"] = st.selectbox(
                UI.say("import-recipe", language),
                recipe_names(),
                index=None,
                format_func=lambda name: recipe_title(name, language),
                placeholder=UI.say("column-none", language),
                help=UI.say("import-recipe-help", language),
                key="import-recipe",
            )
        told["cell_m"] = float(
            st.number_input(UI.say("import-cell", language), 100, 2000, 250, 50, key="import-cell")
        )
        if "boundaries" not in given and extract is not None:
            told["admin_level"] = st.number_input(
                UI.say("import-level", language),
                4,
                11,
                None,
                placeholder=UI.say("import-level-empty", language),
                key="import-level",
            )
    return told


def _show_columns(seen: Preview, language: Language) -> dict[str, Any]:
    names = [column.name for column in seen.columns]
    if not names:
        return {}
    taken = {column.taken: column.name for column in reversed(seen.columns)}
    told = {}
    with st.container(horizontal=True):
        for key, field in (("name", "name_field"), ("code", "code_field"),
                           ("county", "county_field")):  # fmt: skip
            best = names.index(taken[key]) if key in taken else 0 if key == "name" else None
            told[field] = st.selectbox(
                UI.say(f"column-{key}", language),
                names,
                index=best,
                key=f"column-{key}-{seen.file}",
                placeholder=UI.say("column-none", language),
                width=180,
            )
    return told


def _import(
    extract: Path | None,
    given: dict[Role, _Given],
    told: dict[str, Any],
    place: DeltaGenerator,
    language: Language,
) -> None:
    region_id = new_id()
    name = told.pop("recipe", None)
    recipe = load_recipe(name) if name else None
    try:
        intake = Intake(
            extract=extract,
            **{role: file.path for role, file in given.items()},  # type: ignore[arg-type]
            layer=tuple(f"{role}={file.layer}" for role, file in given.items() if file.layer),
            convert=tuple(_consents(given)),
            **told,
        )
        if recipe is not None:
            intake = with_recipe(intake, recipe, sitting_folder())
        with working(place, language) as progress:
            import_region(intake, folder_of(region_id), progress, recipe=recipe)
    except CoordinateError as error:
        file = given.get(error.role)  # type: ignore[call-overload]
        if file is None or not isinstance(error.diagnosis, Diagnosis):
            place.error(said_in_page(error, language), icon=":material/error:")
            return
        asked = st.session_state.setdefault(_CONSENTS, {})
        asked[error.role] = (str(file.path), error.diagnosis)
        st.rerun()
    except GeoError as error:
        place.error(said_in_page(error, language), icon=":material/error:")
    else:
        st.session_state.pop(_CONSENTS, None)
        open_made(region_id, "files")


def _asked(given: dict[Role, _Given]) -> dict[Role, Diagnosis]:
    """What an import has found of the coordinates of the files that are still given."""
    asked: dict[Role, tuple[str, Diagnosis]] = st.session_state.get(_CONSENTS, {})
    return {
        role: diagnosis
        for role, (file, diagnosis) in asked.items()
        if role in given and file == str(given[role].path)
    }


def _consents(given: dict[Role, _Given]) -> list[str]:
    found = []
    for role, diagnosis in _asked(given).items():
        if st.session_state.get(f"convert-{role}"):
            found.append(f"{role}={diagnosis.best.key}")
        elif st.session_state.get(f"keep-{role}"):
            found.append(f"{role}=none")
    return found
