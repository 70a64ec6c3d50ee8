"""Connections, transactions and their errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from desktop.vault import cipher
from desktop.vault.engine import READERS, Store
from desktop.vault.errors import VaultClosed, VaultWrongKeyOrDamaged

KEY = bytes(range(32))
IN_FORCE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "temp_store": 2,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "busy_timeout": 10000,
    "cipher_memory_security": "1",
    "cipher_log_level": "NONE",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "test.db"
    connection = cipher.connect(path, KEY, create=True)
    connection.execute("CREATE TABLE t (a TEXT UNIQUE)")
    connection.close()
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = Store(path, KEY)
    yield made
    made.close()


def put(value: str) -> object:
    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": value})

    return work


def values(store: Store) -> list[str]:
    return store.read(lambda c: list(c.scalars(text("SELECT a FROM t ORDER BY a"))))


def pragmas(connection: Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in IN_FORCE}


def test_every_connection_has_every_pragma(store: Store) -> None:
    assert store.write(pragmas).result() == IN_FORCE
    assert store.read(pragmas) == IN_FORCE
    assert store.write(lambda c: c.exec_driver_sql("PRAGMA query_only").scalar()).result() == 0
    assert store.read(lambda c: c.exec_driver_sql("PRAGMA query_only").scalar()) == 1


def test_the_pragmas_come_in_the_order_that_works() -> None:
    assert [pragma.split("=")[0] for pragma in cipher.PRAGMAS][:10] == [
        "cipher_memory_security",
        "journal_mode",
        "synchronous",
        "foreign_keys",
        "secure_delete",
        "temp_store",
        "trusted_schema",
        "cell_size_check",
        "busy_timeout",
        "cipher_log_level",
    ]


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        store.read(put("x"))  # type: ignore[arg-type]
    assert values(store) == []


def test_an_error_undoes_the_whole_transaction(store: Store) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO t VALUES ('half')"))
        raise LookupError("stop")

    with pytest.raises(LookupError):
        store.write(work).result()
    store.write(put("whole")).result()  # type: ignore[arg-type]
    assert values(store) == ["whole"]


def test_values_never_stand_in_errors(store: Store) -> None:
    store.write(put("Ada Lovelace")).result()  # type: ignore[arg-type]
    with pytest.raises(IntegrityError) as caught:
        store.write(put("Ada Lovelace")).result()  # type: ignore[arg-type]
    assert "Lovelace" not in str(caught.value)


def test_a_reader_keeps_its_snapshot_and_does_not_hold_up_the_writer(store: Store) -> None:
    def work(connection: Connection) -> tuple[int, int]:
        count = text("SELECT count(*) FROM t")
        before = connection.scalar(count)
        store.write(put("meanwhile")).result(timeout=30)  # type: ignore[arg-type]
        return before or 0, connection.scalar(count) or 0

    assert store.read(work) == (0, 0)
    assert values(store) == ["meanwhile"]


def test_writes_happen_one_after_another_in_the_order_given(store: Store) -> None:
    running: list[int] = []
    most: list[int] = []
    order: list[int] = []

    def work(number: int) -> object:
        def run(connection: Connection) -> None:
            running.append(number)
            most.append(len(running))
            order.append(number)
            connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": str(number)})
            running.remove(number)

        return run

    futures = [store.write(work(number)) for number in range(50)]  # type: ignore[arg-type]
    for future in futures:
        future.result()
    assert max(most) == 1
    assert order == list(range(50))


def test_the_writer_thread_may_call_itself_but_nobody_else_may_transact(store: Store) -> None:
    assert store.call(lambda: store.call(lambda: store.transact(lambda c: c.scalar(text("SELECT 5"))))) == 5
    with pytest.raises(RuntimeError, match="writer"):
        store.transact(lambda c: None)


def test_before_and_after_commit_are_told(path: Path) -> None:
    told: list[object] = []
    store = Store(path, KEY, before_commit=lambda c: told.append("before"), after_commit=told.append)
    try:
        store.write(lambda c: None, matching=True).result()
        store.write(lambda c: None).result()
        with pytest.raises(ZeroDivisionError):
            store.write(lambda c: 1 // 0).result()
    finally:
        store.close()
    assert told == ["before", True, "before", False]


def test_no_more_readers_than_the_pool_holds_work_at_once(store: Store) -> None:
    inside, most, lock = [0], [0], threading.Lock()
    all_in = threading.Event()

    def work(connection: Connection) -> None:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            if inside[0] == READERS:
                all_in.set()
        assert all_in.wait(20)
        with lock:
            inside[0] -= 1

    threads = [threading.Thread(target=store.read, args=(work,)) for _ in range(3 * READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == READERS


def test_a_checkpoint_waits_for_readers_and_then_empties_the_wal(store: Store, path: Path) -> None:
    store.write(put("x")).result()  # type: ignore[arg-type]
    reading, done = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        connection.scalar(text("SELECT count(*) FROM t"))
        reading.set()
        assert done.wait(20)

    thread = threading.Thread(target=store.read, args=(slow,))
    thread.start()
    assert reading.wait(20)
    pending = store.submit(store.checkpoint)
    threading.Timer(0.2, done.set).start()
    assert pending.result() is True
    thread.join()
    assert (path.parent / "test.db-wal").stat().st_size == 0


def test_a_checkpoint_that_a_reader_prevents_says_so(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.vault.engine._DRAIN_SECONDS", 0.1)
    store.write(put("x")).result()  # type: ignore[arg-type]

    def work(connection: Connection) -> bool:
        connection.scalar(text("SELECT count(*) FROM t"))
        return store.submit(store.checkpoint).result()

    assert store.read(work) is False
    assert store.submit(store.checkpoint).result() is True


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(VaultClosed):
        store.read(lambda c: None)
    with pytest.raises(VaultClosed):
        store.write(lambda c: None)
    with pytest.raises(VaultClosed):
        store.call(lambda: None)


def test_opening_never_makes_a_file(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unable to open"):
        cipher.connect(tmp_path / "none.db", KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", [bytes(32), bytes(range(1, 33))])
def test_a_wrong_key_reads_like_damage(path: Path, key: bytes) -> None:
    before = path.read_bytes()
    store = Store(path, key)
    with pytest.raises(VaultWrongKeyOrDamaged):
        store.read(lambda c: None)
    store.close()
    assert path.read_bytes() == before


def test_a_key_of_another_length_is_a_mistake_of_the_caller(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        cipher.connect(path, b"")


def test_a_path_with_spaces_percent_signs_and_other_letters_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "für 100% #1 王?"
    folder.mkdir()
    cipher.connect(folder / "a b.db", KEY, create=True).close()
    assert (folder / "a b.db").stat().st_size > 0
    cipher.connect(folder / "a b.db", KEY).close()
