"""The server: which requests it answers, with which headers, on 127.0.0.1 alone."""

import socket
from collections.abc import Awaitable, Callable, Mapping

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from voice_analytics.errors import UserError
from voice_analytics.explore.pages import TEMPLATES, Pages
from voice_analytics.report.page import plot_script, read

ADDRESS = "127.0.0.1"
_HOSTS = [ADDRESS, "localhost"]  # a page elsewhere that makes its name ours is refused
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",  # personal data does not stay in the browser
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FILES = {"page.css": "text/css", "explore.css": "text/css", "draw.js": "text/javascript"}

type Page = Callable[[Mapping[str, str]], str]


def application(pages: Pages) -> Starlette:
    """The application over these pages."""
    html = {
        "/": pages.calls,
        "/call": pages.call,
        "/figures": pages.figures,
        "/sql": pages.sql,
    }
    routes = [Route(path, _html(page, pages), methods=["GET"]) for path, page in html.items()]
    routes.append(Route("/sql.csv", _csv(pages), methods=["GET"]))
    routes.append(Route("/static/{name}", _static, methods=["GET"]))
    middleware = [
        Middleware(BaseHTTPMiddleware, dispatch=_guard),
        Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False),
    ]
    return Starlette(routes=routes, middleware=middleware)


def listen(port: int) -> socket.socket:
    """A socket on this port of 127.0.0.1; 0 stands for a free one.

    Raises UserError where the port is taken.
    """
    try:
        return socket.create_server((ADDRESS, port))
    except (OSError, OverflowError) as error:
        raise UserError(f"cannot listen on port {port} ({error})", "give another --port") from error


def serve(application: Starlette, listening: socket.socket) -> None:
    """Answer requests until Ctrl-C."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
    )
    uvicorn.Server(config).run(sockets=[listening])


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse what another site's page asks for, but a link to a page; and set the headers."""
    if _from_elsewhere(request):
        response: Response = PlainTextResponse("Only its own pages may ask for this.", 403)
    else:
        response = await call_next(request)
    response.headers.update(_HEADERS)
    return response


def _from_elsewhere(request: Request) -> bool:
    """Whether a page of another site asks, by what the browser says of it.

    A link leads to a page; but not to SQL, which may be dear.
    """
    if request.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
        return False
    is_link = request.headers.get("sec-fetch-dest") == "document"
    return not is_link or request.url.path.startswith("/sql")


def _html(page: Page, pages: Pages) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            return _text(page(dict(request.query_params)), HTMLResponse)
        except UserError as error:
            return _text(pages.error(error), HTMLResponse, 400)

    return answer


def _csv(pages: Pages) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            text = pages.csv(dict(request.query_params))
        except UserError as error:
            return _text(str(error), PlainTextResponse, 400)
        response = _text(text, PlainTextResponse)
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
        response.headers["Content-Disposition"] = 'attachment; filename="answer.csv"'
        return response

    return answer


def _text(text: str, kind: type[Response], status: int = 200) -> Response:
    """A response; lone surrogates, which data may hold, become ?."""
    return kind(text.encode("utf-8", "replace"), status)


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "plots.js":
        return Response(plot_script(), media_type="text/javascript")
    if name not in _FILES:
        return PlainTextResponse("There is no such file.", 404)
    own = TEMPLATES / name
    text = own.read_text(encoding="utf-8") if own.is_file() else read(name)
    return Response(text, media_type=_FILES[name])
