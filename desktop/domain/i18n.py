"""Marks texts below the window for translation, without importing Qt."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return `text` unchanged; `pyside6-lupdate` collects it under `context` and the window translates it."""
    del context
    return text
