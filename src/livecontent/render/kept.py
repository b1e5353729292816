"""Creatives as they were published, for when their folder is gone or broken."""

import logging
from pathlib import Path

from livecontent.creative.load import load_kept
from livecontent.creative.versions import PublishedVersions
from livecontent.render.compile import CompiledCreative, Workshop

log = logging.getLogger(__name__)


def compile_kept(folder: Path, versions: PublishedVersions, workshop: Workshop) -> CompiledCreative | None:
    """The version in force of the creative of a folder; of those that are damaged the next; None where none is left.

    Nothing but itself does for what stands in for a version that was recalled.
    """
    name = folder.name
    for version in versions.in_force(name)[: 1 if name in versions.recalled else None]:
        try:
            loaded = load_kept(folder, versions.files(name, version), workshop.vocabulary)
            if loaded.version != version.id:
                log.warning("%s: the version %s is damaged", name, version.id)
                continue
            compiled = CompiledCreative(loaded, workshop)
        except Exception as error:  # noqa: BLE001  recipients wait
            log.warning("%s: the version %s can't be used: %s", name, version.id, error)
        else:
            return compiled
    return None
