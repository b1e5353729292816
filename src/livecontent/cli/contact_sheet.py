"""`render --all`: a page with every variant of a creative, light and dark where it has both."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import NamedTuple

import typer

from livecontent.cli.one_open import creatives_of, known_creative, open_each
from livecontent.cli.options import Viewer
from livecontent.cli.storage import settings_or_demo
from livecontent.cli.words import counted
from livecontent.creative.model import Creative, has_themes
from livecontent.errors import ConfigError
from livecontent.pipeline import Answer

PAGE = "index.html"

_THEMES = ("light", "dark")
_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>All variants</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;margin:32px;background:#f4f4f2;color:#1c1c1c}
section{display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start}
figure{margin:0;padding:16px;background:#fff;max-width:100%;border-radius:8px}
figure.dark{background:#17181a;color:#eee}
img{display:block;max-width:100%;height:auto}
figcaption{margin-top:12px;max-width:60ch}
small{opacity:.7}
</style>
"""


class Shot(NamedTuple):
    """An image of a variant; the theme is "" where there is but one."""

    file: str
    variant: str
    theme: str
    found: Answer


def write_sheet(creative: str, viewer: Viewer, folder: Path) -> None:
    """Writes the images and the page of a creative, or of all with an empty name. Raises `LivecontentError`."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file: with --all, -o names a folder")
    settings = settings_or_demo()
    names = [known_creative(creative, settings)] if creative else creatives_of(settings)
    if not names:
        raise ConfigError(f"no creative found in {settings.templates}")
    folder.mkdir(parents=True, exist_ok=True)
    page, count = [_HEAD], 0
    for name in names:
        found = open_each(name, lambda one: _viewers(one, viewer))
        shots = list(_shots(name, found[1]))
        for shot in shots:
            (folder / shot.file).write_bytes(shot.found.data)
        page += _section(name, found[0], shots)
        count += len(shots)
    (folder / PAGE).write_text("".join(page), encoding="utf-8")
    typer.echo(f"{folder / PAGE}: {counted(count, 'image')} of {counted(len(names), 'creative')}", err=True)


def _viewers(creative: Creative, viewer: Viewer) -> Iterator[Viewer]:
    given = viewer.param or []
    themed = has_themes(creative) and not any(text.startswith("theme=") for text in given)
    for variant in [viewer.variant] if viewer.variant else [one.name for one in creative.variants]:
        for theme in _THEMES if themed else ("",):
            yield replace(viewer, variant=variant, param=[*given, f"theme={theme}"] if theme else given)


def _shots(name: str, found: list[tuple[Viewer, Answer]]) -> Iterator[Shot]:
    """The images, with their themes where these make a difference."""
    by_variant: dict[str, list[Answer]] = {}
    for viewer, answer in found:
        by_variant.setdefault(viewer.variant or "", []).append(answer)
    for variant, answers in by_variant.items():
        light, *others = answers
        dark = next((answer for answer in others if answer.data != light.data), None)
        yield Shot(f"{name}-{variant}.{light.format}", variant, "light" if dark else "", light)
        if dark:
            yield Shot(f"{name}-{variant}-dark.{dark.format}", variant, "dark", dark)


def _section(name: str, creative: Creative, shots: list[Shot]) -> Iterator[str]:
    yield f"<h1>{escape(name)}</h1>\n<p>{escape(creative.title)}</p>\n<section>\n"
    rules = {variant.name: variant.when.source if variant.when else "always" for variant in creative.variants}
    width, height = creative.size
    for shot in shots:
        yield _figure(shot, rules[shot.variant], width, height)
    yield "</section>\n"


def _figure(shot: Shot, rule: str, width: int, height: int) -> str:
    found, theme = shot.found, shot.theme
    alt = escape(found.alt)
    notes = "".join(f"<br><small>{escape(note)}</small>" for note in (*found.left_out, *map(str, found.substitutions)))
    return (
        f'<figure class="{theme or "light"}">'
        f'<img src="{shot.file}" width="{width}" height="{height}" alt="{alt}">'
        f"<figcaption><b>{escape(shot.variant)}</b>{f' ({theme})' if theme else ''} <small>{escape(rule)}</small>"
        f"<br>{alt or '<small>no alt text</small>'}{notes}"
        f"<br><small>{len(found.data):,} bytes</small></figcaption></figure>\n"
    )
