"""The HTTP API as an OpenAPI document, made from the declarations of `game.protocol.http`."""

import re

import msgspec

from game.protocol.fields import Json
from game.protocol.http import PARAMETERS, PROBLEMS, RESOURCES, MatchInfo, Problem, Resource

PROBLEM_REF = "#/components/schemas/Problem"


def openapi() -> bytes:
    """The document, as JSON."""
    _, components = msgspec.json.schema_components(
        [MatchInfo, Problem], ref_template="#/components/schemas/{name}"
    )
    document: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Rumpus records",
            "version": "1",
            "description": "Kept matches, their journals and their rules. Every answer has an ETag; HEAD and "
            "conditional requests are served.",
        },
        "paths": {one.path: {"get": _operation(one)} for one in RESOURCES},
        "components": {"schemas": components},
    }
    return msgspec.json.encode(document)


def _operation(one: Resource) -> Json:
    schema: Json = {}
    if one.schema is not None:
        schema = {"schema": {"$ref": f"#/components/schemas/{one.schema.__name__}"}}
    elif one.media_type == "application/json":
        schema = {"schema": {"type": "object"}}
    responses: dict[str, Json] = {
        "200": {"description": one.text, "content": {one.media_type: schema}},
        "304": {"description": "the content has the ETag of `If-None-Match`"},
    }
    statuses = sorted({PROBLEMS[code].status for code in one.problems})
    for status in statuses:
        kinds = [(code, PROBLEMS[code]) for code in one.problems if PROBLEMS[code].status == status]
        responses[str(status)] = {
            "description": "; ".join(f"`{code}`: {kind.code.meaning}" for code, kind in kinds),
            "content": {"application/json": {"schema": {"$ref": PROBLEM_REF}}},
        }
    parameters: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PARAMETERS[name][1],
            "schema": {"type": "string", "pattern": f"^{PARAMETERS[name][0]}$"},
        }
        for name in re.findall(r"{(\w+)}", one.path)
    ]
    return {"summary": one.text, "parameters": parameters, "responses": responses}
