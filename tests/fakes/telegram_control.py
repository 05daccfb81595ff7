"""Driving the fake of Telegram from another process, over HTTP.

POST /control/people/7/say   {"text": "/start", "name": "Lan"}
POST /control/people/7/tap   {"button": "Kinh tế"}
GET  /control/people/7       the bot's messages in that chat
GET  /control                violations, updates that wait, statuses of deliveries
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fakes.telegram_server import TelegramServer


def routes(server: TelegramServer) -> Iterable[web.RouteDef]:
    """The routes by which another process acts as people."""

    async def say(request: web.Request) -> web.Response:
        asked = await request.json()
        person = server.person(int(request.match_info["id"]), asked.get("name", ""))
        return web.json_response({"update_id": await person.say(asked["text"])})

    async def tap(request: web.Request) -> web.Response:
        asked = await request.json()
        person = server.person(int(request.match_info["id"]))
        try:
            return web.json_response({"update_id": await person.tap(asked["button"])})
        except LookupError as error:
            raise web.HTTPNotFound(text=str(error)) from error

    async def messages(request: web.Request) -> web.Response:
        person = server.person(int(request.match_info["id"]))
        shown = [{"id": each.id, "text": each.text, "buttons": each.buttons} for each in person.messages]
        return web.json_response({"messages": shown, "toasts": person.toasts})

    async def overview(_: web.Request) -> web.Response:
        delivery = server.delivery
        state = {
            "violations": server.violations,
            "pending": len(delivery.pending),
            "statuses": {str(status): count for status, count in delivery.statuses.items()},
        }
        return web.json_response(state)

    return [
        web.post("/control/people/{id}/say", say),
        web.post("/control/people/{id}/tap", tap),
        web.get("/control/people/{id}", messages),
        web.get("/control", overview),
    ]
