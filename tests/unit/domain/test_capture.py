"""The conversation: what each step needs, and what no order of acts can bring about."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.domain.capture import (
    asked,
    back,
    change_who,
    choose,
    confirm,
    follow,
    forward,
    legible,
    needs,
    refuses,
    resumed,
    settled_who,
    show,
    stand_in,
    withdraw,
)
from desktop.domain.capture_draft import from_values, to_values
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import (
    DRAFT_LIFE,
    ENDS,
    MAX_REASON,
    PATH,
    Around,
    Confirmation,
    Conversation,
    Need,
    Step,
    StepIncomplete,
    Who,
)
from desktop.domain.ids import NoticeId, PersonId
from desktop.domain.notices import Notice, NoticeState, NoticeText
from desktop.domain.people import PersonDetails, PersonKind
from desktop.domain.purposes import PHOTO, RECOGNITION, Purpose, PurposeKey, SpecialCondition

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ID = PersonId("4f2a0000-0000-4000-8000-000000000001")
NEWS = PurposeKey("news")
PURPOSES = (
    Purpose(RECOGNITION, condition=SpecialCondition.EXPLICIT_CONSENT),
    Purpose(PHOTO),
    Purpose(NEWS, optional=False),
)
SIGNED = Confirmation(Method.SIGNATURE, "I agree", signature=b"\x89PNG")


def notice(
    number: int = 1, languages: tuple[str, ...] = ("en", "ar"), purposes: tuple[Purpose, ...] = PURPOSES
) -> Notice:
    return Notice(
        id=NoticeId(f"notice-{number}"),
        version=number,
        state=NoticeState.PUBLISHED,
        revision=1,
        changed_at=NOW,
        purposes=purposes,
        texts={language: NoticeText(language, "Title", ("Text",)) for language in languages},
        hashes={language: bytes([number]) * 31 + language[:1].encode() for language in languages},
        published_at=NOW,
    )


def talk_at(step: Step, **who: object) -> Conversation:
    """A conversation in which everything before `step` is done."""
    talk = Conversation(ID, NOW, who=Who(PersonDetails("Ada Example"), **who))  # type: ignore[arg-type]
    talk = show(talk, notice(), "en")
    for each in PURPOSES:
        talk = choose(talk, each.key, agreed=True)
    return replace(confirm(talk, SIGNED), step=step)


AROUND = Around(notice(), pictures=3)


def test_the_whole_path() -> None:
    talk = show(Conversation(ID, NOW, who=Who(PersonDetails("Ada Example"))), notice(), "en")
    seen = [talk.step]
    for _ in PATH[1:]:
        if talk.step is Step.CHOICES:
            for each in PURPOSES:
                talk = choose(talk, each.key, agreed=True)
        if talk.step is Step.CONFIRMATION:
            talk = confirm(talk, SIGNED)
        talk = forward(talk, AROUND)
        seen.append(talk.step)
    assert tuple(seen) == PATH
    assert forward(talk, AROUND) == talk


def who_of(name: str = "Ada Example", kind: PersonKind = PersonKind.VISITOR, **more: object) -> Who:
    return Who(PersonDetails(name, kind), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "lacking"),
    [
        (who_of(""), {Need.NAME}),
        (who_of(" \u200d\u202e "), {Need.NAME}),
        (who_of("?!"), {Need.NAME}),
        (who_of("?!", nameless=True), set()),
        (who_of("x" * 201), {Need.NAME_LONG}),
        (who_of("王小明"), set()),
        (who_of(minor=True), {Need.GUARDIAN}),
        (who_of(minor=True, guardian=" - "), {Need.GUARDIAN}),
        (who_of(minor=True, guardian="Grace Example"), set()),
        (who_of(kind=PersonKind.EMPLOYEE), {Need.FREE_REASON}),
        (who_of(kind=PersonKind.EMPLOYEE, free_reason="x" * (MAX_REASON + 1)), {Need.FREE_REASON}),
        (who_of(kind=PersonKind.EMPLOYEE, free_reason="A badge opens the same doors"), set()),
        (who_of(kind=PersonKind.CONTRACTOR), set()),
    ],
)
def test_who_needs_what_the_record_needs(who: Who, lacking: set[Need]) -> None:
    talk = Conversation(ID, NOW, who=who)
    assert set(needs(talk, AROUND)) == lacking


def test_somebody_of_the_same_name_is_offered_until_told_apart() -> None:
    around = replace(AROUND, namesakes=True)
    talk = Conversation(ID, NOW, who=who_of())
    assert needs(talk, around) == (Need.NAMESAKE,)
    talk = change_who(talk, who_of(another=True))
    assert needs(talk, around) == ()
    talk = change_who(talk, who_of("Bob Example", another=True))
    assert needs(talk, around) == (Need.NAMESAKE,)
    assert needs(change_who(talk, who_of("Bob Example", nameless=True)), around) == ()


def test_a_person_without_a_legible_name_gets_a_stand_in_and_the_rest_is_cleaned() -> None:
    who = who_of("☃", kind=PersonKind.EMPLOYEE, nameless=True, guardian="Grace", free_reason=" a\u202e  b ")
    settled = settled_who(Conversation(ID, NOW, who=who))
    assert settled.details.name == stand_in(ID) == "#4F2A"
    assert (settled.guardian, settled.free_reason) == ("", "a b")
    assert not legible("☃ \u0301")


@pytest.mark.parametrize("step", [Step.NOTICE, Step.CHOICES, Step.CONFIRMATION, Step.PHOTO, Step.CHECK])
def test_no_step_is_left_without_a_published_text_in_the_language(step: Step) -> None:
    talk = talk_at(step)
    assert needs(talk, replace(AROUND, notice=None)) == (Need.LANGUAGE,)
    assert needs(talk, replace(AROUND, notice=notice(languages=("ar",)))) == (Need.LANGUAGE,)
    assert needs(talk, replace(AROUND, notice=notice(2))) == (Need.NOTICE_CHANGED,)
    assert needs(replace(talk, shown=None), AROUND) == (Need.LANGUAGE,)


def test_every_purpose_needs_an_answer_and_none_is_given_beforehand() -> None:
    talk = replace(show(Conversation(ID, NOW, who=who_of()), notice(), "en"), step=Step.CHOICES)
    assert not talk.choices
    for each in PURPOSES:
        assert needs(talk, AROUND) == (Need.CHOICES,)
        talk = choose(talk, each.key, agreed=each.key != PHOTO)
    assert needs(talk, AROUND) == ()
    assert forward(talk, AROUND).step is Step.CONFIRMATION  # the photo may be refused on its own


@pytest.mark.parametrize("refused", [RECOGNITION, NEWS])
def test_refusing_what_is_needed_leads_to_the_pass(refused: PurposeKey) -> None:
    talk = choose(talk_at(Step.CHOICES), refused, agreed=False)
    assert refuses(talk, PURPOSES)
    ended = forward(talk, AROUND)
    assert ended.step is Step.PASS
    assert ended.confirmation is None
    assert forward(ended, AROUND) == back(ended) == follow(ended, notice(2)) == ended


@pytest.mark.parametrize(
    ("method", "given", "lacking"),
    [
        (Method.SIGNATURE, SIGNED, None),
        (Method.SIGNATURE, Confirmation(Method.SIGNATURE, ""), Need.SIGNATURE),
        (Method.SIGNATURE, Confirmation(Method.CHECKBOX, "", ticked=True), Need.SIGNATURE),
        (Method.SIGNATURE, None, Need.SIGNATURE),
        (Method.CHECKBOX, Confirmation(Method.CHECKBOX, "", ticked=True), None),
        (Method.CHECKBOX, Confirmation(Method.CHECKBOX, ""), Need.TICK),
        (Method.SPOKEN, Confirmation(Method.SPOKEN, "", witness="Grace"), None),
        (Method.SPOKEN, Confirmation(Method.SPOKEN, "", witness=" \u200b"), Need.WITNESS),
    ],
)
def test_confirming_as_the_site_says(method: Method, given: Confirmation | None, lacking: Need | None) -> None:
    talk = confirm(talk_at(Step.CONFIRMATION), given)
    assert needs(talk, replace(AROUND, method=method)) == ((lacking,) if lacking else ())


def test_pictures_are_needed_and_looked_at() -> None:
    photo, check = talk_at(Step.PHOTO), talk_at(Step.CHECK)
    assert needs(photo, replace(AROUND, pictures=0)) == (Need.PICTURES,)
    assert needs(photo, replace(AROUND, busy=True)) == (Need.BUSY,)
    assert needs(photo, replace(AROUND, lookalike=True, different=True)) == ()
    assert needs(check, replace(AROUND, lookalike=True)) == (Need.LOOKALIKE,)
    assert needs(check, replace(AROUND, different=True)) == (Need.DIFFERENT_PEOPLE,)
    assert needs(check, AROUND) == ()


def test_a_confirmation_is_void_once_what_it_confirmed_is_another() -> None:
    talk = talk_at(Step.CONFIRMATION)
    assert choose(talk, PHOTO, agreed=True).confirmation == SIGNED
    assert choose(talk, PHOTO, agreed=False).confirmation is None
    assert show(talk, notice(), "en").confirmation == SIGNED
    other = show(talk, notice(), "ar")
    assert other.confirmation is None
    assert other.choices == talk.choices
    assert change_who(talk, replace(talk.who, minor=True)).confirmation is None
    assert change_who(talk, replace(talk.who, details=replace(talk.who.details, note="x"))).confirmation == SIGNED


def test_a_notice_published_meanwhile_starts_the_reading_again() -> None:
    for step in PATH[2:-1]:
        again = follow(talk_at(step), notice(2))
        assert again.step is Step.NOTICE
        assert not again.choices
        assert again.confirmation is None
        assert again.who == talk_at(step).who
        assert again.shown is not None
        assert again.shown.notice_id == "notice-2"
    assert follow(talk_at(Step.CHOICES), notice()) == talk_at(Step.CHOICES)
    without = follow(talk_at(Step.CHOICES), notice(2, languages=("ar",)))
    assert (without.step, without.shown) == (Step.NOTICE, None)
    assert follow(talk_at(Step.WHO), notice(2)).step is Step.WHO
    assert follow(talk_at(Step.RECEIPT), notice(2)) == talk_at(Step.RECEIPT)


def test_a_question_counts_from_when_its_text_was_seen() -> None:
    later = NOW + timedelta(minutes=5)
    assert asked(talk_at(Step.NOTICE), NOW).asked_at is None
    talk = asked(talk_at(Step.CHOICES), NOW)
    assert asked(talk, later).asked_at == NOW
    assert show(talk, notice(), "ar").asked_at == NOW
    assert asked(replace(talk, step=Step.CONFIRMATION), later).asked_at == NOW
    assert follow(talk, notice(2)).asked_at is None


def test_a_draft_lasts_a_day() -> None:
    talk = talk_at(Step.WHO)
    assert not talk.over(NOW)
    assert not talk.over(NOW + DRAFT_LIFE - timedelta(seconds=1))
    assert talk.over(NOW + DRAFT_LIFE)
    assert talk.over(NOW - timedelta(seconds=1))


names = st.text(max_size=30)
conversations = st.builds(
    Conversation,
    id=st.just(ID),
    begun_at=st.datetimes(timezones=st.just(UTC)),
    step=st.sampled_from(Step),
    who=st.builds(
        Who,
        details=st.builds(PersonDetails, names, st.sampled_from(PersonKind), names, names),
        nameless=st.booleans(),
        minor=st.booleans(),
        guardian=names,
        free_reason=names,
        another=st.booleans(),
    ),
    shown=st.sampled_from([None, talk_at(Step.WHO).shown]),
    choices=st.dictionaries(st.sampled_from([RECOGNITION, PHOTO, NEWS]), st.booleans()),
    confirmation=st.none()
    | st.builds(Confirmation, st.sampled_from(Method), names, st.binary(max_size=40), st.booleans(), names),
    asked_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(conversations)
@settings(max_examples=100)
def test_a_draft_comes_back_as_it_was(talk: Conversation) -> None:
    assert from_values(json.loads(json.dumps(to_values(talk)))) == talk


@given(conversations)
@settings(max_examples=100)
def test_no_repr_shows_a_personal_text(talk: Conversation) -> None:
    marked = replace(talk, who=Who(PersonDetails("Zyx1", contact="Zyx2", note="Zyx3"), False, True, "Zyx4", "Zyx5"))
    marked = confirm(marked, Confirmation(Method.SPOKEN, "Zyx6", b"Zyx7", False, "Zyx8"))
    assert "Zyx" not in repr(marked)


@pytest.mark.parametrize("values", [{}, {"state": {"version": 1}}, {"state": {"version": 2, "step": "elsewhere"}}])
def test_what_is_no_draft_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"draft|elsewhere"):
        from_values(values)


class AnyOrder(RuleBasedStateMachine):
    """Any acts in any order, against what must never be."""

    @initialize(two=st.booleans())
    def begin(self, two: bool) -> None:
        self.notice = notice(1, purposes=PURPOSES[:2] if two else PURPOSES)
        self.pictures = 0
        self.talk = Conversation(ID, NOW)

    @property
    def around(self) -> Around:
        return Around(self.notice, pictures=self.pictures)

    @rule(name=st.sampled_from(["", "Ada", "Bob"]), kind=st.sampled_from(PersonKind), minor=st.booleans())
    @precondition(lambda self: self.talk.step is Step.WHO)
    def say_who(self, name: str, kind: PersonKind, minor: bool) -> None:
        self.talk = change_who(self.talk, Who(PersonDetails(name, kind), False, minor, "Grace", "A badge"))

    @rule(language=st.sampled_from(["en", "ar"]))
    @precondition(lambda self: self.talk.step not in ENDS)
    def take_language(self, language: str) -> None:
        self.talk = show(self.talk, self.notice, language)

    @rule(index=st.integers(0, 2), agreed=st.booleans())
    @precondition(lambda self: self.talk.step is Step.CHOICES)
    def answer(self, index: int, agreed: bool) -> None:
        purposes = self.notice.purposes
        self.talk = choose(self.talk, purposes[index % len(purposes)].key, agreed)

    @rule()
    @precondition(lambda self: self.talk.step is Step.CONFIRMATION)
    def sign(self) -> None:
        self.talk = confirm(self.talk, SIGNED)

    @rule()
    @precondition(lambda self: self.talk.step is Step.PHOTO)
    def take_picture(self) -> None:
        self.pictures += 1

    @rule()
    def publish(self) -> None:
        self.notice = notice(self.notice.version + 1, purposes=self.notice.purposes)
        self.talk = follow(self.talk, self.notice)

    @rule()
    def crash(self) -> None:
        self.pictures = 0
        self.talk = resumed(from_values(json.loads(json.dumps(to_values(self.talk)))))

    @rule()
    def stop(self) -> None:
        self.talk = withdraw(self.talk)

    @rule()
    def go_on(self) -> None:
        lacking = needs(self.talk, self.around)
        if lacking:
            with pytest.raises(StepIncomplete):
                forward(self.talk, self.around)
            return
        before, self.talk = self.talk, forward(self.talk, self.around)
        if self.talk.step not in ENDS:
            assert back(self.talk) == before  # back and forth without loss
            assert forward(back(self.talk), self.around) == self.talk

    @rule()
    def go_back(self) -> None:
        before, self.talk = self.talk, back(self.talk)
        assert replace(before, step=self.talk.step) == self.talk

    @invariant()
    def nothing_of_a_face_without_consent(self) -> None:
        if self.talk.step in (Step.PHOTO, Step.CHECK, Step.RECEIPT):
            assert self.talk.recognised
            assert not refuses(self.talk, self.notice.purposes)
            assert self.talk.confirmation == SIGNED
            assert set(self.talk.choices) == {each.key for each in self.notice.purposes}

    @invariant()
    def what_is_kept_was_asked_by_the_text_in_force(self) -> None:
        if self.talk.choices and self.talk.step not in ENDS:
            assert self.talk.shown is not None
            assert self.talk.shown.notice_id == self.notice.id

    @invariant()
    def nobody_without_a_name_goes_on(self) -> None:
        if self.talk.step not in (Step.WHO, Step.PASS):
            assert legible(self.talk.who.details.name)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
