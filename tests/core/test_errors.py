import inspect

from chengan.core import errors


def test_every_refusal_is_a_core_error_and_is_drawn_in_the_tree():
    own = [
        (name, kind)
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if kind.__module__ == errors.__name__
    ]
    assert len(own) > 5
    for name, kind in own:
        assert issubclass(kind, errors.CoreError)
        assert issubclass(kind, ValueError)
        assert name in errors.__doc__
