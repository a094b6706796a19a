"""The functions' calls to the Bot API: each is counted, and one can be the last thing that a process does."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.meter import Meter
from local.runtime import Runtime


class KillOrders:
    """Ends the processes of functions with SIGKILL, as Lambda does when an environment fails."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._during: dict[str, tuple[str, int]] = {}

    def order(self, function: str, during: str | None = None, *, after: int = 0) -> int:
        """End the processes of a function that work now, and return how many they are.

        `during` is a method of the Bot API: then one process ends while its next call of this method, or the one
        `after` so many calls, is in flight: Telegram has carried it out, and its answer is lost. So it does without
        `during` if no process works now.

        Raises:
            KeyError: the template has no such function.
        """
        killed = 0 if during else self._runtime.kill_working(function)
        if not killed:
            self._during[function] = (during or "").lower(), after
        return killed

    def clear(self) -> None:
        """Remove the orders that wait for a call."""
        self._during.clear()

    @property
    def waiting(self) -> dict[str, str]:
        """The orders that wait for a call: the method by function, empty: any method."""
        return {function: method for function, (method, _) in self._during.items()}

    def carried_out(self, environment: str, method: str) -> None:
        """End the process of an environment if its order names this call, which Telegram has just carried out."""
        function = environment.rpartition("-")[0]
        ordered, after = self._during.get(function, ("-", 0))
        if ordered not in {"", method.lower()}:
            return
        self._during[function] = ordered, after - 1
        if after <= 0:
            del self._during[function]
            self._runtime.kill(environment)


def call_middleware(runtime: Runtime, meter: Meter, kills: KillOrders) -> Middleware:
    """Return the middleware that counts the calls of the functions, and carries out the orders about them."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        environment = runtime.environment_of(request) if request.path.startswith("/bot") else None
        if environment is None:
            return await handler(request)
        method = request.path.rpartition("/")[2]
        meter.telegram_call(environment, method)
        response = await handler(request)
        kills.carried_out(environment, method)
        return response

    return count
