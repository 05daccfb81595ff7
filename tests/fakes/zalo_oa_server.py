"""A Zalo Official Account of our own: OAuth with single-use refresh tokens, messages, uploads, quota, webhooks.

    async with ZaloOAServer() as zalo:
        lan = zalo.person("8001")
        await lan.say("xin chào")  # posts a signed event to `zalo.webhook`

It behaves as the documents say, refuses what they refuse, and goes wrong when told to (`fail`).
What the documents do not allow stands in `violations` as well.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image

from tests.fakes.zalo_oa_people import Person, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

APP_ID, OA_ID = "1000000000000000001", "2000000000000000002"
APP_SECRET, OA_SECRET = "app-secret-of-tests", "oa-secret-of-tests"
FIRST_REFRESH = "refresh-0"
LIFE = 90_000  # seconds
_PAPERS = (".pdf", ".doc", ".docx")


@dataclass
class Fault:
    """One call that goes wrong: a code, a status without JSON, or an answer that never comes."""

    code: int = 0
    path: str = ""  # the end of the path; empty: any
    status: int = 200
    http: int = 200  # the status of an answer with a code
    delivered: bool = False  # it is carried out all the same
    silent: bool = False  # no answer comes


@dataclass
class Call:
    """One call that came in."""

    path: str
    token: str
    body: dict[str, Any] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - named for what it is
    """An answer with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ZaloOAServer:
    """The server. `now` is the clock that windows and tokens are counted by."""

    def __init__(self, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
        self.now = now
        self.url = ""
        self.webhook = ""  # where events are posted
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.people: dict[str, Person] = {}
        self.uploads: dict[str, tuple[str, bytes]] = {}  # id → name, bytes
        self.files: dict[str, bytes] = {}  # what people sent, by name
        self.access, self.refresh = "access-0", FIRST_REFRESH
        self.expires_at = now() + dt.timedelta(seconds=LIFE)
        self.refreshed = 0
        self.package = 500  # messages of the package after 48 hours
        self.templates: dict[str, tuple[str, ...]] = {}  # id → its parameters
        self.slow_refresh = 0.0  # seconds
        self.headers: list[tuple[str, str]] = []  # of every answer, besides
        self._faults: list[Fault] = []
        self._numbers = count(1)
        self._runner: web.AppRunner | None = None

    def person(self, user: str) -> Person:
        """The person with this id; made at the first time."""
        return self.people.setdefault(user, Person(user, self))

    def fail(self, *faults: Fault) -> None:
        """Let the next calls that these hit go wrong, in this order."""
        self._faults += faults

    def expire(self) -> None:
        """Let the access token run out now."""
        self.expires_at = self.now()

    def called(self, path: str) -> list[dict[str, Any]]:
        """The bodies of all calls of a path, oldest first."""
        return [call.body for call in self.calls if call.path == path]

    def paths(self) -> Counter[str]:
        """How often each path was called."""
        return Counter(call.path for call in self.calls)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 1024**2)
        app.router.add_post("/v4/oa/access_token", self._oauth)
        app.router.add_post("/v3.0/oa/message/cs", self._api(self._consult))
        app.router.add_post("/v3.0/oa/message/template", self._api(self._template))
        app.router.add_post("/v3.0/oa/quota/message", self._api(self._quota))
        app.router.add_post("/v2.0/oa/upload/{kind}", self._api(self._upload))
        app.router.add_get("/files/{name}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def _api(self, work: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            token, body = request.headers.get("access_token", ""), await self._body(request)
            self.calls.append(Call(request.path, token, body))
            fault = self._fault(request.path)
            if fault and not fault.delivered:
                return await self._wrong(fault)
            try:
                self._check_token(token)
                answer = {"error": 0, "message": "Success", "data": work(body)}
            except Refusal as refusal:
                answer = {"error": refusal.code, "message": "Zalo's words quote: xin chào"}
            return await self._wrong(fault) if fault else self._json(answer)

        return serve

    async def _body(self, request: web.Request) -> dict[str, Any]:
        if request.content_type.startswith("multipart/"):
            part = (await request.post())["file"]
            assert isinstance(part, web.FileField)
            return {"name": part.filename, "data": part.file.read(), "kind": request.match_info["kind"]}
        body: dict[str, Any] = json.loads(await request.read())
        return body

    def _json(self, answer: dict[str, Any], status: int = 200) -> web.Response:
        response = web.json_response(answer, status=status)
        for name, value in self.headers:
            response.headers.add(name, value)
        return response

    async def _wrong(self, fault: Fault) -> web.StreamResponse:
        if fault.silent:
            await asyncio.sleep(30)
        if fault.status != 200:
            return web.Response(status=fault.status, text="<html>Bad Gateway</html>", content_type="text/html")
        return self._json({"error": fault.code, "message": "wrong"}, fault.http)

    def _fault(self, path: str) -> Fault | None:
        for fault in self._faults:
            if path.endswith(fault.path):
                self._faults.remove(fault)
                return fault
        return None

    def _check_token(self, token: str) -> None:
        if token != self.access:
            raise Refusal(-216)
        if self.now() >= self.expires_at:
            raise Refusal(-220)

    async def _oauth(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.calls.append(Call(request.path, "", {key: str(value) for key, value in form.items()}))
        if fault := self._fault(request.path):
            if fault.delivered:
                self._next_pair()
            return await self._wrong(fault)  # type: ignore[return-value]  # a response as well
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return self._json({"error": -14004, "error_name": "invalid secret"})
        await asyncio.sleep(self.slow_refresh)
        if form.get("refresh_token") != self.refresh:
            return self._json({"error": -14014, "error_name": "Invalid refresh token"})
        self._next_pair()
        return self._json({"access_token": self.access, "refresh_token": self.refresh, "expires_in": str(LIFE)})

    def _next_pair(self) -> None:
        self.refreshed += 1
        self.access, self.refresh = f"access-{self.refreshed}", f"refresh-{self.refreshed}"
        self.expires_at = self.now() + dt.timedelta(seconds=LIFE)

    def _consult(self, body: dict[str, Any]) -> dict[str, Any]:
        user, message = self._recipient(body), body["message"]
        age = self.now() - user.last_interaction if user.last_interaction else None
        if age is None:
            raise Refusal(-232)
        if age > dt.timedelta(days=7):
            raise Refusal(-230)
        shown = self._shown(message)
        user.messages.append(shown)
        sent = {"message_id": f"m{next(self._numbers)}", "user_id": user.id, "sent_time": "1795400000123"}
        if age <= dt.timedelta(hours=48):
            return sent | {"quota": {"quota_type": "reply"}}
        if self.package:
            self.package -= 1
            return sent | {"quota": {"quota_type": "sub_quota", "remain": self.package}}
        user.charged += 1
        return sent

    def _shown(self, message: dict[str, Any]) -> Shown:
        text, attachment = message.get("text", ""), message.get("attachment", {})
        payload = attachment.get("payload", {})
        if len(text.encode("utf-16-le")) > 4000:
            raise self._violation(-210, "a text over 2,000")
        if attachment.get("type") == "file":
            return Shown("", (), (self._uploaded(payload["token"]),))
        elements = payload.get("elements", [])
        files = tuple(self._uploaded(element["attachment_id"]) for element in elements)
        buttons = payload.get("buttons", [])
        if len(buttons) > 5 or any(not 0 < len(button["title"]) <= 100 for button in buttons):
            raise self._violation(-201, "buttons")
        if any(len(button["payload"]) > 1000 or button["type"] != "oa.query.hide" for button in buttons):
            raise self._violation(-201, "a button's payload")
        if not text and not files:
            raise self._violation(-201, "an empty message")
        return Shown(text, tuple((button["title"], button["payload"]) for button in buttons), files)

    def _template(self, body: dict[str, Any]) -> dict[str, Any]:
        user, template = self._user(body["user_id"]), body["template_id"]
        if template not in self.templates:
            raise Refusal(-117)
        if body["template_data"].keys() != set(self.templates[template]):
            raise Refusal(-1122)
        if any(len(value) > 100 for value in body["template_data"].values()):
            raise Refusal(-1121)
        user.templates.append((template, body["template_data"]))
        return {"message_id": f"t{next(self._numbers)}"}

    def _quota(self, body: dict[str, Any]) -> dict[str, Any]:
        user = self._user(body["user_id"])
        last = user.last_interaction
        quota = [{"quota_type": "sub_quota", "total": 500, "remain": self.package}]
        return {"last_interaction": int(last.timestamp() * 1000) if last else 0, "quota": quota}

    def _upload(self, body: dict[str, Any]) -> dict[str, Any]:
        name, data = body["name"], body["data"]
        made = f"upload-{next(self._numbers)}"
        if body["kind"] == "image":
            with Image.open(io.BytesIO(data)) as picture:
                if picture.format not in {"JPEG", "PNG"} or len(data) > 1024**2:
                    raise self._violation(-201, "a picture")
            self.uploads[made] = name, data
            return {"attachment_id": made}
        if not name.lower().endswith(_PAPERS) or len(data) > 5 * 1024**2:
            raise self._violation(-201, "a file")
        self.uploads[made] = name, data
        return {"token": made}

    def _uploaded(self, made: str) -> tuple[str, bytes]:
        if made not in self.uploads:
            raise Refusal(-100)
        return self.uploads[made]

    def _recipient(self, body: dict[str, Any]) -> Person:
        return self._user(body["recipient"]["user_id"])

    def _user(self, user: str) -> Person:
        if user not in self.people:
            raise Refusal(-232)
        if self.people[user].blocked:
            raise Refusal(self.people[user].blocked)
        return self.people[user]

    def _violation(self, code: int, what: str) -> Refusal:
        self.violations.append(what)
        return Refusal(code)

    async def _file(self, request: web.Request) -> web.Response:
        fault = self._fault("/files")
        name = request.match_info["name"]
        if fault and fault.silent:
            await asyncio.sleep(30)
        if fault or name not in self.files:
            return web.Response(status=fault.status if fault else 404)
        return web.Response(body=self.files[name], content_type="application/octet-stream")
