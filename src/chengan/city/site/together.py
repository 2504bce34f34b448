"""Operations of a migration that can be done together, the models rendered once for all of them."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import operations as plain
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

FIELDS = (plain.AddField, plain.AlterField)
PARTS = (plain.AddIndex, plain.AddConstraint, plain.AlterModelOptions)
TRIGGERS = (AddTrigger, RemoveTrigger)
GATHERED = (plain.CreateModel, *FIELDS, *PARTS, *TRIGGERS)


class Together(Operation):
    """Several operations with one state before and one after all of them."""

    def __init__(self, parts: list[Any]) -> None:
        """Hold `parts`, in their order."""
        self.parts = parts

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the state by every part, then render what was touched, once."""
        rendered = state.__dict__.pop("apps", None)
        for part in self.parts:
            part.state_forwards(app_label, state)
        if rendered is not None:
            state.__dict__["apps"] = rendered
            touched = {(app_label, model_of(part)) for part in self.parts}
            state.reload_models(list(touched), delay=False)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Do each part in its order."""
        for part in self.parts:
            part.database_forwards(app_label, schema_editor, from_state, to_state)


def model_of(operation: Any) -> str:
    """Name, in lower case, of the model that an operation of GATHERED is about."""
    is_named = isinstance(operation, (plain.CreateModel, plain.AlterModelOptions))
    return str(operation.name if is_named else operation.model_name).lower()


def gathered(operations: Iterable[Any]) -> list[Any]:
    """Join neighbours that can be done together; all others stay as they are."""
    made: list[Any] = []
    for operation in operations:
        last = made[-1] if made else None
        if not isinstance(operation, GATHERED):
            made.append(operation)
        elif isinstance(last, Together) and _can_join(last.parts, operation):
            last.parts.append(operation)
        else:
            made.append(Together([operation]))
    return made


def _can_join(parts: list[Any], operation: Any) -> bool:
    """Say whether `operation` needs no state from between the parts.

    A model made among the parts is made as it is in the end, so nothing but triggers may be added
    to it; a field may change once.
    """
    same = [part for part in parts if model_of(part) == model_of(operation)]
    if isinstance(operation, TRIGGERS):
        return True
    if any(isinstance(part, plain.CreateModel) for part in same):
        return False
    fields = {part.name for part in same if isinstance(part, FIELDS)}
    return not isinstance(operation, FIELDS) or operation.name not in fields
