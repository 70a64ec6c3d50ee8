"""Who may do what: the one table. Services ask it through `services/access.py`; the window only reflects it.

The operating system's account is the outer wall: roles are enforced by the program, not by the disk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    GUARD = "guard"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    LIVE = "live"  # the cameras' pictures, and the names on them
    ACTIVITY_TODAY = "activity_today"
    ACTIVITY = "activity"  # sightings of any day
    PERSON_CARD = "person_card"  # one person, looked up by name
    ENROL = "enrol"  # consent recorded, pictures checked, somebody added
    WITHDRAW = "withdraw"  # as easy as giving: whoever records a consent records its end
    PEOPLE = "people"  # the list of everybody, and rectifying what is stored
    ERASE = "erase"
    CONSENT = "consent"  # the records and texts of consent
    REQUESTS = "requests"
    RETENTION = "retention"
    AUDIT = "audit"
    EXPORT = "export"
    WATCHLIST = "watchlist"
    CAMERAS = "cameras"
    OPERATORS = "operators"
    MODELS = "models"
    BACKUP = "backup"
    KEYS = "keys"
    SETTINGS = "settings"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.GUARD: frozenset(
            {
                Permission.LIVE,
                Permission.ACTIVITY_TODAY,
                Permission.PERSON_CARD,
                Permission.ENROL,
                Permission.WITHDRAW,
            }
        ),
        Role.OFFICER: frozenset(
            {
                Permission.ACTIVITY_TODAY,
                Permission.ACTIVITY,
                Permission.PERSON_CARD,
                Permission.ENROL,
                Permission.WITHDRAW,
                Permission.PEOPLE,
                Permission.ERASE,
                Permission.CONSENT,
                Permission.REQUESTS,
                Permission.RETENTION,
                Permission.AUDIT,
                Permission.EXPORT,
                Permission.WATCHLIST,
            }
        ),
        # Sees no person's data by virtue of this role.
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.CAMERAS,
                Permission.OPERATORS,
                Permission.MODELS,
                Permission.BACKUP,
                Permission.KEYS,
                Permission.SETTINGS,
            }
        ),
    }
)


def permitted(roles: Collection[Role], permission: Permission) -> bool:
    """Whether one of the roles brings the permission."""
    return any(permission in PERMISSIONS[role] for role in roles)


class TwoPersonAct(StrEnum):
    """What a site may ask two people for. Withdrawing consent is not among them: it works at once."""

    EXPORT = "export"  # of many people at once
    WATCHLIST = "watchlist"
    ERASURE = "erasure"  # of somebody whose consent still stands
    RESTORE = "restore"


ACT_PERMISSION: Mapping[TwoPersonAct, Permission] = MappingProxyType(
    {
        TwoPersonAct.EXPORT: Permission.EXPORT,
        TwoPersonAct.WATCHLIST: Permission.WATCHLIST,
        TwoPersonAct.ERASURE: Permission.ERASE,
        TwoPersonAct.RESTORE: Permission.BACKUP,
    }
)
"""What both people must be permitted, who asks and who agrees."""

APPROVING = frozenset(ACT_PERMISSION.values())
"""Who has any of these may meet requests for approval."""
