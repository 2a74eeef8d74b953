"""Any bytes give rows or a named error: never a crash, never a record that is lost.

``corpus`` holds inputs that once went wrong; ``tests/fuzzing.py`` looks for more.
"""

import gzip
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import try_bytes
from tests.sources.exports.workbooks import row, workbook
from workbench.sources.exports.mapping import known_mappings

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
EXPORTS = sorted(known_mappings())
quick = settings(max_examples=150, deadline=None, database=None, derandomize=True,
                 suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip

names = st.sampled_from(sorted({
    column for one in known_mappings().values() for table in one.tables.values()
    for cell in table.columns.values() for column in cell.columns
}))  # fmt: skip
scraps = st.sampled_from(
    ["2026-01-31", "31/12/2026", "1,5", "-0", "1e400", "USD", "\ufeff", "\x00", '"', "\ud7ff", "=x",
     "9" * 40, "0000-00-00", "2026-01-31T00:00:00+99:99", "(1)", "null", "\u202e"]
)  # fmt: skip
cells = st.one_of(scraps, st.text(max_size=12), st.integers().map(str))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_once_went_wrong(path, tmp_path):
    for export in EXPORTS:
        try_bytes(path.read_bytes(), export, tmp_path)


@quick
@given(st.binary(max_size=400), st.sampled_from(EXPORTS))
def test_any_bytes(tmp_path, content, export):
    try_bytes(content, export, tmp_path)


@quick
@given(
    st.lists(names, min_size=1, max_size=9), st.lists(st.lists(cells, max_size=9), max_size=5),
    st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "gb18030"]),
    st.sampled_from(EXPORTS),
)  # fmt: skip
def test_tables_of_scraps(tmp_path, head, rows, delimiter, encoding, export):
    text = "\n".join(delimiter.join(row) for row in [head, *rows])
    try_bytes(text.encode(encoding, "ignore"), export, tmp_path)


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), cells),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | cells, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@quick
@given(values, st.sampled_from(EXPORTS), st.booleans())
def test_json_of_scraps(tmp_path, value, export, zipped):
    content = json.dumps(value).encode()
    try_bytes(gzip.compress(content) if zipped else content, export, tmp_path)


def parquet() -> bytes:
    target = io.BytesIO()
    rows = {"journey": ["j", None], "timestamp": [datetime(2026, 1, 1)] * 2, "n": [{"a": [1]}] * 2}
    pq.write_table(pa.table(rows), target, compression="none")
    return target.getvalue()


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("x.csv", content)
    return target.getvalue()


TEXT = 'journey,timestamp,partner,cost\nj,2026-01-01,蓝,"1,5"\nk,31.01.2026 18:00,b,2\n'
WHOLE = [
    TEXT.encode(), TEXT.encode("utf-16"), TEXT.encode("gb18030"), gzip.compress(TEXT.encode()),
    zipped(TEXT.encode()), zipped(gzip.compress(TEXT.encode())), parquet(), zipped(parquet()),
    workbook(row(1, "journey", "timestamp") + row(2, "j", "2026-01-01")),
    b'{"items": [{"journey": "j", "timestamp": "2026-01-01", "n": {"a": [1, 2]}}]}',
]  # fmt: skip
edits = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from([b"", b"\0", b"\xff\xff\xff\xff", b'"', b"\n", b"9" * 20, b"\\ud800"])
        | st.binary(min_size=1, max_size=4),
        st.sampled_from([0, 1, 4, 60]),
    ),
    min_size=1,
    max_size=6,
)


@settings(quick, max_examples=300)
@given(st.sampled_from(WHOLE), edits)
def test_whole_files_that_were_damaged(tmp_path, content, edits):
    """At a place some bytes are put in and some taken out; what loads can be loaded again."""
    for place, put, taken in edits:
        at = int(place * len(content))
        content = content[:at] + put + content[at + taken :]
    try_bytes(content, "generic-touchpoints", tmp_path)
