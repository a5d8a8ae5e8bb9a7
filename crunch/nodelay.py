"""A Jupyter server extension that sends each picture at once instead of waiting for the one before to be confirmed.

The server leaves Nagle's algorithm on for the connection to a kernel: a message that follows another closely
waits until the browser has confirmed the first, up to 40 ms. A slider sends such messages all the time.
`crunch lab` loads this extension into the server that it starts, and into no other.
"""

from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from jupyter_server.utils import url_path_join


class PromptHandler(KernelWebsocketHandler):
    """The server's own connection to a kernel, with TCP_NODELAY set."""

    async def open(self, kernel_id):
        self.set_nodelay(True)
        await super().open(kernel_id)


def _jupyter_server_extension_points():
    return [{"module": "crunch.nodelay"}]


def _load_jupyter_server_extension(server):
    """Answer at the same address as the server's own handler; what is added last is asked first."""
    address = url_path_join(server.web_app.settings["base_url"], r"/api/kernels/(?P<kernel_id>[^/]+)/channels")
    server.web_app.add_handlers(".*$", [(address, PromptHandler)])
