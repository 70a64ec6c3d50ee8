"""Desk events as Qt signals on the GUI thread. Small values only: frames never travel through signals."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from desktop.services.hub import (
    ApprovalsChanged,
    BackupsChanged,
    CamerasChanged,
    CameraStatusChanged,
    DeskEvent,
    GalleryChanged,
    HealthChanged,
    Hub,
    NoticesChanged,
    OperatorsChanged,
    PeopleChanged,
    RequestsChanged,
    RetentionChanged,
    SessionChanged,
    SettingsChanged,
    SightingsAdded,
    TrackSeen,
)


class DeskEvents(QObject):
    """Listens to a hub in whatever thread it speaks; emits in the thread this object lives in. End with `close()`."""

    people_changed = Signal()
    requests_changed = Signal()
    cameras_changed = Signal()
    camera_status = Signal(str, object)  # CameraId, CameraStatus
    track_seen = Signal(object)  # TrackEvent
    sightings_added = Signal(int)
    gallery_changed = Signal(int)  # people in the gallery
    health_changed = Signal()
    settings_changed = Signal()
    session_changed = Signal()
    operators_changed = Signal()
    approvals_changed = Signal()
    backups_changed = Signal()
    notices_changed = Signal()
    retention_changed = Signal()

    _arrived = Signal(object)

    def __init__(self, hub: Hub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = hub.subscribe(self._arrived.emit)

    def close(self) -> None:
        """Stop listening; what is under way is dropped. Again: nothing happens."""
        self._unsubscribe()
        self._closed = True

    def _deliver(self, event: DeskEvent) -> None:
        if self._closed:
            return
        match event:
            case PeopleChanged():
                self.people_changed.emit()
            case RequestsChanged():
                self.requests_changed.emit()
            case CamerasChanged():
                self.cameras_changed.emit()
            case CameraStatusChanged(camera_id, status):
                self.camera_status.emit(camera_id, status)
            case TrackSeen(track):
                self.track_seen.emit(track)
            case SightingsAdded(count):
                self.sightings_added.emit(count)
            case GalleryChanged(people, _):
                self.gallery_changed.emit(people)
            case HealthChanged():
                self.health_changed.emit()
            case SettingsChanged():
                self.settings_changed.emit()
            case SessionChanged():
                self.session_changed.emit()
            case OperatorsChanged():
                self.operators_changed.emit()
            case ApprovalsChanged():
                self.approvals_changed.emit()
            case BackupsChanged():
                self.backups_changed.emit()
            case NoticesChanged():
                self.notices_changed.emit()
            case RetentionChanged():
                self.retention_changed.emit()
