"""The time between two moments, as each database counts it."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Seconds(FunctionElement[float]):
    """How many seconds lie between two moments."""

    type = Float()
    inherit_cache = True


@compiles(Seconds, "sqlite")
def _on_sqlite(element: Seconds, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - as SQLAlchemy has it
    first, second = (compiler.process(each, **more) for each in element.clauses)
    return f"((julianday({second}) - julianday({first})) * 86400.0)"


@compiles(Seconds, "postgresql")
def _on_postgresql(element: Seconds, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - as above
    first, second = (compiler.process(each, **more) for each in element.clauses)
    return f"extract(epoch from ({second} - {first}))"
