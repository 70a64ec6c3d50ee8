"""The site and its controller: who answers for the processing, as notices, records and certificates name them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from zoneinfo import available_timezones

from desktop.domain.people import clean_name

MAX_LINE = 200
MAX_ADDRESS = 1000

# ISO 3166 codes of the places whose rules the program knows by name; "US-IL" has a law of its own (BIPA).
# "OTHER" has the strictest common rules.
JURISDICTIONS = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV"),
    *("MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    *("IS", "LI", "NO"),
    *("CH", "GB", "US", "US-IL", "OTHER"),
)


@dataclass(frozen=True, slots=True)
class Controller:
    """What GDPR articles 13(1)(a), (b) and 30(1)(a) ask to be named, and where the site is.

    Attributes:
        site: name of the desk, shown in the window and in file names ("Main entrance").
        legal_name, address, contact: of the controller; `contact` is a telephone number or e-mail address.
        dpo: name or role and contact of the data protection officer; empty where none is appointed.
        authority: the supervisory authority that complaints go to.
        time_zone: IANA name ("Europe/Berlin").
        jurisdiction: one of JURISDICTIONS.
    """

    site: str
    legal_name: str
    address: str
    contact: str
    dpo: str
    authority: str
    time_zone: str
    jurisdiction: str


REQUIRED = ("site", "legal_name", "address", "contact", "authority")


def cleaned(draft: Controller) -> Controller:
    """The same without invisible characters and outer blanks; the address keeps its lines."""
    lines = {
        name: _one_line(getattr(draft, name))
        for name in ("site", "legal_name", "contact", "dpo", "authority", "time_zone", "jurisdiction")
    }
    address = "\n".join(line for line in map(_one_line, draft.address.splitlines()) if line)
    return replace(draft, address=address, **lines)


def problems(draft: Controller) -> dict[str, str]:
    """What is wrong, by field: "empty", "long" or "unknown". Nothing: it may be used once `cleaned`."""
    tidy = asdict(cleaned(draft))
    found = {name: "empty" for name in REQUIRED if not tidy[name]}
    for field in fields(draft):
        limit = MAX_ADDRESS if field.name == "address" else MAX_LINE
        if len(getattr(draft, field.name)) > limit:
            found[field.name] = "long"
    if tidy["time_zone"] not in available_timezones():
        found["time_zone"] = "unknown"
    if tidy["jurisdiction"] not in JURISDICTIONS:
        found["jurisdiction"] = "unknown"
    return found


def _one_line(text: str) -> str:
    try:
        return clean_name(text[:MAX_LINE])
    except ValueError:
        return ""
