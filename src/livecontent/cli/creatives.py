"""`check` and `schema`: for those who write creatives."""

import json
from pathlib import Path

import typer

from livecontent.app import available_assets, make_fonts
from livecontent.cli.screen import counted
from livecontent.config import load_settings
from livecontent.creative.load import FILE, load_creative
from livecontent.creative.schema import creative_schema
from livecontent.errors import ConfigError, CreativeError, Problem
from livecontent.lint.cost import costs_of
from livecontent.lint.truth import truths_of
from livecontent.render.compile import CompiledCreative, compile_creative
from livecontent.render.paint.painter import Painter


def check(creative: str, *, costs: bool, truth: bool) -> None:
    """Checks a creative by name or folder, a folder of creatives, or all."""
    settings = load_settings()
    named = settings.templates / creative
    folder = Path(creative) if creative and not named.is_dir() else named
    folders = [folder] if (folder / FILE).is_file() else sorted(file.parent for file in folder.glob(f"*/{FILE}"))
    if not folders:
        raise ConfigError(f"no creative found in {folder}")
    painter = Painter(make_fonts(settings))
    problems: list[Problem] = []
    for one in folders:
        try:
            published = load_creative(one, available_assets(painter.fonts))
            compiled = compile_creative(published, painter)
            if costs:
                _tell_costs(compiled)
            if truth:
                _tell_truth(compiled)
            problems += published.warnings
        except CreativeError as error:
            problems += error.problems
    for problem in problems:
        typer.echo(str(problem))
    errors = sum(not problem.warning for problem in problems)
    found = f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"
    typer.echo(f"{counted(len(folders), 'creative')}: {found} (in {folder})", err=True)
    if errors:
        raise typer.Exit(1)


def _tell_costs(compiled: CompiledCreative) -> None:
    for cost in costs_of(compiled):
        typer.echo(f"{compiled.published.name} {cost.variant}: {cost.share:.0%} of the image is redrawn at each open")
        for part in cost.parts:
            typer.echo(f"  {part.share:4.0%}  {', '.join(part.layers)}")


def _tell_truth(compiled: CompiledCreative) -> None:
    typer.echo(f"{compiled.published.name}: layers shown to clients that prefetch, and those left out")
    for one in truths_of(compiled):
        variants = f"{one.variants} of {len(compiled.published.creative.variants)} variants"
        typer.echo(f"  {one.client:<22} {one.score:4.0%}  {variants}, {one.left_out} of {one.layers} layers left out")


def write_schema(output: Path | None) -> None:
    """Writes the JSON Schema of creatives."""
    text = json.dumps(creative_schema(), indent=2, ensure_ascii=False) + "\n"
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)
