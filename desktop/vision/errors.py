"""What can be wrong with a model file; every one names the file."""

from __future__ import annotations

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T


class ModelError(ConsentryError):
    """Base of the errors about model files. `params["file"]` is the file or folder."""

    kept = T("errors", "People, cameras and settings are untouched; nobody is recognised with these models.")


class ModelMissing(ModelError):
    """A file of the pack is not there, or cannot be read."""

    happened = T("errors", "The model file {file} is missing or cannot be read.")
    todo = T("errors", "Install the program again, or choose a model folder that is complete.")


class ModelChanged(ModelError):
    """A file's SHA-256 is not the expected one."""

    happened = T("errors", "The model file {file} was changed or damaged: its checksum is not the expected one.")
    todo = T("errors", "Install the program again, or restore the file from its source.")


class ModelForeign(ModelError):
    """A file is there that is no model, or not one this program can use. `reason` is a technical phrase."""

    happened = T("errors", "The file {file} is not a model this program can use ({reason}).")
    todo = T("errors", "Remove the file from the model folder, or choose another folder.")


class ModelPartMissing(ModelError):
    """A folder holds no model for one of the two tasks. `part` is "detection" or "recognition"."""

    happened = T("errors", "The model folder {file} holds no model for {part}.")
    todo = T("errors", "Choose a folder that holds a face detector and a face recognition model.")


class ModelLicenceRefused(ModelError):
    """The pack's licence does not allow the use that is wanted."""

    happened = T("errors", "The models in {file} may be used for research only, or their licence cannot be verified.")
    todo = T("errors", "Put a signed MODEL.LICENSE for commercial use into the folder, or use the built-in models.")


class ModelSourceWrong(ModelError):
    """The package that carries the default pack's files is absent or another version. Seen when building only."""

    happened = T("errors", "The package {package} {version}, which carries the model files, is not installed.")
    kept = T("errors", "Nothing was prepared.")
    todo = T("errors", "Install the packages of requirements.lock again.")
