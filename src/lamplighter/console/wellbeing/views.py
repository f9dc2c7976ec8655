"""How a person works: covers, breaks, what they need not see; and media, from our own store."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from lamplighter.console.leads.views import reason_names
from lamplighter.console.project.reads import note_read
from lamplighter.console.record.deployment import deployment
from lamplighter.console.wellbeing.kinds import media_type
from lamplighter.console.wellbeing.models import BLURS, BREAKS, Preference, preference
from lamplighter.console.wellbeing.pictures import TYPE, UnsafePictureError, safe_picture

#: Session key: when the work since the last break began.
BEGAN = "exposed_since"


class PreferenceForm(forms.ModelForm):
    """The settings; `unwanted` offers the reasons that leads have now."""

    unwanted = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Leads I do not want to be given"
    )

    class Meta:
        """Fields as the person reads them."""

        model = Preference
        fields = ("blur", "colour", "no_media", "break_after", "unwanted")
        labels = {  # noqa: RUF012 - as Django has it
            "blur": "Blur of covered media", "colour": "Uncovered media in colour",
            "no_media": "Show me no media at all", "break_after": "Remind me of a break after",
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted({*reason_names(), *self.instance.unwanted})
        self.fields["unwanted"].choices = [(name, name.replace("-", " ")) for name in names]
        self.fields["blur"].widget = forms.Select(choices=BLURS)
        self.fields["break_after"].widget = forms.Select(choices=BREAKS)


def settings_page(request: HttpRequest) -> HttpResponse:
    """Read and change one's own settings; nobody else sees them."""
    form = PreferenceForm(request.POST or None, instance=preference(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. It holds from now on.")
        return redirect("settings")
    return render(request, "wellbeing/settings.html", {"form": form})


@require_POST
def take_break(request: HttpRequest) -> HttpResponse:
    """Stop the clock and leave the listings."""
    request.session.pop(BEGAN, None)
    return redirect("rest")


@require_GET
def rest(request: HttpRequest) -> HttpResponse:
    """A page with nothing on it."""
    return render(request, "wellbeing/rest.html")


def exposure(request: HttpRequest) -> dict[str, Any] | None:
    """Minutes since the last break; None where no listing was opened since."""
    began = request.session.get(BEGAN)
    if began is None:
        return None
    minutes = int((time.time() - began) // 60)
    after = preference(request.user).break_after
    return {"minutes": minutes, "after": after, "due": minutes >= after}


@require_GET
def medium(request: HttpRequest, digest: str) -> HttpResponse:
    """A stored medium: pictures written anew, videos as they are.

    What is neither by its own bytes, or cannot be decoded within bounds, is not served.
    """
    if preference(request.user).no_media:
        raise Http404("this person asked for no media")
    path = deployment().workspace.ledger.object_path(digest)
    kind = media_type(path) if path.is_file() else ""
    if not kind:
        raise Http404("no such medium")
    if "uncovered" in request.GET:  # what was loaded before is now seen
        note_read(request, "uncovered", [digest])
        return HttpResponse(status=204)
    answer: HttpResponse
    if kind.startswith("image/"):
        try:
            answer = HttpResponse(safe_picture(path), content_type=TYPE)
        except UnsafePictureError as error:
            return HttpResponse(f"{error}\n", status=415, content_type="text/plain")
    else:
        answer = FileResponse(path.open("rb"), content_type=kind)
    note_read(request, "medium", [digest])
    answer["Cache-Control"] = "private, no-store"
    # Whatever else the bytes may be read as, they run nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
