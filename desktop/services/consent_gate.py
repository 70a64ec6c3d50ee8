"""Nothing is computed from a face before somebody agreed to it."""

from __future__ import annotations

from desktop.domain.consent import PlainConsent
from desktop.services.errors import ConsentMissing
from desktop.services.gallery_feed import utc_now


def need_consent(consent: PlainConsent) -> None:
    """Raises ConsentMissing unless somebody says how consent was given, in which language, and it is not over."""
    over = consent.valid_until is not None and consent.valid_until <= utc_now()
    if not consent.how.strip() or not consent.language.strip() or over:
        raise ConsentMissing
