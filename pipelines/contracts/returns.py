"""Model of a return table, `returns/<office>/<table>.yaml`: one document says all there is to know of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipelines.contracts.base import Code, Document, Identifier, Label, PeriodText, Severity, Version
from pipelines.contracts.limits import ChangeLimit, HistoryLimit, RevisionLimit
from pipelines.contracts.periods import within
from pipelines.contracts.programme import FileName, Format


class Due(Document):
    """The calendar rule. Expected returns = these rules x the areas valid then, once the due date passed."""

    every: Literal["year", "month"] = Field(description="How often it is owed.")
    days_after_end: int = Field(ge=0, le=1000, description="So many days after the end of the period it is due.")
    areas: list[Identifier] = Field(min_length=1, description="Levels whose areas must each have a row.")
    start: PeriodText = Field(alias="from", description="First period owed; all others are of its length and season.")
    until: PeriodText | None = Field(default=None, description="Last period owed, when the series has ended.")
    owed: bool = Field(
        default=True,
        description="false: nobody owes it (a foreign series); what comes is taken, and nothing is overdue.",
    )
    complete: bool = Field(
        default=True,
        description="Must each of these areas have its row? false: areas come and go (a foreign register without "
        "dates); those of a file are taken as they come, and none is missed.",
    )


class Column(Document):
    """A column. Its id is the header it should have; it also arrives under its titles and its `aliases`.

    The loader adds to `aliases` the titles and what programme.yaml says of area and period columns, so that
    whoever reads a file looks in one place.
    """

    aliases: list[str] = Field(default=[], description="Other headers, besides the id and the titles.")
    position: int | None = Field(
        default=None,
        ge=1,
        le=16384,
        description="The column's number, from 1, where it may come without a header. Taken only if its header is "
        "blank; a header always wins.",
    )


class OuterColumn(Column):
    """A column that names an area in which the area of the row lies."""

    header: str = Field(description="Its header.")


class AreaColumn(Column):
    """The column of area codes, or names."""

    header: str = Field(default="area_code", description="Its header.")
    pad: int = Field(default=0, ge=0, le=12, description="Codes shorter than this get their leading zeros back.")
    fixed: str | None = Field(default=None, description="The one area of a table without an area column.")
    within: list[OuterColumn] = Field(
        default=[],
        max_length=3,
        description="Columns that name the areas in which it lies, widest first: a name that many areas bear "
        "(Washington in several counties) means the one within them.",
    )


class MonthColumn(Column):
    """The column of months, 1 to 12."""

    header: str = Field(description="Its header.")


class PeriodColumn(Column):
    """The column of periods. Optional: the period may come from the file name or `--period` instead."""

    header: str = Field(default="period", description="Its header.")
    calendar: Literal["gregorian", "roc"] = Field(
        default="gregorian", description="roc: years of the Republic of China (92 = 2003)."
    )
    month: MonthColumn | None = Field(
        default=None, description="The column of months, where `header` is that of years: 2014 and 3 are 2014-03."
    )


class StatusColumn(Column):
    """A column that says of each row whether its figures are final."""

    header: str = Field(description="Its header.")
    codes: dict[str, Literal["final", "provisional"]] = Field(
        min_length=1, description="What may stand in it, and what that means."
    )


class Dimension(Column):
    """A dimension beside area and period, with its code list. Cells hold the code or a label of the list."""

    id: Identifier = Field(description="Its name: header of the column, and what formulas and breakdowns call it.")
    codelist: Identifier = Field(description="Name of the file in `codelists/`, without its ending.")
    pad: int = Field(default=0, ge=0, le=12, description="Codes shorter than this get their leading zeros back.")
    codes: list[Code] | None = Field(
        default=None, min_length=1, description="The codes of the list that this table has; left out: all of them."
    )
    optional: list[Code] = Field(default=[], description="Codes whose rows may be absent from a whole submission.")


class Measure(Column):
    """A counted thing. Figures are whole numbers from 0 on (`signed`: any), or a status that says why there is none."""

    id: Identifier = Field(description="Its name: header of the column, and what formulas call it.")
    title: Label = Field(description="What is counted, in words.")
    unit: Identifier = Field(description="What is counted: cases, persons, areas, vehicles ...")
    over_time: Literal["sum", "first", "last", "none"] = Field(
        description="How months make a year: sum of flows, first or last of stocks, none of persons."
    )
    additive_over_areas: bool = Field(default=True, description="May the children of an area be added?")
    fully_allocable: bool = Field(
        default=False,
        description="Everything counted in an area is counted in one of its children too: a delivered parent equals "
        "their sum. Left out: it may exceed the sum by what could not be allocated.",
    )
    additive_over: list[Identifier] | None = Field(
        default=None,
        description="Dimensions over whose exclusive codes it adds; left out: all of the table's.",
    )
    part_of: Identifier | None = Field(
        default=None, description="The measure of this table of which every unit counted here is one."
    )
    follow_up_years: int | None = Field(
        default=None, ge=1, description="A cohort measure: length of the follow-up window in years."
    )
    sensitive: bool = Field(
        default=False,
        description="A small figure could give a person away: below the programme's threshold it is published together "
        "with others or not at all, and so is whatever would tell it.",
    )
    family: Identifier | None = Field(
        default=None,
        description="Of a sensitive measure: those of one family are published together or not at all. Left out: the "
        "table is the family.",
    )
    zero_sensitive: bool = Field(
        default=False, description="Of a sensitive measure: that there is none says as much as a small figure."
    )
    maximum: int = Field(default=10**12, gt=0, le=10**15, description="A greater figure is a fault.")
    signed: bool = Field(
        default=False,
        description="A balance that the office prints (resolved less filed): it may be below 0, down to minus the "
        "maximum. Rules hold it; no indicator is made from it.",
    )
    fractional: bool = Field(
        default=False,
        description="An estimate that the office prints with decimals (inhabitants between two censuses): the nearest "
        "whole number is taken, half away from zero, with the qualifier `estimated`.",
    )
    change_limit: ChangeLimit | None = Field(default=None, description="Against the year before; left out: none.")
    revision_limit: RevisionLimit | None = Field(
        default=None, description="Of this measure; left out: that of the table, if it states one."
    )
    start: PeriodText | None = Field(
        default=None, alias="from", description="First period it is asked for. Before, its column is not expected."
    )
    until: PeriodText | None = Field(default=None, description="Last period it is asked for.")

    def asked_in(self, period: str) -> bool:
        """Is the measure asked for in a period (SDMX text)?"""
        return within(period, self.start, self.until)


class Reported(Column):
    """A rate that the office printed itself, compared with ours; never used to compute anything."""

    id: Identifier = Field(description="Its name and the header of the column.")
    indicator: Identifier | None = Field(
        default=None, description="What it is compared with; left out: nothing here makes it, it is kept as printed."
    )
    title: Label | None = Field(default=None, description="Its name; an indicator brings one along.")
    decimals: int = Field(default=1, ge=0, le=6, description="Decimals that the office prints.")


class Rule(Document):
    """A truth of figures, a formula like `pending_at_start + accepted = concluded + pending_at_end`."""

    id: Identifier = Field(description="Its name, under which findings and checks tell of it.")
    check: str = Field(description="The formula that must hold, with one of = <= >=.")
    severity: Severity = Field(default="error", description="error: it must hold; warning: a person explains.")
    because: Label = Field(description="Why it must hold, told with each finding.")


class Agreement(Rule):
    """A truth between this table and others, for one area and period (and one code of `by`)."""

    by: Identifier | None = Field(
        default=None,
        description="It holds for every code of this dimension; left out: a dimension not filtered is its total.",
    )
    base: int = Field(
        default=0, ge=0, description="Judged only where one of the two sides is at least so much: few cases say little."
    )
    across_units: bool = Field(
        default=False, description="A plausible relation of different things, such as disputes and civil cases."
    )


class WideColumn(Document):
    """Headers that carry codes: `{measure}_{case_type}`. `years` moves the period (-1: the year before)."""

    pattern: str = Field(description="The header, with the measure and the code in braces.")
    years: int = Field(default=0, ge=-10, le=10, description="So many years from the row's period.")


class Blocks(Document):
    """Columns that come again under the same headers, a block for each code, from left to right: merged heads.

    The rows above the header must name the codes in this order.
    """

    dimension: Identifier = Field(description="The dimension whose codes they are.")
    codes: list[Code] = Field(min_length=2, description="In the order in which they stand.")


class Return(Document):
    """A return table: what an office owes for a period, one row per area (and code of each dimension)."""

    table: Identifier = Field(description="Its id, as in formulas, in names of files and in releases.")
    office: Identifier = Field(description="The office that owes it.")
    version: Version = Field(description="Counts up when the document changes, like 1.0.0.")
    title: Label = Field(description="Its name.")
    grain: Label = Field(description='In words: "Each row is ..."')
    reporting_unit: Identifier = Field(description="Level of the area that answers for the rows.")
    due: Due
    lowest_published_level: Identifier | None = Field(
        default=None, description="Figures of areas below this level are in no edition."
    )
    area: AreaColumn = AreaColumn.model_construct()
    period: PeriodColumn = PeriodColumn.model_construct()
    status: StatusColumn | None = None
    dimensions: list[Dimension] = Field(default=[], max_length=3)
    measures: list[Measure] = Field(default=[], description="May be left out where all is `reported`.")
    reported: list[Reported] = Field(default=[], description="Rates that the office prints itself.")
    rules: list[Rule] = Field(default=[], description="Truths within a row, held by the gate.")
    agreements: list[Agreement] = Field(
        default=[],
        description="Truths between this table and others, for one area and period: "
        "`drug_cases_cleared = recorded_crime.cases_cleared[offence_class=drugs]`. Held by validation.",
    )
    wide: list[WideColumn] = Field(default=[], description="Headers that hold a code besides the measure.")
    blocks: Blocks | None = Field(
        default=None, description="The table's columns come once for each of these codes, under the same headers."
    )
    sheets: list[str] = Field(default=[], description="Names of the worksheet besides the table's id and titles.")
    ignored_headers: list[str] = Field(
        default=[], description="Columns that may stand in the file; their values are never read."
    )
    revision_limit: RevisionLimit | None = Field(
        default=None,
        description="A revision out of all proportion is held for a person. Holds for every measure without its own.",
    )
    history_limit: HistoryLimit | None = None
    duplicates: Literal["reject", "hold"] = Field(
        default="reject",
        description="Two rows of one key: reject the submission, or hold both for a person (foreign data).",
    )
    file_names: list[FileName] = Field(default=[], description="Patterns besides those of `programme.yaml`.")
    format: Format | None = None

    def identifying(self) -> list[tuple[str, str, Column, tuple[str | int, ...]]]:
        """The columns that say what a row is: (kind, header, column, place in the document). No dimensions."""
        area, period = self.area, self.period
        found: list[tuple[str, str, Column, tuple[str | int, ...]]] = [
            ("area", area.header, area, ("area",)),
            *(("outer", one.header, one, ("area", "within", index)) for index, one in enumerate(area.within)),
            ("period", period.header, period, ("period",)),
        ]
        if period.month:
            found.append(("month", period.month.header, period.month, ("period", "month")))
        if self.status:
            found.append(("status", self.status.header, self.status, ("status",)))
        return found

    def measure(self, id: str) -> Measure | None:
        """The measure of this id, or None."""
        return next((measure for measure in self.measures if measure.id == id), None)
