"""The readable page of a package: HTML that stands for itself, without scripts, and asks for nothing from outside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Final

from desktop.domain.notices import RIGHT_TO_LEFT

_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE: Final = (
    "body{font-family:'DejaVu Sans',Arial,Tahoma,sans-serif;color:#1b1b1b;background:#fff;max-width:60em;"
    "margin:2em auto;padding:0 1em;line-height:1.45}"
    "h1{font-size:1.7em}h2{font-size:1.25em;margin-top:1.8em}h3{font-size:1em;margin-bottom:.2em}"
    "table{border-collapse:collapse;width:100%;margin-bottom:.8em}"
    "th,td{border:1px solid #999;padding:.3em .5em;text-align:start;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#eee}.muted{color:#555}img{max-width:14em;margin:.3em}"
)
_PICTURE_POINTS: Final = 130
_LEFT, _OWN, _POP = "\u2066", "\u2068", "\u2069"  # Unicode isolates: left to right, by its first letter, end


def fixed(text: str, language: str) -> str:
    """A time, number or code, which reads from left to right in every language."""
    return f"{_LEFT}{text}{_POP}" if language in RIGHT_TO_LEFT and text else text


class Page:
    """Builds one page. `printed`: for Qt's rich text, which knows less of CSS and never mirrors a table."""

    def __init__(self, language: str, *, printed: bool) -> None:
        self._language = language
        self._printed = printed
        self._mirrored = language in RIGHT_TO_LEFT
        self._parts: list[str] = []

    def fixed(self, text: str) -> str:
        return fixed(text, self._language)

    def own(self, text: str) -> str:
        """What somebody wrote, which reads by its own letters."""
        return f"{_OWN}{text}{_POP}" if self._mirrored and text else text

    def heading(self, text: str, level: int) -> None:
        self._parts.append(f"<h{level}{self._way()}>{escape(text)}</h{level}>")

    def paragraph(self, text: str, *, muted: bool = False) -> None:
        look = ' class="muted"' if muted else ""
        for line in text.split("\n"):
            if line.strip():
                self._parts.append(f"<p{look}{self._way()}>{escape(line)}</p>")

    def points(self, lines: Sequence[str]) -> None:
        self._parts.append(
            f"<ul{self._way()}>{''.join(f'<li{self._way()}>{escape(line)}</li>' for line in lines)}</ul>"
        )

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        body = "".join(self._row(row, "td") for row in rows)
        border = ' border="1" cellspacing="0" cellpadding="3" width="100%"' if self._printed else ""
        gap = '<p style="font-size: 4pt; margin: 0px">&#160;</p>' if self._printed else ""
        self._parts.append(f"<table{border}>{self._row(head, 'th') if any(head) else ''}{body}</table>{gap}")

    def picture(self, content: bytes, kind: str, name: str) -> None:
        size = f' width="{_PICTURE_POINTS}"' if self._printed else ""
        data = b64encode(content).decode()
        self._parts.append(f'<p><img src="data:image/{kind};base64,{data}" alt="{escape(name)}"{size}></p>')

    def html(self, title: str) -> str:
        way = "rtl" if self._mirrored else "ltr"
        body = "\n".join(self._parts)
        head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
        if not self._printed:
            policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            wide = '<meta name="viewport" content="width=device-width, initial-scale=1">'
            head = f"{head}{policy}{wide}<style>{_STYLE}</style>"
        return (
            f'<!doctype html>\n<html lang="{self._language}" dir="{way}"><head>{head}</head>\n'
            f'<body dir="{way}">\n{body}\n</body></html>\n'
        )

    def _way(self) -> str:
        """Qt takes the way from each paragraph, a browser from the page."""
        return ' dir="rtl" align="right"' if self._printed and self._mirrored else ""

    def _row(self, cells: Sequence[str], tag: str) -> str:
        made = [f"<{tag}>{self._cell(escape(text))}</{tag}>" for text in cells]
        return f"<tr>{''.join(reversed(made) if self._printed and self._mirrored else made)}</tr>"

    def _cell(self, text: str) -> str:
        lines = text.replace("\n", "<br>")
        return f"<p{self._way()}>{lines}</p>" if self._way() else lines


def picture_kind(content: bytes) -> str:
    """Of a stored picture: "png" or "jpeg"."""
    return "png" if content.startswith(b"\x89PNG") else "jpeg"
