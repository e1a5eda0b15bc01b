"""The page of what is promised and how it is tested, with the figures of the last whole run."""
