"""The documentation: its pages, and what makes HTML of them, of the documents and of the docstrings.

What is true of the product in words stands in the Markdown beside this file. What documents, models and docstrings say
already is never written down here again: the modules of this package turn it into pages. Nothing imports this package.
"""
