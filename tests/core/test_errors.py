import inspect

from chengan.core import errors


def test_every_refusal_is_a_core_error_and_is_drawn_in_the_tree():
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        assert issubclass(kind, errors.CoreError)
        assert issubclass(kind, ValueError)
        assert name in errors.__doc__
