"""What a Parquet table of somebody's would swell to, found out without letting it.

Sizes told in its footer are those of its pages: one long text that a dictionary repeats a million
times is told once. So columns of texts and bytes are read with their dictionaries kept, some rows
at a time, and what they would unfold to is added up.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from planner.packs.words import refused

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "MAX_TABLE_BYTES", "MAX_TEXT_BYTES", "refuse_table"]

MAX_TABLE_BYTES = 500_000_000
"""Of one table in memory: a city's largest has some ten megabytes."""
MAX_ROWS = 3_000_000
MAX_COLUMNS = 200
MAX_TEXT_BYTES = 1_000_000
"""Of one name or note; outlines are bytes, and may be longer."""
_ROWS_A_STEP = 16_384
_NUMBER_BYTES = 8


def refuse_table(path: Path, name: str, where: str) -> None:
    """Refuse a table that would not fit into memory.

    Parameters
    ----------
    name, where
        Of the table in its pack, and of the pack, as they are told.

    Raises
    ------
    PackError
        If it has too many rows or columns, columns of columns, or unfolds to too much.
    ArrowException, OSError
        If it is no table.
    """
    with pq.ParquetFile(path) as file:
        told, schema = file.metadata, file.schema
        rows = _rows(told)
        if rows > MAX_ROWS:
            raise refused("too-many-rows", where, name=name, rows=rows, most=MAX_ROWS)
        columns = [schema.column(n) for n in range(min(len(schema), MAX_COLUMNS + 1))]
    if len(columns) > MAX_COLUMNS:
        raise refused("odd-table", where, name=name, column=f"{MAX_COLUMNS + 1}")
    folded = []
    for column in columns:
        nested = column.max_repetition_level > 0 or column.path != column.name
        if nested or column.physical_type == "FIXED_LEN_BYTE_ARRAY":
            raise refused("odd-table", where, name=name, column=f"{column.path!r:.60}")
        if column.physical_type == "BYTE_ARRAY":
            folded.append(column.path)
    total = rows * _NUMBER_BYTES * (len(columns) - len(folded))
    size = path.stat().st_size
    for column in folded:
        total += _unfolded(path, column, MAX_TABLE_BYTES - total)
        if total > MAX_TABLE_BYTES:
            raise refused("bomb", where, name=name, packed=size, size=total)


def _rows(told: pq.FileMetaData) -> int:
    """Rows as the footer tells them anywhere: the most."""
    counted = 0
    for number in range(told.num_row_groups):
        group = told.row_group(number)
        values = [group.column(n).num_values for n in range(group.num_columns)]
        counted += max([group.num_rows, *values])
    return int(max(told.num_rows, counted))


def _unfolded(path: Path, column: str, most: int) -> int:
    """Bytes that a column's texts take each written out; counting ends beyond ``most``."""
    total = 0
    with pq.ParquetFile(path, read_dictionary=[column]) as file:
        steps = file.iter_batches(batch_size=_ROWS_A_STEP, columns=[column], use_threads=False)
        for step in steps:
            values = step.column(0)
            folded = isinstance(values, pa.DictionaryArray)
            texts = values.dictionary if folded else values
            lengths = pc.binary_length(texts)
            is_text = pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)
            longest = pc.max(lengths).as_py() or 0
            if is_text and longest > MAX_TEXT_BYTES:
                return max(most + 1, longest)
            if folded:
                lengths = pc.take(lengths, values.indices)
            total += (pc.sum(pc.cast(lengths, pa.int64())).as_py() or 0) + 8 * len(values)
            if total > most:
                break
    return total
