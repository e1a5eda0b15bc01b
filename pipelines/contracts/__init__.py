"""Documents in, one frozen `Catalog` out.

Here belong the typed models of the documents, the small formula grammar, SDMX periods, the loader that
reports every fault of a folder together, and the relational form of the catalog that dbt reads. Nothing here
opens a return, touches the store, or imports another package of ours.
"""

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.faults import ContractError, Fault
from pipelines.contracts.load import load

__all__ = ["Catalog", "ContractError", "Fault", "load"]
