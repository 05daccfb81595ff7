"""A Party bloc under the guideline that has forms: three units, initiatives new and continued."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests.movement.trees import Tree, named

if TYPE_CHECKING:
    from movement.context import Context
    from storage.session import Session

TODAY = dt.date(2024, 11, 10)
YEAR = 2024
CELL, BOARD = "Chi bộ Sở Y tế", "Ban Tuyên giáo"


class Bloc:
    """The bloc, its officer, and a way to register initiatives."""

    def __init__(self, session: Session) -> None:
        self.tree = Tree(session, TODAY)
        self.tree.unit("Đảng ủy Khối", "party_bloc")
        self.tree.unit(CELL, "party_cell_grassroots", "Đảng ủy Khối")
        self.tree.unit(BOARD, "mass_organisation", "Đảng ủy Khối")
        self.cycle = self.tree.open("Đảng ủy Khối", YEAR, named("yen-bai"))
        self.before = self.tree.open("Đảng ủy Khối", YEAR - 1, named("yen-bai"))
        self.officer = self.tree.person("upper_officer", "Đảng ủy Khối")
        self.author = self.tree.person("unit_officer", CELL)
        self.old = self.register(CELL, "Năm ngoái", cycle_id=self.before)

    @property
    def home(self) -> int:
        return self.tree.units["Đảng ủy Khối"].id

    def as_officer(self) -> Context:
        """The officer, having read nothing yet."""
        return self.tree.as_person(self.officer.person)

    def register(self, home: str, name: str, area: str = "kt", **more: Any) -> int:
        """An initiative of a unit; continued where `continues_id` is given."""
        cycle_id = more.pop("cycle_id", None) or self.cycle
        values = {"place": "Trạm Y tế", "lead": "Chi bộ", "scale": "120 hộ", "name": name, "area": area}
        return self.tree.entry(self.author, home, cycle_id, **{**values, **more})

    def fill(self) -> None:
        """What the tests of the forms count on: five initiatives in two units."""
        reported = {"state": "reported", "reported_at": self.author.now, "result": "Giảm 30 % thời gian chờ."}
        self.register(CELL, "Khám bệnh lưu động", "vhxh", **reported)
        self.register(CELL, "Vườn thuốc nam", "kt", subject_kind="individual", **reported)
        self.register(CELL, "Bếp ăn nghĩa tình", "vhxh", continues_id=self.old, **reported)
        self.register(BOARD, "Loa tuyên truyền", "xdd-htct")
        self.register(BOARD, '=HYPERLINK("http://x")', "qpan", **reported)
        self.register(BOARD, "Đã rút", "kt", state="withdrawn")
