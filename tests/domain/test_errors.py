"""Errors: one base class, the message filled in, template and values kept for translation."""

import pickle

import pytest

from workbench.domain.errors import InputError, ReadOnlyError, TableError, WorkbenchError


def test_an_error_reads_as_its_template_filled_in() -> None:
    """Value, rule and remedy in the text; template and values apart."""
    error = InputError("Unknown market {market!r}; use {known}.", market="ZZ", known="ID, SA")
    assert str(error) == "Unknown market 'ZZ'; use ID, SA."
    assert error.msgid == "Unknown market {market!r}; use {known}."
    assert error.values == {"market": "ZZ", "known": "ID, SA"}


def test_braces_in_a_value_are_left_alone() -> None:
    """A pattern or a user's text in the message is no template."""
    assert str(InputError("It must match {rule}.", rule="[A-Z]{2}")) == "It must match [A-Z]{2}."


def test_an_error_crosses_between_processes_whole() -> None:
    """Class, text, template and values, even where a value holds braces."""
    error = TableError("{value!r} must match {rule}.", value="Na", rule="[A-Z]{2}")
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is TableError
    assert str(found) == str(error) == "'Na' must match [A-Z]{2}."
    assert (found.msgid, found.values) == (error.msgid, error.values)


@pytest.mark.parametrize(
    ("kind", "also"),
    [(InputError, ValueError), (TableError, InputError), (ReadOnlyError, PermissionError)],
)
def test_every_error_is_one_of_ours_and_of_python(kind, also) -> None:
    """One class catches all that a user can cause; callers of the functions know Python's."""
    assert issubclass(kind, WorkbenchError)
    assert issubclass(kind, also)


def test_reading_only_is_no_bad_input() -> None:
    """Exit code 2 is for input; a read-only handle is something else."""
    assert not issubclass(ReadOnlyError, InputError)
