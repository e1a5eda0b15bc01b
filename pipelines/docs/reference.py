"""The pages of the reference that are made from documents, models and words. Each is made by a module of its own."""

from __future__ import annotations

from pipelines.contracts import Catalog
from pipelines.docs import of_codes, of_indicators, of_returns, of_sentences, of_settings, of_tables


def pages(catalog: Catalog) -> dict[str, str]:
    """Name of the page -> Markdown, for all of them."""
    return {
        **of_returns.pages(catalog),
        **of_indicators.pages(catalog),
        **of_codes.pages(catalog),
        **of_tables.pages(catalog),
        **of_sentences.pages(),
        **of_settings.pages(),
    }
