"""Which ref a recipient has, where there are several keys: the one that they are known by, else one by the newest."""

from collections.abc import Iterable, Sequence

from livecontent.links import ref_of
from livecontent.runtime.keys import SecretKey, SecretKeys
from livecontent.storage.base import ConsentDecision, Storage


class Refs:
    """Tells the refs of ids."""

    def __init__(self, keys: SecretKeys, storage: Storage) -> None:
        self._keys = keys
        self._storage = storage

    async def find_and_carry_over(self, recipient_id: str) -> str:
        """The ref of an id; what was decided under one of a retired key is put under it. Raises `StorageError`."""
        newest, *older = refs_by(self._keys.live, recipient_id)
        for ref in older:
            # Not what an open is told: that hides who said no, and takes anybody for known where nothing can be read.
            if await self._storage.recipients.get(ref) is not None or await self._storage.consents.find(ref):
                return ref
        if self._keys.retired and await self._storage.consents.find(newest) is None:
            found = [await self._storage.consents.find(ref) for ref in refs_by(self._keys.retired, recipient_id)]
            if decisions := [decision._replace(ref=newest) for decision in found if decision]:
                await self._storage.consents.put(decisions)
        return newest

    async def of_users(self, recipient_ids: Iterable[str]) -> dict[str, str]:
        """The refs of many ids. Raises `StorageError`."""
        return {one: await self.find_and_carry_over(one) for one in set(recipient_ids)}

    def spread(self, recipient_id: str, decision: ConsentDecision) -> list[ConsentDecision]:
        """A decision; a no also under the refs of retired keys, as it holds for emails already sent."""
        retired = self.retired(recipient_id) if decision.state == "none" else []
        return [decision, *(decision._replace(ref=ref) for ref in retired)]

    def retired(self, recipient_id: str) -> list[str]:
        """The refs of an id in emails that were sent with keys retired since."""
        return refs_by(self._keys.retired, recipient_id)

    def every(self, recipient_id: str) -> list[str]:
        """All refs that an id may ever have had, the newest first."""
        return refs_by((*self._keys.live, *self._keys.retired), recipient_id)


def refs_by(keys: Sequence[SecretKey], recipient_id: str) -> list[str]:
    """The refs of an id by each of these keys."""
    return [ref_of(recipient_id, key.secret) for key in keys]
