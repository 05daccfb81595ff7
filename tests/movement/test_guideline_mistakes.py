"""The loader tells every mistake with its path."""

import copy
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from movement import guidelines
from movement.guideline_mistakes import of_data

Plan = Callable[[dict[str, Any]], object]


def path_of_the_default() -> Path:
    return guidelines.FOLDER / f"{guidelines.default().id}.toml"


def as_read() -> dict[str, Any]:
    data: dict[str, Any] = tomllib.loads(path_of_the_default().read_text("utf-8"), parse_float=Decimal)
    return data


def found_after(plant: Plan) -> list[tuple[str, str]]:
    data = copy.deepcopy(as_read())
    plant(data)
    return [tuple(each) for each in of_data(guidelines._tuples(data))]  # type: ignore[misc]  # two strings each


PLANTED: list[tuple[str, Plan]] = [
    ("schema", lambda g: g.update(schema=2)),
    ("id", lambda g: g.update(id="Có Dấu")),
    ("id", lambda g: g.update(id="a" * 33)),
    ("title", lambda g: g.pop("title")),
    ("title", lambda g: g.update(title="")),
    ("title", lambda g: g.update(title=7)),
    ("colour", lambda g: g.update(colour="red")),
    ("default", lambda g: g.update(default="yes")),
    ("doc.kind", lambda g: g["doc"].update(kind="law")),
    ("doc", lambda g: g.update(doc="plan")),
    ("issuer.unit_kind", lambda g: g["issuer"].update(unit_kind="club")),
    ("valid.from", lambda g: g["valid"].update({"from": "2024-01-01"})),
    ("valid", lambda g: g["valid"].update(open_end=False)),
    ("cycle.to", lambda g: g.update(cycle={"from": "10-01", "to": "12-31"})),
    ("audience.binds[1]", lambda g: g["audience"]["binds"].__setitem__(1, "club")),
    ("audience.subjects", lambda g: g["audience"].update(subjects=[])),
    ("areas.item[2].code", lambda g: g["areas"]["item"][2].update(code="An ninh")),
    ("areas.item[3].code", lambda g: g["areas"]["item"][3].update(code=g["areas"]["item"][0]["code"])),
    ("areas.item[1].clause", lambda g: g["areas"]["item"][1].pop("clause")),
    ("areas.item[1].source", lambda g: g["areas"]["item"][1].pop("source")),
    ("areas.item[1].source", lambda g: g["areas"]["item"][1].update(source="nowhere")),
    ("principles.carry_over_counts", lambda g: g["principles"].pop("carry_over_counts")),
    ("target[0].who[0]", lambda g: g["target"][0].update(who=["club"])),
    ("target[0]", lambda g: g["target"][0].update(percent=100)),
    ("target[0].min", lambda g: g["target"][0].update(min=0)),
    ("target[0]", lambda g: g["target"][0].update(max=1, min=2)),
    ("target[0].until", lambda g: g["target"][0].update(until=2019)),
    ("target[0]", lambda g: g["target"][0].update(known_by="attested")),
    ("target[0]", lambda g: g["target"][0].update(percent=g["target"][0].pop("min"))),
    (
        "target[0].known_by",
        lambda g: g["target"][0].update(percent=g["target"][0].pop("min"), known_by="mandated"),
    ),
    ("deadline[0].target", lambda g: g["deadline"][0].update(target="nowhere")),
    ("deadline[0].when.label", lambda g: g["deadline"][0].update(when={"kind": "event", "event": "review"})),
    (
        "deadline[0].when.event",
        lambda g: g["deadline"][0].update(when={"kind": "event", "event": "Tổng kết", "label": "tổng kết"}),
    ),
    ("deadline[0].when.md", lambda g: g["deadline"][0]["when"].update(md="02-30")),
    ("deadline[0].when.md", lambda g: g["deadline"][0]["when"].update(md="10/3")),
    ("deadline[0].when.md", lambda g: g["deadline"][0]["when"].pop("md")),
    ("deadline[0].when", lambda g: g["deadline"][0]["when"].update(kind="moon")),
    ("deadline[0].when", lambda g: g["deadline"][0]["when"].pop("kind")),
    ("deadline[3].when", lambda g: g["deadline"][3]["when"].update(to="09-30")),
    ("deadline[0].bound", lambda g: g["deadline"][0].pop("bound")),
    ("deadline[1].who[0]", lambda g: g["deadline"][1].update(who=["club"])),
    ("deadline[1].form", lambda g: g["deadline"][1].update(form="nowhere")),
    ("deadline[2].id", lambda g: g["deadline"][2].update(id=g["deadline"][0]["id"])),
    ("deadline[2]", lambda g: g["deadline"][2].update(repeats="once")),
    ("deadline[2].year", lambda g: g["deadline"][2].update(repeats="once", year=2019)),
    ("deadline[0].remind_days[1]", lambda g: g["deadline"][0].update(remind_days=[3, -1])),
    ("criteria_set[0].max", lambda g: g["criteria_set"][0]["item"][0].update(max=6)),
    ("criteria_set[1].item[3].max", lambda g: g["criteria_set"][1]["item"][3].update(max=0)),
    ("criteria_set[1].item[3].max", lambda g: g["criteria_set"][1]["item"][3].update(max="5")),
    ("criteria_set[1].item[3].max", lambda g: g["criteria_set"][1]["item"][3].pop("max")),
    ("criteria_set[1].item[3].max", lambda g: g["criteria_set"][1]["item"][3].update(max=Decimal("4.7"))),
    ("criteria_set[1].item[0].key", lambda g: g["criteria_set"][1]["item"][0].update(key="1")),
    ("criteria_set[1].item[0].short", lambda g: g["criteria_set"][1]["item"][0].update(short="x" * 41)),
    ("criteria_set[0].item[1].text", lambda g: g["criteria_set"][0]["item"][1].update(text="Tiê\u0301ng")),
    ("criteria_set[0].item[1].text", lambda g: g["criteria_set"][0]["item"][1].update(text="khô\u00a0khan")),
    ("criteria_set[2].part", lambda g: g["criteria_set"][2].update(part="III")),
    ("criteria_set[1].subjects[0]", lambda g: g["audience"].update(subjects=["individual"])),
    ("scoring", lambda g: g.pop("scoring")),
    ("scoring.total", lambda g: g["scoring"].update(total=110)),
    ("scoring.pass", lambda g: g["scoring"].update({"pass": 101})),
    ("scoring.step", lambda g: g["scoring"].update(step=Decimal("0.001"))),
    ("scoring.part[1].max", lambda g: g["criteria_set"].pop(2)),
    ("scoring.footnote", lambda g: g["criteria_set"][0]["item"][1].pop("must_max")),
    ("recognition[0].decides[0]", lambda g: g["recognition"][0].update(decides=["club"])),
    ("recognition[1].level", lambda g: g["recognition"][1].update(level=g["recognition"][0]["level"])),
    ("dossier[0].item[0].copies", lambda g: g["dossier"][0]["item"][0].update(copies=-1)),
    ("form[0].column[2].key", lambda g: g["form"][0]["column"][2].update(key="weight")),
    ("ambiguity[0].default", lambda g: g["ambiguity"][0].pop("default")),
    ("replaces[0]", lambda g: g.update(replaces=[g["id"]])),
]


@pytest.mark.parametrize(("path", "plant"), PLANTED)
def test_a_planted_mistake_is_told_with_its_path(path: str, plant: Plan) -> None:
    found = found_after(plant)

    assert path in [each for each, _ in found]
    assert all(message for _, message in found)


def test_the_default_itself_has_no_mistake() -> None:
    assert of_data(guidelines._tuples(as_read())) == []


def test_a_mistake_in_one_part_does_not_hide_those_elsewhere() -> None:
    def plant(data: dict[str, Any]) -> None:
        data["doc"]["kind"] = "law"
        data["areas"]["item"][3]["code"] = data["areas"]["item"][0]["code"]
        data["scoring"]["total"] = 110
        data["deadline"][0]["when"]["md"] = "02-30"

    paths = {path for path, _ in found_after(plant)}

    assert paths == {"doc.kind", "areas.item[3].code", "scoring.total", "deadline[0].when.md"}


def test_one_wrong_item_does_not_also_call_its_list_empty() -> None:
    found = found_after(lambda g: g["target"][0].update(who=["club"]))

    assert [path for path, _ in found] == ["target[0].who[0]"]


def test_messages_are_vietnamese_sentences_without_the_checker_s_jargon() -> None:
    messages = {message for _, plant in PLANTED for _, message in found_after(plant)}

    assert not [each for each in messages if "Input should" in each or "không được chấp nhận" in each]
    assert "Còn thiếu mục này." in messages


def test_broken_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text('id = "new"\ntitle = \n', encoding="utf-8")

    (found,) = guidelines.mistakes(file)

    assert found.path == "dòng 2, cột 9"


def test_a_file_that_is_no_text_or_not_there_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_bytes(b"\xff\xfe\x00")

    assert [each.path for each in guidelines.mistakes(file)] == [""]
    assert [each.path for each in guidelines.mistakes(tmp_path / "none.toml")] == [""]


def test_the_id_is_the_name_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "another.toml"
    file.write_bytes(path_of_the_default().read_bytes())

    assert [each.path for each in guidelines.mistakes(file)] == ["id"]


def test_loading_a_broken_file_raises_with_every_mistake(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("schema = 1\n", encoding="utf-8")

    with pytest.raises(guidelines.BrokenGuidelineError) as raised:
        guidelines.load(file)

    assert {"id", "title", "areas", "deadline"} <= {each.path for each in raised.value.mistakes}
    assert "- areas: " in str(raised.value)
