"""`check` and `schema`: for those who write creatives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from livecontent.app import make_workshop
from livecontent.config import load_settings
from livecontent.creative.load import FILE
from livecontent.creative.schema import creative_schema
from livecontent.errors import ConfigError, CreativeError, Problem
from livecontent.lint.check import load_checked
from livecontent.lint.cost import costs_of
from livecontent.lint.staleness import truths_of
from livecontent.publish import publish
from livecontent.render.compile import CompiledCreative, Workshop


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    program.command()(check)
    program.command()(schema)


def check(
    path: Annotated[Path | None, typer.Argument(help="A creative's folder, or a folder of them.")] = None,
    costs: Annotated[
        bool, typer.Option("--costs", help="Also how much of each variant is drawn anew, and why.")
    ] = False,
    truth: Annotated[
        bool, typer.Option("--truth", help="Also how much stays true where mail clients fetch before the reader looks.")
    ] = False,
) -> None:
    """Checks creatives: errors with file, line and column; exit code 1 where one can't be used."""
    settings = load_settings()
    folder = path or settings.templates
    folders = [folder] if (folder / FILE).is_file() else sorted(file.parent for file in folder.glob(f"*/{FILE}"))
    if not folders:
        raise ConfigError(f"{folder}: there is no {FILE} in it, nor in a folder in it")
    workshop = make_workshop(settings)
    problems: list[Problem] = []
    for one in folders:
        try:
            loaded = load_checked(one, workshop.vocabulary, workshop.available)
            compiled = publish(loaded, workshop)
            if costs:
                _tell_costs(compiled, workshop)
            if truth:
                _tell_truth(compiled)
            problems += loaded.warnings
        except CreativeError as error:
            problems += error.problems
    for problem in problems:
        typer.echo(str(problem))
    errors = sum(not problem.warning for problem in problems)
    typer.echo(f"{len(folders)} creatives: {errors} errors, {len(problems) - errors} warnings", err=True)
    if errors:
        raise typer.Exit(1)


def _tell_costs(compiled: CompiledCreative, workshop: Workshop) -> None:
    for cost in costs_of(compiled, workshop.layout):
        typer.echo(f"{compiled.loaded.name} {cost.variant}: {cost.share:.0%} of the picture is drawn anew")
        for part in cost.parts:
            typer.echo(f"  {part.share:4.0%}  {', '.join(part.layers)}")


def _tell_truth(compiled: CompiledCreative) -> None:
    typer.echo(f"{compiled.loaded.name}: layers that stay true until they are read, and those left out for it")
    for one in truths_of(compiled):
        variants = f"{one.variants} of {len(compiled.loaded.creative.variants)} variants"
        typer.echo(f"  {one.client:<22} {one.score:4.0%}  {variants}, {one.left_out} of {one.layers} layers left out")


def schema(
    output: Annotated[Path | None, typer.Option("-o", help="The file to write; else the screen.")] = None,
) -> None:
    """Writes the JSON Schema of creatives, for editors."""
    text = json.dumps(creative_schema(), indent=2, ensure_ascii=False) + "\n"
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)  # `templates/` in a folder that is new
        output.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)
