"""Roles and what they may do: one table; what is not in it is denied."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Role = Literal["viewer", "editor", "publisher", "admin"]
# "open" is what nobody needs to sign in for.
Action = Literal["open", "view", "comment", "edit", "approve", "publish", "recall", "people", "forget", "admin"]

ROLES: tuple[Role, ...] = get_args(Role)
_VIEWER: frozenset[Action] = frozenset({"open", "view", "comment"})
_EDITOR: frozenset[Action] = _VIEWER | {"edit"}
_PUBLISHER: frozenset[Action] = _EDITOR | {"approve", "publish", "recall", "people"}
ALLOWED: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {"viewer": _VIEWER, "editor": _EDITOR, "publisher": _PUBLISHER, "admin": _PUBLISHER | {"forget", "admin"}}
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is signed in: the name that the audit log has, the role, and the token, if it was by one."""

    name: str
    role: Role
    token: str = ""

    def may(self, action: Action) -> bool:
        """Whether the role allows it."""
        return may(self.role, action)


def may(role: Role, action: Action) -> bool:
    """Whether a role allows an action."""
    return action in ALLOWED.get(role, frozenset())


def role_named(text: str) -> Role | None:
    """The role of a name; None for one that there is none of."""
    return next((role for role in ROLES if role == text), None)
