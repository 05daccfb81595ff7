"""The guidelines that come with the program say what the official texts say."""

import re
import unicodedata
from pathlib import Path

import pytest

from movement import guidelines
from movement.criteria import sheet
from movement.guideline import Guideline
from movement.guideline_parts import SubjectKind

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "docs" / "guidelines"
BLOC = "yen-bai-dang-uy-khoi-2024"
EVERY = sorted(guidelines.every())


def folded(text: str) -> str:
    """NFC, blanks as one, emphasis marks of the stored text away."""
    return " ".join(unicodedata.normalize("NFC", text).replace("*", "").split())


def official(file: str) -> str:
    return folded((TEXTS / file).read_text("utf-8"))


@pytest.fixture
def bloc() -> Guideline:
    return guidelines.get(BLOC)


def test_exactly_one_guideline_is_the_default() -> None:
    defaults = [each.id for each in guidelines.every().values() if each.default]

    assert defaults == [guidelines.default().id]


@pytest.mark.parametrize("name", EVERY)
def test_every_source_text_is_kept_beside_the_documents(name: str) -> None:
    files = {each.file for each in guidelines.get(name).sources}

    assert files <= {path.name for path in TEXTS.glob("*.txt")}


@pytest.mark.parametrize("name", EVERY)
def test_each_criterion_is_one_whole_paragraph_of_a_text(name: str) -> None:
    guideline = guidelines.get(name)
    lines = [
        folded(line) for each in guideline.sources for line in (TEXTS / each.file).read_text("utf-8").splitlines()
    ]
    paragraphs = {re.sub(r"^(?:[a-z0-9][.-]|-)\s*", "", line) for line in lines}

    criteria = [item for each in guideline.criteria_sets for item in each.items]

    assert [item.text for item in criteria if folded(item.text) not in paragraphs] == []
    assert all(item.short != item.text for item in criteria)


@pytest.mark.parametrize("name", EVERY)
def test_areas_papers_and_pass_rule_are_the_words_of_the_texts(name: str) -> None:
    guideline = guidelines.get(name)
    words = " ".join(official(each.file) for each in guideline.sources)

    quoted = [area.text for area in guideline.areas.items]
    quoted += [paper.label for dossier in guideline.dossiers for paper in dossier.items]
    quoted += [guideline.scoring.footnote if guideline.scoring else ""]

    assert [each for each in quoted if folded(each) not in words] == []


@pytest.mark.parametrize("name", [each for each in EVERY if not guidelines.get(each).default])
def test_targets_imposed_initiatives_and_notes_are_the_words_of_the_text(name: str) -> None:
    guideline = guidelines.get(name)
    words = official(guideline.sources[0].file)
    without_signs = re.sub(r"\W", "", words)

    quoted = [each.text for each in guideline.targets] + [each.name for each in guideline.mandated]
    notes = [note for form in guideline.forms for note in form.notes]

    assert [each for each in quoted if folded(each) not in words] == []
    assert [note for note in notes if re.sub(r"\W", "", note) not in without_signs] == []


@pytest.mark.parametrize(
    ("subject", "eleventh"),
    [
        ("collective", "Cán bộ, đảng viên của tập thể đoàn kết, tiên phong, gương mẫu;"),
        ("individual", "Có phẩm chất chính trị tốt, lối sống lành mạnh;"),
    ],
)
def test_each_subject_has_fifteen_criteria_and_its_own_block(
    bloc: Guideline, subject: SubjectKind, eleventh: str
) -> None:
    items = sheet(bloc, subject).items

    assert [item.key for item in items] == [str(number) for number in range(1, 16)]
    assert [item.key for item in items if item.must_max] == ["2", "7", "9", "11", "15"]
    assert sum(item.max for item in items if item.max) == 100
    assert items[10].text.startswith(eleventh)


def test_the_default_scores_like_the_bloc(bloc: Guideline) -> None:
    default = guidelines.default()

    for subject in bloc.subjects:
        assert [(item.key, item.text, item.max, item.must_max) for item in sheet(default, subject).items] == [
            (item.key, item.text, item.max, item.must_max) for item in sheet(bloc, subject).items
        ]
    assert default.scoring is not None
    assert default.scoring.total == 100
    assert default.scoring.pass_mark == 75


def test_the_default_asks_one_new_initiative_of_each_grassroots_union() -> None:
    (target,) = guidelines.default().targets

    assert (target.who, target.min, target.counts) == (("grassroots_union",), 1, ("new",))


@pytest.mark.parametrize("name", EVERY)
def test_codes_fit_into_a_button(name: str) -> None:
    guideline = guidelines.get(name)
    codes = [area.code for area in guideline.areas.items]
    codes += [item.key for each in guideline.criteria_sets for item in each.items]

    assert all(code.isascii() and len(code) <= 32 for code in codes)


def test_no_guideline_is_named_in_code() -> None:
    code = [
        path
        for folder in ("bot", "conversations", "locales", "movement", "storage", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
    ]
    code.append(ROOT / "run_bot.py")
    names = {key for each in guidelines.every().values() for key in (each.id, *(s.key for s in each.sources))}
    names |= {number for each in guidelines.every().values() for number in [each.doc.number] if number}

    found = {
        (path.name, name)
        for path in code
        if path.exists()
        for name in names
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", path.read_text("utf-8"))
    }

    assert found == set()
    assert len(code) > 20
