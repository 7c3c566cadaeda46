"""What the providers over HTTP share: the JSON of an answer, and what a status means."""

from abc import abstractmethod
from typing import Any

from kwruntime.errors import ProviderError, ProviderRefused
from kwruntime.kms.providers._base import RemoteProvider
from kwruntime.kms.providers._bearer import is_throttled
from kwruntime.kms.providers._http import Answer


class HttpProvider(RemoteProvider):
    """A remote provider whose KMS answers over HTTP, with a status and a JSON object."""

    @abstractmethod
    def refusal(self, answer: Answer, reference: str | None) -> ProviderError:
        """Return the error for an answer that is not a success; ``reference`` is of a key.

        The words of the KMS may be looked at. They are never repeated.
        """

    def content(self, answer: Answer, reference: str) -> dict[str, Any]:
        """Return the JSON object of an answer with status 200; raises the error of another."""
        if answer.status != 200:
            raise self.refusal(answer, reference)
        return self.json_of(answer)

    def json_of(self, answer: Answer) -> dict[str, Any]:
        """Return the JSON object of an answer; raises ``WrongAnswer`` where it has none."""
        content = answer.json
        if content is None:
            raise self.wrong_answer()
        return content

    def refusal_by_status(
        self, answer: Answer, hint: str, *, is_known: bool = True, state: str = ""
    ) -> ProviderError:
        """Return the error for an answer that only its status explains.

        ``hint`` names the options to check. ``is_known`` is whether the body has the form of this
        KMS's errors; ``state`` is appended to the status of a KMS that is not in service.
        """
        if is_throttled(answer):
            return self.throttled()
        if answer.status >= 500:
            return self.out_of_service(f"status {answer.status}{state}")
        if not is_known:
            return self.wrong_answer()
        return ProviderRefused(
            f'provider "{self.name}" refused the request with status {answer.status}', hint=hint
        )
