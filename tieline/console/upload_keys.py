"""Which waiting files does a form send along?"""

from __future__ import annotations

from uuid import UUID

from django import forms

GONE = "A file of this form is not known. Look at your files again."


class UploadKeys(forms.Field):
    """The keys of files brought up before, each as its own field of this name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[UUID]:
        """The keys, in their order, each once."""
        try:
            return list(dict.fromkeys(UUID(key) for key in value or ()))
        except ValueError:
            raise forms.ValidationError(GONE) from None
