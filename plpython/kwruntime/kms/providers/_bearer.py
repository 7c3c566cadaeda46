"""What the REST APIs of clouds share: a bearer token that is kept, and requests that carry it."""

import json
from abc import ABC, abstractmethod
from time import monotonic
from typing import Any, NamedTuple

from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Secret
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._timing import renewal, retried


class _Kept(NamedTuple):
    token: str
    renew_at: float
    source: tuple[int, ...] | None
    """What changes when the file of the credential does."""

    def __repr__(self) -> str:
        return "_Kept(…)"


class TokenSource(ABC):
    """The access token of one provider: kept until it is to be renewed, or refused."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def current(self, deadline: Deadline) -> str:
        """Return a token that should be good; raises ``ProviderError``."""
        secret = self.secret()
        source = None if secret is None else secret.signature
        kept = self._kept
        if kept is None or kept.source != source or monotonic() >= kept.renew_at:
            token, life_seconds = self.fetch(secret, deadline)
            kept = self._kept = _Kept(token, renewal(life_seconds), source)
        return kept.token

    def forget(self) -> None:
        """Have the next call fetch one: the one in use was refused."""
        self._kept = None

    @abstractmethod
    def secret(self) -> Secret | None:
        """Return the credential of the provider file, or None where the machine has one."""

    @abstractmethod
    def fetch(self, secret: Secret | None, deadline: Deadline) -> tuple[str, float]:
        """Return a new token and its life in seconds; raises ``ProviderError``."""


class BearerClient:
    """A JSON API. The deadline is one request's: a batch is as many of them as it has items."""

    def __init__(self, http: HttpClient, tokens: TokenSource) -> None:
        self._http = http
        self._tokens = tokens

    def answer(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        """Return the answer of the API. Fetch a token that it rejects again, once."""
        deadline = self._http.deadline()
        data = None if body is None else json.dumps(body).encode()

        def send() -> Answer:
            headers = {
                "Authorization": f"Bearer {self._tokens.current(deadline)}",
                "Content-Type": "application/json",
            }
            return self._http.request(method, path, deadline, headers, data)

        answer = retried(deadline, send, is_throttled)
        if answer.status == 401:
            self._tokens.forget()
            answer = retried(deadline, send, is_throttled)
        return answer


def is_throttled(answer: Answer) -> bool:
    """Return whether the API takes no more requests for now."""
    return answer.status == 429


def is_out_of_service(answer: Answer) -> bool:
    """Return whether a service that gives credentials says that it cannot now: not that it will
    not."""
    return answer.status >= 500 or answer.status in (408, 429)
