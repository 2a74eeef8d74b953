"""What a running programme shows (A3, A6, A8, A12), from the event tables.

Level 1: :mod:`pivot` (figures by any dimensions), :mod:`activity`, :mod:`concentration`,
:mod:`against` (period against period), :mod:`views`. Level 2: :mod:`alerts`, :mod:`praise`. For
management: :mod:`ramp` and :mod:`story`. Nothing is imported here, so that the names of a part
don't bring in the engine of another.
"""
