"""``serve``: the layers as OGC API Features, for QGIS and other clients."""

import argparse
import contextlib
import os
import socket

import language
from commands.console import put, say
from errors import CallError

_LAST_PORT = 65535


def serve(args: argparse.Namespace) -> int:
    """``serve``: answer until interrupted; on this machine only, unless another address is given."""
    try:
        import uvicorn

        from layers.services import server
    except ModuleNotFoundError:
        raise CallError("serve.needs") from None
    import city
    import settings

    chosen = settings.load()
    town = city.load(args.city or chosen.city)
    door = _door(args.host, args.port)
    url = (args.url or _url(args.host, door.getsockname()[1])).rstrip("/")
    # To be interrupted is how a server ends.
    with door, contextlib.suppress(KeyboardInterrupt):
        folder = chosen.layers_folder / town.adcode
        application = server.application(town, folder, chosen.store_of(town.adcode), url)
        if args.json:
            put({"url": url})
        else:
            say(language.text("serve.serving", None, url=url))
        uvicorn.Server(uvicorn.Config(application, log_level="warning", server_header=False)).run(sockets=[door])
    return 0


def _url(host: str, port: int) -> str:
    """Return the address of a host and port; of every network, the one by the name of this machine."""
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _door(host: str, port: int) -> socket.socket:
    """Return a socket that is bound, so that an address in use is told before anything is loaded."""
    if not 0 <= port <= _LAST_PORT:
        raise CallError("serve.unbound", host=host, port=port, why=f"0..{_LAST_PORT}")
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        door = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":  # elsewhere it would let two servers have one port
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
            door.listen()
        except BaseException:
            door.close()
            raise
    except OSError as error:
        raise CallError("serve.unbound", host=host, port=port, why=error) from None
    return door
