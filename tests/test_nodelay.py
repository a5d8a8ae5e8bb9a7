"""The server extension that sends pictures at once."""

import asyncio
import socket
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.httputil import HTTPServerRequest, RequestStartLine
from tornado.web import Application

from crunch import nodelay


@pytest.mark.parametrize("base", ["/", "/user/ada/"])
def test_the_extension_answers_where_the_server_would(base):
    app = Application([(rf"{base}api/kernels/(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)/channels", KernelWebsocketHandler)], base_url=base)
    nodelay._load_jupyter_server_extension(SimpleNamespace(web_app=app))

    def answers(path):
        connection = SimpleNamespace(context=SimpleNamespace(remote_ip="", protocol="http"))
        request = HTTPServerRequest(start_line=RequestStartLine("GET", path, "HTTP/1.0"), connection=connection)
        return app.find_handler(request).handler_class

    assert answers(f"{base}api/kernels/1-2-3-4-5/channels") is nodelay.PromptHandler
    assert answers(f"{base}api/kernels/1-2-3-4-5") is not nodelay.PromptHandler


def test_a_connection_is_opened_with_the_option_and_then_as_ever(monkeypatch):
    done = []

    async def opened(self, kernel_id):
        done.append(kernel_id)

    monkeypatch.setattr(KernelWebsocketHandler, "open", opened)
    handler = nodelay.PromptHandler.__new__(nodelay.PromptHandler)
    with socket.socket() as connection:
        stream = SimpleNamespace(set_nodelay=lambda on: connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, on))
        handler.ws_connection = SimpleNamespace(set_nodelay=stream.set_nodelay)
        asyncio.run(handler.open("1-2"))
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    assert done == ["1-2"]


def test_the_server_finds_the_extension():
    assert nodelay._jupyter_server_extension_points() == [{"module": "crunch.nodelay"}]
