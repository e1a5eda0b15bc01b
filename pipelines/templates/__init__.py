"""Templates: fillable workbooks made from the contracts, one per office and period.

Here belong what is due, where each cell stands, the formulas that check while somebody fills in, and the writing of it.
A template is a function of documents, period and unit: same input, same bytes. How intake knows one again is `intake`'s
business; nothing here reads a file.
"""
