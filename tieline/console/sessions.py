"""How does staff get in and out, and change a password?"""

from __future__ import annotations

from django import forms
from django.contrib.auth import HASH_SESSION_KEY, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tieline.console.pages import see_other, show
from tieline.console.requests import Request, open_to_all, own_transaction
from tieline.identity.actions import (
    TooManyTries,
    UnfitPassword,
    WrongNameOrPassword,
    change_password,
    sign_in,
)
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(max_length=80)
    password = forms.CharField(max_length=1000, strip=False)


class PasswordForm(forms.Form):
    """The present password and the new one, twice."""

    present = forms.CharField(max_length=1000, strip=False)
    wanted = forms.CharField(max_length=1000, strip=False)
    again = forms.CharField(max_length=1000, strip=False)


@open_to_all
@own_transaction
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def session(request: Request) -> HttpResponse:
    """GET and POST /sign-in"""
    if request.method == "GET":
        return see_other(_next(request)) if request.staff else _sign_in_page(request)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, problem="Type your name and your password.", status=422)
    username, password = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        user = sign_in(username, password, address=request.META.get("REMOTE_ADDR"), at=request.at)
    except WrongNameOrPassword as refusal:
        return _sign_in_page(request, problem=str(refusal), status=409)
    except TooManyTries as refusal:
        return _sign_in_page(request, problem=str(refusal), status=429)
    with viewing_as(SYSTEM):
        login(request, user)
    return see_other(_next(request))


def _sign_in_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "problem_sentence": problem,
        "username": request.POST.get("username", ""),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "console/session/sign_in.html", context, status=status)


def _next(request: HttpRequest) -> str:
    """Where the visitor wanted to go, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("home")


@own_transaction
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """POST /sign-out"""
    with viewing_as(SYSTEM):
        logout(request)
    return see_other(reverse("sign-in"))


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("present", "wanted", "again")
def password(request: Request) -> HttpResponse:
    """GET and POST /password"""
    if request.method == "GET":
        return show(
            request,
            "console/session/password.html",
            {"problem_sentence": "", "is_done": "done" in request.GET},
        )
    form = PasswordForm(request.POST)
    problem = _problem(form, request)
    if problem:
        return show(
            request,
            "console/session/password.html",
            {"problem_sentence": problem, "is_done": False},
            status=422,
        )
    try:
        user = change_password(request.staff, password=form.cleaned_data["wanted"], by=request.actor, at=request.at)
    except UnfitPassword as unfit:
        return show(
            request,
            "console/session/password.html",
            {"problem_sentence": str(unfit), "is_done": False},
            status=409,
        )
    request.session.cycle_key()
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    return see_other(f"{reverse('password')}?done")


def _problem(form: PasswordForm, request: Request) -> str:
    if not form.is_valid():
        return "Fill in all three."
    if form.cleaned_data["wanted"] != form.cleaned_data["again"]:
        return "The new password is not the same both times."
    if not request.staff.check_password(form.cleaned_data["present"]):
        return "Your present password is not right."
    return ""
