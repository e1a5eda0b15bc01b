"""What a stranger can work out from published editions: the adversary of confidentiality.

Here belong reading what editions print, the linear program of all it implies, and the verdict on every figure that is
not printed. Nothing of how figures are protected belongs here: no import of the release, the warehouse or validation,
so that an error there is not repeated. It sees the files of editions and the documents in them, nothing else.
"""

from __future__ import annotations

from pipelines.adversary.audit import Audit, audit

__all__ = ["Audit", "audit"]
