"""The pages: people are listed, found, created and changed."""

import json

from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt

from people.models import Person


def shown(person: Person) -> dict[str, object]:
    """Return what a page shows of a person."""
    return {"id": person.pk, "name": person.name, "email": person.email}


@csrf_exempt
def people(request: HttpRequest) -> JsonResponse:
    """List the newest people, or find one by address; or create one."""
    if request.method == "POST":
        return created(json.loads(request.body))
    if "email" in request.GET:
        return JsonResponse(shown(get_object_or_404(Person, email=request.GET["email"])))
    newest = Person.objects.order_by("-pk")[:20]
    return JsonResponse({"people": [shown(person) for person in newest]})


def created(given: dict[str, str]) -> JsonResponse:
    """Create a person; refuse an address that another person has."""
    try:
        person = Person.objects.create(**given)
    except IntegrityError:
        return JsonResponse({"error": "another person has this address"}, status=409)
    return JsonResponse(shown(person), status=201)


@csrf_exempt
def person(request: HttpRequest, pk: int) -> JsonResponse:
    """Show a person, or change them."""
    if request.method != "POST":
        return JsonResponse(shown(get_object_or_404(Person, pk=pk)))
    with transaction.atomic():
        # The lock, and not a second look at the row, keeps what others write at the same time.
        found = get_object_or_404(Person.objects.select_for_update(), pk=pk)
        for name, value in json.loads(request.body).items():
            setattr(found, name, value)
        found.save()
    return JsonResponse(shown(found))
