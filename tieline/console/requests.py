"""Who asks, when, and on whose behalf does the database answer? The frame around every request.

`Acting` reads the clock once, finds the signed-in staff user and runs the view in one transaction seen
through that user's eyes. `SafeHeaders` says what a browser may do with any page of ours.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tieline.console.errors import refused, signed_out
from tieline.identity.models import User
from tieline.kernel import clock
from tieline.kernel.actor import NOBODY, SYSTEM, Actor
from tieline.kernel.profile import Profile, current_profile
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as

log = logging.getLogger(__name__)
P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., HttpResponse])
Next = Callable[[HttpRequest], HttpResponse]


if TYPE_CHECKING:

    class Request(HttpRequest):
        """A request as views get it: with its instant, its actor, and the staff user behind the actor."""

        id: str
        at: datetime
        actor: Actor
        staff: User
        profile: Profile

else:
    Request = HttpRequest


def own_transaction(view: V) -> V:
    """The view opens its own transactions (sign-in must remember a failed try although it is refused)."""
    view.own_transaction = True  # type: ignore[attr-defined]  # a mark on the function, read by Acting
    return view


def open_to_all(view: V) -> V:
    """The view answers to people who have not signed in."""
    view.open_to_all = True  # type: ignore[attr-defined]  # a mark on the function, read by Acting
    return view


class Acting:
    """Sets `request.at`, `.actor`, `.staff`, `.profile`; admits only staff; runs the view as its actor."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked: Any = request
        asked.id, asked.at, asked.profile = secrets.token_hex(5), clock.now(), current_profile()
        asked.staff = _signed_in(request)
        asked.actor = asked.staff.as_actor() if asked.staff else NOBODY
        response = self.get_response(request)
        response["X-Request-Id"] = asked.id
        return response

    def process_view(
        self,
        request: Request,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Run the view in the actor's transaction; a refusal undoes it and is told in its own words."""
        if request.staff is None and not hasattr(view, "open_to_all"):
            return _to_sign_in(request)
        if hasattr(view, "own_transaction"):
            return None
        try:
            with viewing_as(request.actor):
                return view(request, *args, **kwargs)
        except Refusal as refusal:
            log.info(
                "refused %s %s: %s (request %s)",
                request.method,
                request.path,
                type(refusal).__name__,
                request.id,
            )
            return refused(request, refusal)


def _signed_in(request: HttpRequest) -> User | None:
    """The session's user, unless the account was closed or the password changed since the session began."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    with viewing_as(SYSTEM):
        user_id = request.session.get(SESSION_KEY)
        if user_id is None:
            return None
        user = User.objects.filter(pk=user_id, is_active=True).select_related("role", "team").first()
    sealed = request.session.get(HASH_SESSION_KEY, "")
    return user if user and user.is_sealed_by(sealed) else None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return signed_out(request)
    wanted = request.get_full_path() if request.method == "GET" else "/"
    address = reverse("sign-in")
    return HttpResponseRedirect(address if wanted == "/" else f"{address}?{urlencode({'next': wanted})}")


class SafeHeaders:
    """What a browser may do with our pages: run our own scripts and styles, talk to us, and nothing else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


def policy() -> str:
    """The content security policy of an ordinary page."""
    live = urlsplit(settings.LIVE_ADDRESS)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' {live.scheme}://{live.netloc}",
            "frame-src 'self'",
            "form-action 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
