"""What did the form say? Its clean values, or a refusal that names what does not fit."""

from __future__ import annotations

from typing import Any

from django.forms import Form

from tieline.kernel.refusal import Refusal


class UnreadableForm(Refusal):
    """A field holds what it cannot hold."""

    def __init__(self, form: Form) -> None:
        faults = [f"{name}: {' '.join(map(str, problems))}" for name, problems in form.errors.items()]
        super().__init__(" ".join(faults))


def read(form: Form) -> dict[str, Any]:
    """The form's clean values."""
    if not form.is_valid():
        raise UnreadableForm(form)
    return form.cleaned_data
