"""Any bytes give rows or a named error: never a crash, never a record that is lost.

``corpus`` holds inputs that once went wrong; ``tests/fuzzing.py`` looks for more.
"""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import try_bytes
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
