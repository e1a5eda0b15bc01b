"""A made-up county, generated from the documents: ten years of returns, labelled fictitious.

Here belong the county's sizes and habits (documents), the generator of figures and the writers of return
files, which the tests share. Nothing here reads a return or touches the store.
"""

from pipelines.demo.plan import Delivery, DemoPlan, generate

__all__ = ["Delivery", "DemoPlan", "generate"]
