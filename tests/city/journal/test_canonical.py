"""What goes into PostgreSQL and comes out again has the same text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengan.city.journal import api as journal
from chengan.city.journal import canonical
from tests.city.journal.test_services import fact

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé中", max_size=3), inner)
    ),
    max_leaves=8,
)


def test_keys_are_sorted_and_numbers_normalised():
    assert canonical.text({"b": 1.0, "a": [100, -0.0, "中"]}) == '{"a":[1E+2,0,"\\u4e2d"],"b":1}'


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(VALUES)
def test_any_json_verifies_after_storing(value):
    seq = journal.append([fact(data={"v": value})])
    stored = journal.after(seq - 1)[-1]
    assert canonical.text(stored.data) == canonical.text({"v": value})
