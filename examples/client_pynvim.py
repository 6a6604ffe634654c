#!/usr/bin/python3
"""A whole client: runs a script on a server, answers its tool calls, prints its events and its result.

It needs Debian's python3-pynvim, whose MessagePack-RPC session knows nothing of enclaved, and a server:

    scripts/run serve &
    /usr/bin/python3 examples/client_pynvim.py [PORT]

It prints the events of the run on stderr and its result on stdout:

    {'city': 'Ghent', 'celsius': 21}
"""
import sys

from pynvim.msgpack_rpc import ErrorResponse, tcp_session

SCRIPT = """
var weather = await(callTool('weather:get', {city: inputs.city}));
console.log('the weather is here');
return {city: inputs.city, celsius: weather.celsius};
"""

TOOLS = {"weather:get": lambda args: {"celsius": 16 + len(args["city"])}}


def on_request(method, params):
    """What the server asks: the answer is the return value, a failure is ErrorResponse."""
    if method != "tool.call":
        raise ErrorResponse("this client answers tool.call only")
    call = params[0]
    tool = TOOLS.get(call["tool"])
    if tool is None:
        raise ErrorResponse("there is no tool " + call["tool"])
    return tool(call["args"])


def on_notification(method, params):
    """What the server tells: events, and calls that it no longer needs (tool.cancel)."""
    if method == "event":
        event = params[0]
        print(event.get("seq"), event["type"], event["payload"], file=sys.stderr)


def run(server, code, inputs):
    """One run, from its request to its end. Requests and notifications of the server are handled meanwhile."""
    ended = {}

    def on_setup():
        # The session handles requests while another one waits for its answer, as each has a greenlet of its own.
        try:
            ended["with"] = server.request("run", {
                "code": code,
                "inputs": inputs,
                "tools": [{"name": name} for name in TOOLS],
                "events": ["log", "tool_call", "final"],
            })
        finally:
            server.stop()

    server.run(on_request, on_notification, on_setup)
    return ended["with"]


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 3002
    server = tcp_session("127.0.0.1", port)
    end = run(server, SCRIPT, {"city": "Ghent"})
    server.close()
    if not end["ok"]:
        sys.exit(end["error"]["code"] + ": " + end["error"]["message"])
    print(end["result"])


main()
