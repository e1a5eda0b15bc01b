"""A forest: many small hierarchies of areas with sparse linked counts, as documents and as a private database.

Province > county > township, gamma-Poisson townships, parents delivered with what could not be allocated or summed, a
figure missing here and there. A later version has revised some cells. Figures are what a candidate holds: nothing is
hidden here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from tests.disclosure import forest_documents
from tests.disclosure.forest_documents import CLASSES, LEVELS
from tests.disclosure.forest_sql import DDL, MADE

TOTAL = "kind=all"
CELLS = len(CLASSES)


@dataclass(frozen=True)
class Forest:
    """`trees` hierarchies of `counties` (from, to) with `townships` (from, to) each; `mean` persons a township; the
    years `years`.
    """

    seed: int
    trees: int = 10
    counties: tuple[int, int] = (1, 5)
    townships: tuple[int, int] = (1, 12)
    mean: float = 12
    years: tuple[int, ...] = (2004,)
    missing: float = 0.02
    allocable: float = 0.5
    """How often everything of a parent is allocated."""

    @cached_property
    def areas(self) -> list[tuple[str, str, str]]:
        """(code, parent, level), parents first."""
        chance = np.random.default_rng([self.seed, 1])
        found: list[tuple[str, str, str]] = []
        for tree in range(self.trees):
            province = f"{10_000 + tree}"
            found.append((province, "", LEVELS[0]))
            for one in range(chance.integers(*self.counties, endpoint=True)):
                county = f"{province}{one + 1:03d}"
                found.append((county, province, LEVELS[1]))
                count = chance.integers(*self.townships, endpoint=True)
                found += [(f"{county}{other + 1:03d}", county, LEVELS[2]) for other in range(count)]
        return found

    @cached_property
    def parent(self) -> np.ndarray:
        """Row of the parent of each area, -1 of a province."""
        rows = {code: row for row, (code, _, _) in enumerate(self.areas)}
        return np.array([rows.get(parent, -1) for _, parent, _ in self.areas])

    def documents(self, folder: Path) -> Path:
        """Writes the documents. Returns the folder."""
        return forest_documents.write(folder, self.areas)

    def own(self, version: int) -> dict[str, np.ndarray]:
        """What is counted in no area below: of a township all, of a parent what could not be allocated.

        name -> array (areas, years, classes), of measures without classes (areas, years). A version revises 8 % of the
        cells of townships by 1 or 2.
        """
        chance = np.random.default_rng([self.seed, 2])
        shape = (len(self.areas), len(self.years))
        level = np.array([level for _, _, level in self.areas])[:, None]
        nowhere = np.where(chance.random(shape) < self.allocable, 0.0, chance.random(shape))
        scale = np.where(level == LEVELS[2], chance.gamma(0.8, self.mean / 0.8, shape), nowhere * self.mean / 8)
        share = chance.dirichlet([2] * CELLS, shape)
        found = {"sentenced": chance.poisson(scale[..., None] * share), "released": chance.poisson(scale / 2)}
        found["suspended"] = chance.binomial(found["sentenced"].sum(2), chance.beta(1, 2, shape))
        found["resettled"] = chance.binomial(found["released"], chance.beta(4, 1, shape))
        found["residents"] = np.where(level == LEVELS[2], chance.integers(800, 30_000, shape), 0)
        for later in range(1, version + 1):
            chance = np.random.default_rng([self.seed, 3, later])
            for name in ("sentenced", "released", "suspended", "resettled"):
                here = found[name]
                moved = chance.integers(1, 3, here.shape) * chance.choice([-1, 1], here.shape)
                touched = (chance.random(here.shape) < 0.08) & (level == LEVELS[2])[(...,) + (None,) * (here.ndim - 2)]
                found[name] = np.where(touched, np.maximum(here + moved, 0), here)
            found["suspended"] = np.minimum(found["suspended"], found["sentenced"].sum(2))
            found["resettled"] = np.minimum(found["resettled"], found["released"])
        found["served"] = found["sentenced"].sum(2) - found["suspended"]
        return found

    def observations(self, version: int) -> pd.DataFrame:
        """Every figure: table_id, measure_id, area_code, breakdown, year, area_level, value (NA where missing), origin,
        not_allocable.
        """
        tables = {
            "sentences": ("sentenced",),
            "outcomes": ("suspended", "served"),
            "release": ("released", "resettled"),
            "people": ("residents",),
        }
        own, frames = self.own(version), list[pd.DataFrame]()
        for number, (table, measures) in enumerate(tables.items()):
            missing, summed = self._delivered(number, [own[name] for name in measures])
            for name in measures:
                alone = own[name] if own[name].ndim == 3 else own[name][..., None]
                alone = alone if own[name].ndim == 2 else np.concatenate([alone.sum(2, keepdims=True), alone], axis=2)
                codes = [TOTAL, *(f"kind={code}" for code in CLASSES)] if table == "sentences" else ["_T"]
                frames.append(self._frame(table, name, codes, alone, missing, summed))
        return pd.concat(frames, ignore_index=True)

    def _delivered(self, number: int, own: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """(missing, summed) of a table, arrays (areas, years): a township without figures; a parent put together."""
        chance = np.random.default_rng([self.seed, 4, number])
        shape = (len(self.areas), len(self.years))
        level = np.array([level for _, _, level in self.areas])[:, None]
        missing = (chance.random(shape) < self.missing) & (level == LEVELS[2]) & (number < 3)
        unallocated = sum(each.reshape(*shape, -1).sum(2) for each in own) > 0
        summed = (chance.random(shape) < 0.3) & (level != LEVELS[2]) & ~unallocated & ~self._lacking(missing)
        return missing, summed

    def _lacking(self, missing: np.ndarray) -> np.ndarray:
        found = np.zeros_like(missing)
        inner = self.parent >= 0
        np.logical_or.at(found, self.parent[inner], missing[inner])
        return found

    def _frame(
        self, table: str, measure: str, codes: list[str], own: np.ndarray, missing: np.ndarray, summed: np.ndarray
    ) -> pd.DataFrame:
        value = own.copy()
        for row in range(len(self.areas) - 1, -1, -1):  # children stand after their parent
            if self.parent[row] >= 0:
                value[self.parent[row]] += value[row]
        areas, years, breakdowns = own.shape
        parents = np.array([level != LEVELS[2] for _, _, level in self.areas])[:, None]
        known = (parents & ~summed & ~self._lacking(missing))[..., None] & np.ones_like(own, bool)
        gone = missing[..., None] & np.ones_like(own, bool)
        flat = {
            "area_code": np.repeat([code for code, _, _ in self.areas], years * breakdowns),
            "area_level": np.repeat([level for _, _, level in self.areas], years * breakdowns),
            "year": np.tile(np.repeat(self.years, breakdowns), areas),
            "breakdown": np.tile(codes, areas * years),
            "value": pd.array(value.ravel(), "Int64"),
            "not_allocable": pd.array(own.ravel(), "Int64"),
            "origin": np.where(np.repeat(summed.ravel(), breakdowns), "summed", "delivered"),
        }
        frame = pd.DataFrame({"table_id": table, "measure_id": measure} | flat)
        frame.loc[gone.ravel(), "value"] = pd.NA
        frame.loc[~known.ravel(), "not_allocable"] = pd.NA
        return frame

    def database(self, file: Path, version: int = 0) -> Path:
        """Writes the private database of a version (0: nothing revised), with the marts a candidate has. Returns it."""
        areas = pd.DataFrame(self.areas, columns=["area_code", "parent_code", "level"])
        figures = self.observations(version)
        years = pd.DataFrame({"year": self.years})
        with duckdb.connect(str(file)) as connection:
            for name, frame in (("areas", areas), ("figures", figures), ("years", years)):
                connection.register(name, frame)
            connection.execute(DDL)
            for statement in MADE:
                connection.execute(statement)
        return file
