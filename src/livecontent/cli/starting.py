"""`init`: a folder to start from, with settings, a creative, a brand and a few recipients."""

from importlib.resources import as_file, files
from pathlib import Path

import typer

from livecontent.cli.creatives import write_schema
from livecontent.config import FILE
from livecontent.errors import ConfigError

SCHEMA = Path("templates", "creative.schema.json")

_NEXT = """Made {folder}: {file} (settings), templates/hello (a creative), templates/brand.yaml, recipients.csv.
Next:
{enter}  livecontent import recipients recipients.csv
  livecontent render hello --recipient sample-1 -o hello.jpg
  livecontent serve"""


def start_folder(folder: Path) -> None:
    """Writes the files, and says what to type next. Raises `ConfigError` where one is there: none is replaced."""
    with as_file(files("livecontent.cli") / "start") as shipped:
        texts = {file.relative_to(shipped): file.read_text("utf-8") for file in shipped.rglob("*") if file.is_file()}
    there = [str(folder / name) for name in (*texts, SCHEMA) if (folder / name).exists()]
    if there:
        raise ConfigError(f"there is {', '.join(sorted(there))} already: nothing was written")
    try:
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        write_schema(folder / SCHEMA)
    except OSError as error:
        raise ConfigError(f"{error.filename or folder} can't be written: {error.strerror}") from None
    enter = "" if folder.resolve() == Path.cwd() else f"  cd {folder}\n"
    typer.echo(_NEXT.format(folder=folder, file=FILE, enter=enter))
