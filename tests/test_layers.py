"""Foreign keys point down the house as imports do; the linter cannot see those in quotes."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]


def floors():
    """Each module of the house with the number of its floor, the lowest being highest up."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    return {
        module.strip(): floor for floor, rooms in enumerate(layers) for module in rooms.split("|")
    }


def floor_of(model):
    module = model.__module__
    found = [name for name in floors() if module == name or module.startswith(name + ".")]
    return floors()[found[0]] if found else None


def test_foreign_keys_point_down():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
        if floor_of(model) is not None and floor_of(field.related_model) is not None
        if floor_of(field.related_model) < floor_of(model)
    ]
    assert upwards == []
