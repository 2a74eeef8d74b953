"""Briefs for many markets, scenarios, industries and languages: made side by side, each apart.

- ``running`` is the batch; ``lines`` what it is over, ``jobs`` the rows of its table, ``table``
  where they are kept, ``lock`` who may write;
- ``making`` makes one brief and could do so elsewhere, ``workers`` makes several at a time,
  ``reasons`` says what went wrong; ``exporting`` makes other formats;
- ``cluster`` knows the workers of a Dask cluster, ``spreading`` has them make briefs, ``remote`` is
  what runs on a worker, ``parcel`` what is sent there;
- ``inputs`` sees that no file that is read is written over;
- ``hashing`` tells what is unchanged, ``standings`` what changed since; ``index`` shows both;
- ``publish`` puts files in place.
"""

from workbench.reports.batch.jobs import Job
from workbench.reports.batch.lines import Line
from workbench.reports.batch.running import run, run_lines, start_of

__all__ = ["Job", "Line", "run", "run_lines", "start_of"]
