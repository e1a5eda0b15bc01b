"""What changed since a template was made, in words: columns, classes and areas that came, went or were renamed."""

from __future__ import annotations

from pipelines.intake import shape
from pipelines.intake.shape import Part

OLD = [
    Part("column", "cases", "Cases", "案件"),
    Part("column", "persons", "Persons", "人数"),
    Part("class", "kind=theft", "Theft", "盗窃"),
    Part("class", "kind=fraud", "Fraud", "诈骗"),
    Part("area", "01", "East", "东镇"),
    Part("area", "02", "West", "西镇"),
]


def test_what_came_and_went_is_named() -> None:
    now = [
        *OLD[:1],
        Part("column", "vehicles", "Vehicles", "车辆"),
        OLD[2],
        *OLD[4:5],
        Part("area", "03", "South", "南镇"),
    ]
    said = shape.difference(OLD, now)
    assert said["difference_en"] == (
        "Columns added since: “Vehicles” (vehicles). Columns no longer asked for: “Persons” (persons). "
        "Classes no longer asked for: “Fraud” (fraud). Areas added since: “South” (03). "
        "Areas no longer asked for: “West” (02)."
    )
    assert "新增的列：“车辆”（vehicles）。" in said["difference_zh"]


def test_new_names_and_new_ids_are_told_apart() -> None:
    now = [Part("column", "cases", "Cases recorded", "立案"), Part("column", "people", "Persons", "人数"), *OLD[2:]]
    said = shape.difference(OLD, now)["difference_en"]
    assert said == (
        "Columns with another id: “Persons persons” → “people”. Columns renamed: “Cases” → “Cases recorded”."
    )


def test_a_new_name_alone_makes_no_template_outdated() -> None:
    assert shape.digest(OLD) == shape.digest([one._replace(en="x", zh="某") for one in OLD])
    assert shape.digest(OLD) != shape.digest(OLD[1:])


def test_many_names_are_counted_and_a_lost_list_is_said() -> None:
    many = [Part("area", f"{number:02d}", f"Area {number}", "区") for number in range(20)]
    assert "and 12 more." in shape.difference(OLD[:1], [OLD[0], *many])["difference_en"]
    assert "cannot be told" in shape.difference([], OLD)["difference_en"]
    assert "are the same" in shape.difference(OLD, OLD)["difference_en"]


def test_a_list_from_outside_is_bounded() -> None:
    lines = [("crime", "column", "x" * 500, "\u202eevil", "案"), ("crime", "person", "a", "b", "c"), ("other",), ()]
    (one,) = shape.read(lines, "crime")
    assert len(one.id) <= 80 and "\u202e" not in one.en
