"""Everything that could write or run something, sent to the planner's kernel."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app_pages import app
from sockets import Client, of_kind


def attack(url: str, trace: Path) -> Client:
    """Send the planner's kernel all that could write or run something; ``trace`` would show it."""
    with ThreadPoolExecutor() as pool:  # Playwright has a loop of its own in this thread
        return pool.submit(asyncio.run, _attack(url, trace)).result()


async def _attack(url: str, trace: Path) -> Client:
    client = await Client(url).open(app("planner"))
    await client.settle()
    models = await client.models()

    # Code: by every message that could carry some.
    code = f"open({str(trace)!r}, 'w').close()"
    for channel in ("shell", "control"):
        await client.say("execute_request", {"code": code, "silent": False}, channel)
    await client.say("debug_request", {"command": "evaluate", "arguments": {"expression": code}})
    await client.say("input_reply", {"value": code}, "stdin")
    await client.say("execute_request", {"code": code, "store_history": False})

    # Widgets: every edit that the page could propose, and more.
    grids = [model for model, state in models.items() if "columns" in state]
    assert len(grids) == 4
    for model in grids:
        await client.write(model, readonly=False, columns=[], rows=[], _esm="alert(1)")
        state = models[model]
        edits = [
            {"row": row["id"], "key": column["key"], "value": value}
            for row in state["rows"][:2]
            for column in state["columns"]
            for value in ("3", "../../x", {"a": 1}, None, "<script>", 1e308, True)
        ]
        edits += [None, 5, {"row": [], "key": {}}]
        await client.custom(model, {"type": "edit", "edits": edits, "batch": {}})
        for edit in edits[:9]:
            await client.custom(model, {"type": "edit", "edits": [edit], "batch": 1})
        for junk in (None, [], "edit", {"type": "edit", "edits": "x"}, {"type": "drop"}):
            await client.custom(model, junk)
    for model in of_kind(models, "DropdownModel"):
        for index in (1, 2, 999, -5, "x", None, {"a": 1}):
            await client.write(model, index=index)
        await client.write(model, _options_labels=["mine"], options=["mine"], value="mine")
    for name in ("TextModel", "TextareaModel", "HTMLModel"):
        for model in of_kind(models, name):
            for value in ("../../etc/passwd", "x" * 5000, 5, None, {"a": 1}):
                await client.write(model, value=value)
    for model in of_kind(models, "ButtonModel"):
        await client.custom(model, {"event": "click"})
        await client.custom(model, {"event": ["click"]})
    for model in [*models][:40]:
        await client.write(model, plan="x", state="y", store=None, comm=None, keys=[])
    await client.say("comm_msg", {"comm_id": "nobody", "data": {"method": "update"}})
    opened = {"comm_id": uuid.uuid4().hex, "target_name": "jupyter.widget"}
    widget = {
        "_model_module": "@jupyter-widgets/controls", "_model_name": "TextModel",
        "_view_module": "@jupyter-widgets/controls", "_view_name": "TextView",
    }  # fmt: skip
    await client.say("comm_open", {**opened, "data": {"state": widget}})
    await client.settle()
    await client.listen(lambda m: False, seconds=1)
    return client
