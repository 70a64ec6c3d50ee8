"""Managing operators, and acts that take two people."""

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.ids import OperatorId, PersonId, random_id
from desktop.domain.operators import APPROVAL_VALID, ApprovalState, OperatorState
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Permission, Role, TwoPersonAct
from desktop.services import approvals
from desktop.services.desk import Desk
from desktop.services.errors import (
    ApprovalNeeded,
    ErasureNotBegun,
    LoginInvalid,
    NameInvalid,
    NotPermitted,
    NotSignedIn,
    OwnApproval,
    PasswordRefused,
    RoleMissing,
    SignInFailed,
    TooFewForTwo,
)
from desktop.services.gallery_feed import utc_now
from desktop.services.operators import OperatorDraft
from desktop.vault.errors import ApprovalGone, DiskFull, LastAdministrator, LoginTaken, OperatorsExist, OperatorUnknown
from desktop.vault.operator_models import OperatorRow
from desktop.vault.passwords import HashCost, PasswordHasher
from tests.helpers.desks import CONSENT, LOGIN, PASSWORD, open_desk
from tests.helpers.operators import SECOND_PASSWORD, add_operator, sign_in_as
from tests.helpers.vaults import MemoryKeyStore

ERASURE = TwoPersonAct.ERASURE
THIRD_PASSWORD = "walnut-thimble-quartz-8"


def test_the_first_operator_is_an_administrator_and_there_is_only_one_first(
    vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    draft = OperatorDraft("Kim First", "kim", THIRD_PASSWORD, frozenset())
    with open_desk(vault_folder, keystore, staffed=False) as desk:
        assert desk.access.first_needed
        desk.operators.create_first(draft)
        assert not desk.access.first_needed
        with pytest.raises(OperatorsExist):
            desk.operators.create_first(OperatorDraft("Eve", "eve", THIRD_PASSWORD, frozenset(Role)))
        assert desk.access.sign_in("kim", THIRD_PASSWORD).roles == {Role.ADMINISTRATOR}
        assert len(desk.operators.list()) == 1


def test_what_is_wrong_with_a_draft_is_said_and_nothing_is_stored(desk: Desk) -> None:
    for draft, error in (
        (OperatorDraft(" ", "sam", SECOND_PASSWORD, frozenset(Role)), NameInvalid),
        (OperatorDraft("Sam", " ", SECOND_PASSWORD, frozenset(Role)), LoginInvalid),
        (OperatorDraft("Sam", "sam", "short", frozenset(Role)), PasswordRefused),
        (OperatorDraft("Sam", "sam", SECOND_PASSWORD, frozenset()), RoleMissing),
        (OperatorDraft("Sam", LOGIN.upper(), SECOND_PASSWORD, frozenset(Role)), LoginTaken),
    ):
        with pytest.raises(error):
            desk.operators.add(draft)
    assert len(desk.operators.list()) == 1


def test_names_and_hashes_are_sealed_and_need_the_operators_key(desk: Desk) -> None:
    operator_id = add_operator(desk, "sam", Role.GUARD)
    rows = desk._vault.read(lambda c: c.execute(select(OperatorRow.__table__)).all())
    text = repr(rows)
    assert "sam" not in text.lower()
    assert "argon2" not in text
    assert operator_id in text


def test_the_last_administrator_stays(desk: Desk) -> None:
    me = desk.access.operator_id
    with pytest.raises(LastAdministrator):
        desk.operators.remove(me)
    with pytest.raises(LastAdministrator):
        desk.operators.set_roles(me, {Role.GUARD})
    other = add_operator(desk, "sam", Role.ADMINISTRATOR)
    desk.operators.set_roles(me, {Role.GUARD})
    assert desk.access.current is not None
    assert desk.access.current.roles == {Role.GUARD}, "in force at once"
    with pytest.raises(NotPermitted):
        desk.operators.remove(other)


def test_a_removed_operator_loses_the_session_and_cannot_come_back(desk: Desk) -> None:
    sam = add_operator(desk, "sam", Role.ADMINISTRATOR, Role.GUARD)
    desk.access.sign_in("sam", SECOND_PASSWORD)
    desk.operators.remove(sam)
    with pytest.raises(NotSignedIn):
        desk.access.demand(Permission.LIVE)
    with pytest.raises(SignInFailed):
        desk.access.sign_in("sam", SECOND_PASSWORD)
    desk.access.sign_in(LOGIN, PASSWORD)
    assert [one.state for one in desk.operators.list()] == [OperatorState.ACTIVE, OperatorState.REMOVED]
    for change in (lambda: desk.operators.remove(sam), lambda: desk.operators.set_roles(sam, {Role.GUARD})):
        with pytest.raises(OperatorUnknown):
            change()
    add_operator(desk, "sam", Role.GUARD, password=THIRD_PASSWORD)  # the name is free again
    assert desk.access.sign_in("sam", THIRD_PASSWORD).operator_id != sam


def test_passwords_are_reset_by_an_administrator_and_changed_by_their_owner(desk: Desk) -> None:
    sam = add_operator(desk, "sam", Role.GUARD)
    desk.operators.reset_password(sam, THIRD_PASSWORD)
    with pytest.raises(PasswordRefused):
        desk.operators.reset_password(sam, "sam sample sam sample")
    with pytest.raises(SignInFailed):
        desk.access.sign_in("sam", SECOND_PASSWORD)
    desk.access.sign_in("sam", THIRD_PASSWORD)
    with pytest.raises(SignInFailed):
        desk.operators.change_own_password("not it", SECOND_PASSWORD)
    desk.operators.change_own_password(THIRD_PASSWORD, SECOND_PASSWORD)
    desk.access.sign_out()
    desk.access.sign_in("sam", SECOND_PASSWORD)


def test_hashing_is_argon2id_and_takes_as_long_for_nobody() -> None:
    hasher = PasswordHasher()
    phc = hasher.hash(PASSWORD)
    assert phc.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert hasher.hash(PASSWORD) != phc
    times = []
    for known in (phc, None):
        begun = time.perf_counter()
        assert not hasher.matches(known, "something else")
        times.append(time.perf_counter() - begun)
    assert 0.3 < times[0] / times[1] < 3
    assert hasher.matches(phc, PASSWORD)
    assert PasswordHasher(HashCost(8, 1, 1)).matches(phc, PASSWORD), "a hash carries its own cost"


@pytest.fixture
def ada(desk: Desk) -> PersonId:
    """Somebody whose consent stands."""
    return desk._vault.people.add(PersonDetails("Ada"), CONSENT)


@pytest.fixture
def officers(desk: Desk) -> list[OperatorId]:
    return [add_operator(desk, "olga", Role.OFFICER), add_operator(desk, "omar", Role.OFFICER)]


def test_two_people_cannot_be_asked_for_where_there_are_not_two(desk: Desk) -> None:
    with pytest.raises(TooFewForTwo) as few:
        desk.approvals.want(ERASURE, True)
    assert few.value.params["count"] == "1"
    assert desk.approvals.wanted == frozenset()
    sam = add_operator(desk, "sam", Role.OFFICER)
    desk.approvals.want(ERASURE, True)
    assert desk.approvals.eligible()[ERASURE] == 2
    for change in (lambda: desk.operators.remove(sam), lambda: desk.operators.set_roles(sam, {Role.GUARD})):
        with pytest.raises(TooFewForTwo):
            change()
    desk.approvals.want(ERASURE, False)
    desk.operators.remove(sam)


def test_erasing_somebody_whose_consent_stands_takes_two(desk: Desk, ada: PersonId, officers: list[OperatorId]) -> None:
    desk.approvals.want(ERASURE, True)
    desk.access.sign_in("olga", SECOND_PASSWORD)
    with pytest.raises(ApprovalNeeded):
        desk.erasures.erase([ada])
    wish = desk.approvals.request(ERASURE, ada)
    assert desk.approvals.request(ERASURE, ada) == wish
    with pytest.raises(OwnApproval):
        desk.approvals.decide(wish, True)
    with pytest.raises(OwnApproval):
        desk.approvals.agree_as([wish], "olga", SECOND_PASSWORD)
    with pytest.raises(SignInFailed):
        desk.approvals.agree_as([wish], "omar", "not the password")
    with pytest.raises(ApprovalNeeded):
        desk.erasures.erase([ada])
    desk.approvals.agree_as([wish], "omar", SECOND_PASSWORD)
    assert desk.access.operator_id == officers[0], "the first one's session goes on"
    desk.erasures.erase([ada])
    assert desk.people.count() == 0


def test_an_agreement_counts_again_when_the_act_fails(
    desk: Desk, ada: PersonId, officers: list[OperatorId], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.approvals.want(ERASURE, True)
    desk.access.sign_in("olga", SECOND_PASSWORD)
    desk.approvals.agree_as([desk.approvals.request(ERASURE, ada)], "omar", SECOND_PASSWORD)

    def full(*_: object) -> None:
        assert desk._vault.approvals.list(ApprovalState.USED), "spent before the act begins"
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.erasures, "erase", full)
        with pytest.raises(ErasureNotBegun):
            desk.erasures.erase([ada])
    newest = desk._vault.audit.list(AuditFilter(object_id=ada), 0, 9)[:2]
    assert [one.action for one in newest] == [AuditAction.APPROVAL_RETURNED, AuditAction.APPROVAL_USED]
    desk.erasures.erase([ada])
    assert desk.people.count() == 0
    assert desk._vault.approvals.list(ApprovalState.APPROVED) == []


def test_of_several_agreements_none_is_spent_while_one_is_missing(
    desk: Desk, ada: PersonId, officers: list[OperatorId]
) -> None:
    bea = desk._vault.people.add(PersonDetails("Bea"), CONSENT)
    desk.approvals.want(ERASURE, True)
    desk.access.sign_in("olga", SECOND_PASSWORD)
    desk.approvals.agree_as([desk.approvals.request(ERASURE, ada)], "omar", SECOND_PASSWORD)
    with pytest.raises(ApprovalNeeded) as needed:
        desk.erasures.erase([ada, bea])
    assert needed.value.params["object_id"] == bea
    desk.erasures.erase([ada])


def test_the_second_person_agrees_later_from_their_own_session(
    desk: Desk, ada: PersonId, officers: list[OperatorId]
) -> None:
    desk.approvals.want(ERASURE, True)
    desk.access.sign_in("olga", SECOND_PASSWORD)
    wish = desk.approvals.request(ERASURE, ada)
    desk.access.sign_in("omar", SECOND_PASSWORD)
    assert [one.id for one in desk.approvals.pending()] == [wish]
    desk.approvals.decide(wish, True)
    assert desk.approvals.pending() == []
    with pytest.raises(ApprovalGone):
        desk.approvals.decide(wish, False)
    with pytest.raises(ApprovalNeeded):
        desk.erasures.erase([ada])  # agreed to for olga, not for omar
    desk.access.sign_in("olga", SECOND_PASSWORD)
    desk.erasures.erase([ada])


def test_a_refusal_and_an_old_agreement_do_not_count(
    desk: Desk, ada: PersonId, officers: list[OperatorId], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.approvals.want(ERASURE, True)
    desk.access.sign_in("olga", SECOND_PASSWORD)
    wishes = [desk.approvals.request(ERASURE, ada)]
    desk.access.sign_in("omar", SECOND_PASSWORD)
    desk.approvals.decide(wishes[0], False)
    desk.access.sign_in("olga", SECOND_PASSWORD)
    with pytest.raises(ApprovalNeeded):
        desk.erasures.erase([ada])
    desk.approvals.agree_as([desk.approvals.request(ERASURE, ada)], "omar", SECOND_PASSWORD)
    later = utc_now() + APPROVAL_VALID * 1.01
    monkeypatch.setattr(approvals, "utc_now", lambda: later)
    with pytest.raises(ApprovalNeeded):
        desk.erasures.erase([ada])


def test_who_may_not_do_it_may_not_agree_to_it(desk: Desk, ada: PersonId, officers: list[OperatorId]) -> None:
    add_operator(desk, "gus", Role.GUARD, Role.ADMINISTRATOR)
    desk.approvals.want(ERASURE, True)
    desk.access.sign_in("olga", SECOND_PASSWORD)
    wish = desk.approvals.request(ERASURE, ada)
    with pytest.raises(NotPermitted):
        desk.approvals.agree_as([wish], "gus", SECOND_PASSWORD)
    desk.access.sign_in("gus", SECOND_PASSWORD)
    assert desk.approvals.pending() == []
    with pytest.raises(NotPermitted):
        desk.approvals.decide(wish, True)


def test_withdrawing_takes_one_person_and_erases(desk: Desk, ada: PersonId, officers: list[OperatorId]) -> None:
    desk.approvals.want(ERASURE, True)
    sign_in_as(desk, Role.GUARD)
    assert desk.withdrawals.withdraw(ada).erasure is not None


def test_the_rule_is_kept_over_a_restart(vault_folder: Path, keystore: MemoryKeyStore) -> None:
    with open_desk(vault_folder, keystore) as desk:
        add_operator(desk, "sam", Role.OFFICER)
        desk.approvals.want(ERASURE, True)
    with open_desk(vault_folder, keystore) as desk:
        assert desk.approvals.wanted == {ERASURE}


def test_a_guard_looks_people_up_but_does_not_browse_and_sees_today_only(desk: Desk, ada: PersonId) -> None:
    sign_in_as(desk, Role.GUARD)
    for query in ("", "A", " a "):
        with pytest.raises(NotPermitted):
            desk.people.list(query)
        with pytest.raises(NotPermitted):
            desk.people.count(query)
    assert [one.id for one in desk.people.list("ad")] == [ada]
    assert desk.people.get(ada).details == PersonDetails("Ada")
    with pytest.raises(NotPermitted):
        desk.people.change(ada, PersonDetails("Eve"))


def test_an_approval_is_about_random_ids_only(desk: Desk) -> None:
    with pytest.raises(ValueError, match="random ids"):
        desk.approvals.request(ERASURE, "Ada")
    desk.approvals.request(ERASURE, random_id())
