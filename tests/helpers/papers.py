"""Papers in tests: a PDF's text in the order in which it is read, the codes on it, and a code as a picture."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
import segno
from pypdf import PdfReader

from desktop.services.qr_reader import desk_code_in
from desktop.vision.types import BGRImage


def pdf_text(path: Path) -> str:
    """The text of all pages on one line.

    Qt writes joined Arabic letters under the code points of their forms, in the order in which they are read, and a
    blank as a tab; pypdf expects the order of writing systems drawn from the left and turns each Arabic run around.
    """
    lines = [line for page in PdfReader(path).pages for line in page.extract_text().splitlines()]
    return " ".join(" ".join(_plain(_as_read(line)) for line in lines).split())


def bag(text: str) -> set[str]:
    """Its words, whatever marks stand between and on them."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return {"".join(word) for letters, word in groupby(plain, str.isalnum) if letters}


def codes_in(path: Path) -> list[str | None]:
    """What the desk reads out of each picture of a PDF; None for a picture that is no code."""
    found: list[str | None] = []
    for page in PdfReader(path).pages:
        for image in page.images:
            pixels = cv2.imdecode(np.frombuffer(image.data, np.uint8), cv2.IMREAD_COLOR)
            assert pixels is not None
            found.append(desk_code_in(np.asarray(pixels, np.uint8)))
    return found


def drawn(text: str, module: int = 8) -> BGRImage:
    """The code as it is printed: level L, a quiet zone of four modules."""
    matrix = np.array([list(line) for line in segno.make(text, error="l", micro=False, boost_error=False).matrix])
    pixels = np.pad(np.where(matrix, 20, 235).astype(np.uint8), 4, constant_values=235)
    grey = np.kron(pixels, np.ones((module, module), np.uint8))
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _plain(line: str) -> str:
    """Composed letters; a pair of vowel marks that stands as one sign is spelled without the blank below it."""
    signs = (unicodedata.normalize("NFKC", each) for each in line)
    return unicodedata.normalize("NFC", "".join(sign if sign.isspace() else sign.strip() for sign in signs))


def _as_read(line: str) -> str:
    arabic = any(unicodedata.bidirectional(letter) == "AL" for letter in line)
    return line[::-1] if arabic else line
