"""Method pages: of each indicator what it is, how it is computed, how far it can be relied on, what it does not say.

Made from the documents alone, so that nothing is written twice: `page` puts the sections together as data, `markdown`
writes them. No figure of any area belongs here, and no word that is not in the message catalogue or in a document.
"""

from pipelines.release.methods.folder import write
from pipelines.release.methods.page import page

__all__ = ["page", "write"]
