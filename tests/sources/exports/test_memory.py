"""Memory does not grow with the file: the peak of a process that loads a large one."""

import subprocess
import sys

LOADER = """
import resource, sys
from pathlib import Path
from workbench.events.dataset import Dataset
from workbench.locale import translator
from workbench.sources.exports.importing import import_file
from workbench.sources.exports.mapping import mappings_of

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3

import_file(Path(sys.argv[1]), mappings_of("impact"), Dataset(Path(sys.argv[3])), translator("en"))
small = peak()
(report,) = import_file(
    Path(sys.argv[2]), mappings_of("impact"), Dataset(Path(sys.argv[3])), translator("en")
)
print(report.loaded, report.quarantined, peak() - small)
"""
ROWS = 300_000


def test_the_peak_of_a_large_file_is_bounded(tmp_path):
    """MB above what a file of one row takes."""
    head = "Id,State,Amount,Payout,Currency,EventDate,ReferringDate,MediaPartnerName,CustomerId\n"
    row = "{0},APPROVED,{1}.50,1.25,USD,2026-01-{2:02}T10:00:00Z,2026-01-01T09:00:00Z,p{3},c{0}\n"
    files = []
    for rows in (1, ROWS):
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(head)
            file.writelines(
                row.format(place, place % 900, place % 28 + 1 + 40 * (place % 1000 == 999),
                           place % 700) for place in range(rows)
            )  # fmt: skip
        files.append(path)
    ran = subprocess.run(
        [sys.executable, "-c", LOADER, *map(str, files), str(tmp_path / "events")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded, quarantined, more = map(float, ran.stdout.split())
    assert (loaded, quarantined) == (ROWS - ROWS // 1000, ROWS // 1000)
    assert more < 400
