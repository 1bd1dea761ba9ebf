"""Regions made ready elsewhere: the sample, the recipes, a place by its name, a zipped folder."""

from __future__ import annotations

import dataclasses

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.errors import GeoError, PlaceError
from geo.kinds import default_kinds
from geo.live import Place, Servers, fetch_extract, find_place, find_townships
from geo.progress import Progress
from geo.suitability_ground import WANTED
from planner.packs.bundle_zip import unzip_bundle
from planner.regions.intake import Intake, import_region
from planner.regions.recipe_region import with_recipe
from planner.regions.recipes import Recipe, load_recipe, recipe_names
from planner.ui.library import choose, chosen, folder_of, is_there, new_id
from planner.ui.region_work import keep_upload, said_in_page, sitting_folder, working
from planner.ui.text import plain
from planner.ui.uploads import limit_mb
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["PLAN_NOW", "open_made", "recipe_title", "show_made", "show_sources"]

PLAN_NOW = "region-plan-now"
_CHOICES, _MADE = "place-choices", "region-made"


def open_made(region_id: str, card: str) -> None:
    """Take a region that has just been made, and draw the page anew with it.

    Parameters
    ----------
    region_id
        Of the region.
    card
        Key of the card that it was asked for in, which says so.
    """
    choose(region_id)
    st.session_state[_MADE] = (card, region_id)
    st.rerun()


def show_made(card: str, language: Language) -> None:
    """Say in the card where a region was asked for that it is there, and offer to plan it."""
    if st.session_state.get(_MADE) != (card, chosen()):
        return
    st.success(UI.say("region-made", language), icon=":material/check_circle:")
    if st.button(
        UI.say("plan-this", language),
        type="primary",
        icon=":material/map:",
        key=f"region-plan-{card}",
    ):
        st.session_state[PLAN_NOW] = True
        st.rerun()


def recipe_title(name: str, language: Language) -> str:
    """Name a recipe's region."""
    recipe = load_recipe(name)
    return recipe.name_zh if language == "zh" else recipe.name_en


def show_sources(language: Language) -> None:
    """Offer the sample, the recipes, a place by its name and a region of another computer."""
    with st.container(border=True):
        st.subheader(UI.say("source-ready", language), anchor=False)
        _show_ready(language)
    with st.container(border=True):
        st.subheader(UI.say("source-place", language), anchor=False)
        _show_place(language)
    with st.container(border=True):
        st.subheader(UI.say("source-bundle", language), anchor=False)
        _show_bundle(language)


def _show_ready(language: Language) -> None:
    if st.button(
        UI.say("sample", language),
        key="ready-sample",
        disabled=not chosen(),
        icon=":material/science:",
        width="stretch",
    ):
        choose("")
        st.rerun()
    anew = ""
    for name in recipe_names():
        there = is_there(name)
        word = "ready-there" if there else "ready-fetch"
        if st.button(
            UI.say(word, language, name=plain(recipe_title(name, language))),
            key=f"ready-{name}",
            disabled=there and chosen() == name,
            icon=":material/folder_open:" if there else ":material/cloud_download:",
            width="stretch",
        ):
            if there:
                choose(name)
                st.rerun()
            anew = name
        if (
            there
            and chosen() == name
            and st.button(
                UI.say("ready-anew", language),
                key=f"anew-{name}",
                type="tertiary",
                icon=":material/refresh:",
            )
        ):
            anew = name
    st.caption(UI.say("source-ready-help", language))
    place = st.empty()
    if anew:
        _fetch_recipe(load_recipe(anew), place, language)
    show_made("ready", language)


def _show_place(language: Language) -> None:
    with st.form("place-form", border=False):
        text = st.text_input(
            UI.say("place-name", language),
            key="place-name",
            placeholder=UI.say("place-example", language),
            max_chars=200,
            help=UI.say("place-help", language),
        )
        asked = st.form_submit_button(
            UI.say("place-fetch", language), icon=":material/cloud_download:"
        )
    st.caption(UI.say("place-note", language))
    told: tuple[tuple[str, str], ...] = () if asked else st.session_state.get(_CHOICES, ())
    if asked:
        st.session_state.pop(_CHOICES, None)
    place = st.container()
    if told:
        labels = {osm_id: f"{plain(label)} ({osm_id})" for osm_id, label in told}
        picked = place.radio(
            UI.say("place-which", language),
            list(labels),
            format_func=labels.__getitem__,
            index=None,
            key="place-choice",
        )
        if place.button(
            UI.say("place-fetch-this", language), disabled=picked is None, key="place-take"
        ):
            asked, text = True, str(picked)
    work = st.empty()
    if asked:
        _fetch_place(text, work, language)
    show_made("place", language)


def _show_bundle(language: Language) -> None:
    """Take a region that was imported elsewhere: its folder in a zip file."""
    upload = st.file_uploader(
        UI.say("file-bundle", language),
        ("zip",),
        key="file-bundle",
        help=UI.say("file-bundle-help", language),
        max_upload_size=limit_mb("file-bundle"),
    )
    pressed = st.button(
        UI.say("bundle-open", language),
        key="bundle-open",
        disabled=upload is None,
        icon=":material/folder_zip:",
    )
    place = st.empty()
    if upload is not None and pressed:
        path, region_id = keep_upload(upload, "bundle"), new_id()
        try:
            with working(place, language) as progress:
                progress("unpack", 0.0)
                unzip_bundle(path, folder_of(region_id))
        except GeoError as error:
            place.error(said_in_page(error, language), icon=":material/error:")
        else:
            open_made(region_id, "bundle")
    show_made("bundle", language)


def _fetch_place(text: str, place: DeltaGenerator, language: Language) -> None:
    region_id = new_id()
    try:
        with working(place, language) as progress:
            found = find_place(text, Servers(), language=language, progress=progress)
            _import(found, None, region_id, progress)
    except PlaceError as error:
        # A point is no region: what is offered can be fetched.
        areas = tuple(choice for choice in error.choices if choice[0][:1] in "RW")
        if areas:
            st.session_state[_CHOICES] = areas
            st.rerun()
        place.error(said_in_page(error, language), icon=":material/wrong_location:")
    except GeoError as error:
        place.error(said_in_page(error, language), icon=":material/cloud_off:")
    else:
        st.session_state.pop(_CHOICES, None)
        open_made(region_id, "place")


def _fetch_recipe(recipe: Recipe, place: DeltaGenerator, language: Language) -> None:
    try:
        with working(place, language) as progress:
            servers = Servers()
            found = find_place(recipe.place, servers, language=language, progress=progress)
            if recipe.township_names:
                found = find_townships(
                    [recipe.spellings(name) for name in recipe.township_names],
                    found,
                    servers,
                    name=recipe.name_zh,
                    level=recipe.admin_level,
                    skip_missing=True,  # said among the findings
                    progress=progress,
                )
            _import(found, recipe, recipe.name, progress)
    except GeoError as error:
        place.error(said_in_page(error, language), icon=":material/cloud_off:")
    else:
        open_made(recipe.name, "ready")


def _import(place: Place, recipe: Recipe | None, region_id: str, progress: Progress) -> None:
    folder = sitting_folder()
    path = folder / "place.osm.pbf"
    fetched = fetch_extract(
        place, path, Servers(), wanted=default_kinds().wanted() | WANTED, progress=progress
    )
    intake = Intake(extract=path)
    if recipe is not None:
        intake = with_recipe(intake, recipe, folder)
    elif place.name:
        intake = dataclasses.replace(intake, name=place.name)
    try:
        import_region(intake, folder_of(region_id), progress, recipe=recipe, fetched=fetched)
    finally:
        path.unlink(missing_ok=True)
