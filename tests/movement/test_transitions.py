"""The table of states: on no course, by no order of acts, does an entry come past a guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement import transitions
from movement.course import Course
from movement.errors import DomainError

COURSES = [Course(is_scored, is_endorsed) for is_scored in (True, False) for is_endorsed in (True, False)]
ACTS = [
    "prove", "score", "report", "confirm", "return", "endorse", "refuse", "appraise", "propose", "recognise",
]  # fmt: skip


@given(course=st.sampled_from(COURSES), acts=st.lists(st.sampled_from(ACTS), max_size=25))
def test_no_order_of_acts_comes_past_a_guard(course: Course, acts: list[str]) -> None:
    state, since_return = "submitted", set[str]()
    for act in acts:
        try:
            after = transitions.after(state, act, course)
        except DomainError:
            continue
        since_return = set() if after == "returned" else since_return | {after, act}
        state = after

        assert state in transitions.STATES
        assert state != "endorsed" or course.is_endorsed
        assert state not in {"self_scored", "appraised"} or course.is_scored
        if state == "appraised" and course.is_endorsed:
            assert "endorsed" in since_return
        if state == "proposed":
            assert course.last in since_return


@given(course=st.sampled_from(COURSES), act=st.sampled_from(ACTS), state=st.sampled_from([*transitions.STATES]))
def test_an_act_is_refused_with_a_sentence_or_leads_to_a_state(course: Course, act: str, state: str) -> None:
    reason = transitions.against(state, act, course)

    if reason:
        with pytest.raises(DomainError, match=r"\w"):
            transitions.after(state, act, course)
    else:
        assert transitions.after(state, act, course) in transitions.STATES
    assert (state in transitions.sources(act, course)) == (not reason)


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("act", ACTS)
def test_nothing_can_be_done_to_what_was_withdrawn_or_lapsed(act: str, course: Course) -> None:
    assert not {"withdrawn", "lapsed"} & set(transitions.sources(act, course))


@pytest.mark.parametrize("course", COURSES)
def test_every_course_leads_to_a_decision(course: Course) -> None:
    state = transitions.after("submitted", "confirm", course)
    state = transitions.after(state, "report", course)
    if course.is_scored:
        state = transitions.after(state, "score", course)
    if course.is_endorsed:
        state = transitions.after(state, "endorse", course)
    if course.is_scored:
        state = transitions.after(state, "appraise", course)

    assert state == course.last
    assert transitions.after(state, "propose", course) == "proposed"
    assert not transitions.against(state, "recognise", course)
