"""A model that migrations add is built beside the others, which are as they were, and refers to them as Django's own way has it."""

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from khcn.kernel.upgrading.new_models import new_models_by_themselves

KEY = ("id", models.BigAutoField(primary_key=True))


def reference(to):
    return models.ForeignKey(to, on_delete=models.CASCADE, related_name="+")


def owner_and_thing():
    state = ProjectState()
    state.add_model(ModelState("shop", "Owner", [KEY]))
    fields = [KEY, ("owner", models.ForeignKey("shop.owner", on_delete=models.CASCADE))]
    state.add_model(ModelState("shop", "Thing", fields))
    state.apps  # noqa: B018 -- from now on models are there
    return state


def add_part(state):
    several = models.ManyToManyField("shop.owner")
    fields = [KEY, ("thing", reference("shop.thing")), ("whole", reference("shop.part")), ("owners", several)]
    state.add_model(ModelState("shop", "Part", fields))


def shape(state):
    return {
        model._meta.label: sorted(
            (
                field.name,
                type(field).__name__,
                field.related_model is not None
                and state.apps.get_model(field.related_model._meta.label) is field.related_model,
            )
            for field in model._meta.get_fields(include_hidden=True)
        )
        for model in state.apps.get_models(include_auto_created=True)
    }


def test_a_new_model_is_built_alone_and_everything_is_as_if_all_were_built_anew():
    whole, alone = owner_and_thing(), owner_and_thing()
    add_part(whole)
    thing = alone.apps.get_model("shop.thing")
    with new_models_by_themselves():
        add_part(alone)
    assert alone.apps.get_model("shop.thing") is thing
    assert shape(alone) == shape(whole)
    assert whole.apps.get_model("shop.thing") is not thing
    assert len(shape(alone)["shop.Owner"]) == 4  # its number, and what refers to it


def test_a_model_that_is_there_already_and_the_way_after_the_block_are_those_of_django():
    state = owner_and_thing()
    thing = state.apps.get_model("shop.thing")
    with new_models_by_themselves():
        fields = [KEY, ("name", models.TextField())]
        state.add_model(ModelState("shop", "Owner", fields))
    assert state.apps.get_model("shop.thing") is not thing
    thing = state.apps.get_model("shop.thing")
    add_part(state)
    assert state.apps.get_model("shop.thing") is not thing
