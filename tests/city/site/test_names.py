"""What people may read of a record has a Chinese and an English name."""

import pytest
from django.apps import apps
from django.utils import translation

STAGES = ("journal", "hub", "sense")
INNER = {"id", "ID"}


def names(model):
    """The names of a model and of its own fields, as text."""
    yield str(model._meta.verbose_name)
    yield str(model._meta.verbose_name_plural)
    for field in model._meta.fields:
        if field.name not in INNER:
            yield str(field.verbose_name)


def models():
    for stage in STAGES:
        for model in apps.get_app_config(stage).get_models():
            if not model.__name__.endswith("Event"):
                yield model


def is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_a_model_and_its_fields_are_named_in_both_languages(model):
    with translation.override("zh-hans"):
        chinese = list(names(model))
    with translation.override("en"):
        english = list(names(model))
    assert [each for each in chinese if not is_chinese(each)] == []
    assert [each for each in english if is_chinese(each)] == []
