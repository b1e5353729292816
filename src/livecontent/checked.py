"""A creative as it may be published: checked, compiled, and all its layers seen."""

from livecontent.creative.load import LoadedCreative
from livecontent.errors import CreativeError, DrawingError, Problem
from livecontent.lint.drawable import check_drawable
from livecontent.render.compile import CompiledCreative, Workshop


def publish(loaded: LoadedCreative, workshop: Workshop) -> CompiledCreative:
    """A creative, compiled and checked. Raises `CreativeError` where a layer would never be seen."""
    compiled = CompiledCreative(loaded, workshop)
    for one in (compiled, compiled.dark):
        if one and (problems := check_drawable(one, workshop.layout)):
            raise CreativeError(problems)
    return compiled


def draw_static(compiled: CompiledCreative) -> None:
    """Draws the static images of all variants, as opens do when they are first needed. Raises `CreativeError`."""
    try:
        for one in (compiled, compiled.dark):
            for variant in one.variants.values() if one else ():
                variant.images()
    except DrawingError as error:
        raise CreativeError([Problem(compiled.loaded.name, 1, 1, str(error))]) from None


def make_ready(compiled: CompiledCreative, before: CompiledCreative | None) -> CompiledCreative:
    """A new version; what of the one before was opened is drawn already: those who open it shall not wait."""
    loaded = compiled.loaded
    compiled.loaded = loaded.without_files
    if compiled.dark and compiled.loaded.dark:
        compiled.dark.loaded = compiled.loaded.dark
    for old, new in ((before, compiled), (before and before.dark, compiled.dark)):
        for variant in old.variants.values() if old and new else ():
            if new and variant.ready and variant.variant.name in new.variants:
                new.variants[variant.variant.name].images()
    return compiled
