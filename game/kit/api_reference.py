"""Writes docs/api.md, the reference of every name that a game's author may use: `make protocol`.

The names, their signatures and their texts come from the source: what `game.rules` exports, the parts of
`game.rules.drawing`, and what `game.client` exports. A name without a docstring is an error. Each group has
an example, a file in docs/examples that the tests run.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import game.rules

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parent
PAGE = ROOT / "docs" / "api.md"
EXAMPLES = ROOT / "docs" / "examples"
COMMAND = "make protocol"
ERRORS = PACKAGE / "rooms" / "errors.py"
"""Of its classes `game.client` exports one."""
WIDE = 96
"""Characters of a signature on one line."""


class Undocumented(ValueError):
    """A public name has no docstring; the text says which and where."""


@dataclass(frozen=True, slots=True)
class Group:
    """Names that serve one purpose.

    Attributes:
        title: its heading.
        modules: of the package, in order; their own docstrings introduce it.
        example: a file in docs/examples; "": none.
    """

    title: str
    modules: tuple[str, ...]
    example: str = ""


RULES = (
    Group("The game and its match", ("game", "match"), "a_game.py"),
    Group("State", ("entity", "fields"), "state.py"),
    Group("Options", ("options",), "options.py"),
    Group("Controls", ("controls", "buttons"), "controls.py"),
    Group("Players and teams", ("seats",), "seats.py"),
    Group("Turns", ("turns",), "turns.py"),
    Group("Timers and effects", ("timers", "effects"), "timers.py"),
    Group("Rounds", ("rounds",), "rounds.py"),
    Group("Words that people type", ("words",), "words.py"),
    Group("Random numbers", ("random",), "random_numbers.py"),
    Group("Geometry in whole numbers", ("maths",), "geometry.py"),
    Group("Physics", ("physics",), "physics.py"),
    Group("Bots that find their way", ("visibility", "gridpath", "hashgrid"), "paths.py"),
    Group("Games that a host leads", ("hosted",), "hosted.py"),
)
"""A module that stands in none of them is a group of its own, named by the first words of its docstring."""
PICTURE = Group("The picture", ("drawing",), "picture.py")
CLIENT = Group(
    "Scripts and bots outside the server",
    ("client", "commands", "follower", "reconnecting", "raw", "refused"),
    "client.py",
)

OLD_NAMES = {"Mind": "BotContext", "Lookout": "VisibilityMap", "Ways": "SteeringPaths", "CHANCE": "ENTROPY"}
"""The names of version 0.1 and those of today."""

_CONTROL = ("start", "rest", "check", "packed", "most", "takes", "describe")
ENGINE = {
    "Match": ("begin", "step", "bot_entries", "mark", "rewind", "held", "hold"),
    "Controls": ("find", "chars", "check", "change", "entries", "rest"),
    "Game": ("seat_controls", "control_of"),
    "Entity": ("declare", "settle", "fields", "values", "tables", "settled", "declared"),
    "Options": ("defaults", "values", "merge"),
    "HostedGame": ("command",),
    "Rounds": ("step", "rounds"),
    "Random": ("mix",),
    **dict.fromkeys(("Stick", "Pointer", "Typed", "Choose", "Stroke"), _CONTROL),
}
"""By class: the methods and attributes that the engine uses, not an author."""
_FIELDS = ("fresh", "needs", "kind")
_PARTS = ("parts", "describe", "part", "placed")

HEAD = f"""# Every name for authors

This page is generated from the source by `{COMMAND}`. It lists all that a game may import from `game.rules`
and `game.rules.drawing`, and what a script may import from `game.client`. [Write a game](write-a-game.md)
shows how the names are used together. The tests run every example on this page: those of rules under CPython
and under MicroPython, which runs in browsers.

All numbers of rules are whole numbers from -{1 << 29} to {(1 << 29) - 1}. A *tick* is one step of a match:
`Game.tick_hz` of them make a second. A *seat* is the number of a player's place, from 0. A *unit* is a length
in the world; a `Fixed` field counts in 1/256 units. An *angle* is 0 to 4095, clockwise on the screen, where 0
points to the right.
"""


@dataclass(slots=True)
class Name:
    """A public name: where it is defined, its text, and for a class what belongs to it."""

    name: str
    module: str
    node: ast.AST
    doc: str
    bases: tuple[str, ...] = ()
    body: list[ast.stmt] = field(default_factory=list)


def documented(package: str) -> dict[str, Name]:
    """The definitions in all modules of a package, such as "rules", by their names."""
    found: dict[str, Name] = {}
    for path in sorted((PACKAGE / package).glob("*.py")):
        if path.stem != "__init__":
            for one in definitions(path.stem, path.read_text(encoding="utf-8")):
                found.setdefault(one.name, one)
    return found


def definitions(module: str, source: str) -> Iterator[Name]:
    """The classes, functions and constants of a module's source, in order."""
    body = ast.parse(source).body
    for node, doc in _with_texts(body):
        if isinstance(node, ast.ClassDef):
            bases = tuple(_plain(base).split("[")[0] for base in node.bases)
            yield Name(node.name, module, node, ast.get_docstring(node) or "", bases, node.body)
        elif isinstance(node, ast.FunctionDef):
            yield Name(node.name, module, node, ast.get_docstring(node) or "")
        else:
            for name in _targets(node):
                yield Name(name, module, node, doc)


def _with_texts(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Statements, each with the text that stands below it, or with an empty one."""
    for node, below in zip(body, [*body[1:], None], strict=True):
        text = below.value if isinstance(below, ast.Expr) else None
        yield node, str(text.value) if isinstance(text, ast.Constant) else ""


def _targets(node: ast.stmt) -> list[str]:
    """The names that an assignment gives a value."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    found: list[str] = []
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        found += [part.id for part in parts if isinstance(part, ast.Name)]
    return found


# --- signatures


def _plain(node: ast.AST | None) -> str:
    """An expression as it is written, without the quotes around types."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return "" if node is None else re.sub(r'^"(.*)"$', r"\1", ast.unparse(node))


def _type(node: ast.expr | None) -> str:
    text = _plain(node)
    text = re.sub(r'"([\w\[\], .]+)"|\'([\w\[\], .]+)\'', lambda found: found[1] or found[2], text)
    text = re.sub(r"Optional\[([^\]]+(?:\[[^\]]*\])?)\]", r"\1 | None", text)
    return text


def signature(name: str, node: ast.FunctionDef | None) -> str:
    """A call as an author reads it: `name(first: type = default) -> type`."""
    if node is None:
        return f"{name}()"
    parts = _parameters(node.args)
    returns = _type(node.returns)
    tail = f" -> {returns}" if returns and returns != "None" else ""
    line = f"{name}({', '.join(parts)}){tail}"
    if len(line) <= WIDE:
        return line
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){tail}"


def _parameters(args: ast.arguments) -> list[str]:
    parts: list[str] = []
    defaults: list[ast.expr | None] = [None] * (len(args.args) - len(args.defaults))
    defaults += args.defaults
    for one, default in zip(args.args, defaults, strict=True):
        if one.arg not in ("self", "cls"):
            parts.append(_parameter(one, default))
    if args.vararg:
        parts.append("*" + _parameter(args.vararg, None))
    elif args.kwonlyargs:
        parts.append("*")
    for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        parts.append(_parameter(one, default))
    if args.kwarg:
        parts.append("**" + args.kwarg.arg)
    return parts


def _parameter(one: ast.arg, default: ast.expr | None) -> str:
    kind = _type(one.annotation)
    text = f"{one.arg}: {kind}" if kind else one.arg
    if default is not None:
        text += f" = {ast.unparse(default)}" if kind else f"={ast.unparse(default)}"
    return text.replace("'", '"')


# --- texts

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises):$")
_ITEM = re.compile(r"^ {4}(\S.*?): (.*)$")


def prose(doc: str) -> str:
    """A docstring in Google's style as Markdown: its sections become lists."""
    out: list[str] = []
    section = ""
    for line in doc.strip().splitlines():
        found = _SECTION.match(line)
        if found:
            section = found[1]
            out.append({"Args": "Parameters:", "Attributes": "Attributes:"}.get(section, f"{section}:"))
            out.append("")
        elif not section or not line.startswith(" "):
            section = section if not line.strip() else ""
            out.append(line)
        else:
            item = _ITEM.match(line)
            if item and section != "Returns":
                out.append(f"- `{item[1]}`: {item[2]}")
            elif section == "Returns" and out and out[-1] == "":
                out.append(f"- {line.strip()}")
            else:
                out.append(f"  {line.strip()}")
    return "\n".join(out).strip()


def _need(doc: str, what: str) -> str:
    if not doc.strip():
        raise Undocumented(f"{what} has no docstring: say what it is, its units, its range and its errors")
    return prose(doc)


# --- the page


def _method_of(known: dict[str, Name], one: Name, method: str) -> ast.FunctionDef | None:
    """A method of a class or of the classes that it is based on."""
    for node in one.body:
        if isinstance(node, ast.FunctionDef) and node.name == method:
            return node
    for base in one.bases:
        if base in known:
            found = _method_of(known, known[base], method)
            if found is not None:
                return found
    return None


def _left_out(known: dict[str, Name], one: Name) -> tuple[str, ...]:
    """What of a class is not for authors."""
    hidden = ENGINE.get(one.name, ())
    kinds = _ancestors(known, one)
    if one.module == "fields":
        hidden += _FIELDS
    if "Part" in kinds or one.name == "Part":
        hidden += _PARTS
    if "Control" in kinds:
        hidden += ("kind", "held", "numbers")
    return hidden


def _ancestors(known: dict[str, Name], one: Name) -> set[str]:
    found: set[str] = set()
    for base in one.bases:
        found.add(base)
        if base in known:
            found |= _ancestors(known, known[base])
    return found


def entry(known: dict[str, Name], one: Name) -> str:
    """The section of one name.

    Args:
        known: all definitions of the package.
        one: the name.

    Returns:
        Markdown.

    Raises:
        Undocumented: the name, or something public of the class, has no docstring.
    """
    where = f"{one.name} in {one.module}.py"
    if isinstance(one.node, ast.FunctionDef):
        return f"### {one.name}\n\n```py\n{signature(one.name, one.node)}\n```\n\n{_need(one.doc, where)}\n"
    if not isinstance(one.node, ast.ClassDef):
        return f"### {one.name}\n\n{_value(one)}{_need(one.doc, where)}\n"
    lines = [f"### {one.name}\n"]
    if "Error" not in "".join(one.bases) and "Exception" not in one.bases:
        lines.append(f"```py\n{signature(one.name, _method_of(known, one, '__init__'))}\n```\n")
    else:
        lines.append(f"An error, based on `{one.bases[0]}`.\n")
    bases = [base for base in one.bases if base in game.rules.__all__]
    if bases:
        lines.append(f"It is based on {' and '.join(f'`{base}`' for base in bases)}.\n")
    lines.append(_need(one.doc, where) + "\n")
    lines += _members(known, one)
    return "\n".join(lines)


def _value(one: Name) -> str:
    """The value of a constant, if it is short enough to be read."""
    node = one.node
    value = getattr(node, "value", None)
    if isinstance(node, ast.Assign) and isinstance(value, ast.Tuple):
        names = _targets(node)
        value = value.elts[names.index(one.name)] if len(names) > 1 else value
    text = "" if value is None else ast.unparse(value).replace("'", '"')
    return f"`{one.name} = {text}`\n\n" if 0 < len(text) <= WIDE and text not in ("[]", "{}") else ""


def _members(known: dict[str, Name], one: Name) -> list[str]:
    """The attributes of a class, then its methods."""
    hidden = _left_out(known, one)
    attributes: list[str] = []
    methods: list[str] = []
    for node, doc in _with_texts(one.body):
        if isinstance(node, ast.FunctionDef):
            if node.name.startswith("_") or node.name in hidden:
                continue
            text = _need(ast.get_docstring(node) or "", f"{one.name}.{node.name} in {one.module}.py")
            if any(_plain(mark) == "property" for mark in node.decorator_list):
                attributes.append(f"- `{node.name}`: {' '.join(text.split())}")
            else:
                methods.append(f"```py\n{signature('.' + node.name, node)}\n```\n\n{text}\n")
        for name in _targets(node):
            if name.startswith("_") or name in hidden or "Field" in _ancestors(known, one):
                continue
            text = " ".join((_state_doc(node) or _need(doc, f"{one.name}.{name} in {one.module}.py")).split())
            value = "" if getattr(node, "value", None) is None else f" = {_short(node)}"
            attributes.append(f"- `{name}{value}`: {text}")
    found: list[str] = []
    if attributes:
        found.append("\n".join(attributes) + "\n")
    return found + methods


def _short(node: ast.stmt) -> str:
    value = getattr(node, "value", None)
    text = ast.unparse(value).replace("'", '"') if isinstance(value, ast.AST) else ""
    return text if len(text) <= 60 else "…"


def _state_doc(node: ast.stmt) -> str:
    """The `doc` of a field of the state, which is its text."""
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call):
        for word in value.keywords:
            if word.arg == "doc" and isinstance(word.value, ast.Constant):
                return str(word.value.value)
    return ""


def _module_text(package: str, module: str) -> str:
    """The docstring of a module as Markdown."""
    source = (PACKAGE / package / f"{module}.py").read_text(encoding="utf-8")
    return prose(_need(ast.get_docstring(ast.parse(source)) or "", f"{package}/{module}.py"))


def _section(package: str, group: Group, names: list[Name], known: dict[str, Name]) -> str:
    lines = [f"## {group.title}\n"]
    used = [module for module in group.modules if any(one.module == module for one in names)]
    lines += [_module_text(package, module) + "\n" for module in used]
    if group.example:
        text = (EXAMPLES / group.example).read_text(encoding="utf-8").strip()
        lines.append(f"[{group.example}](examples/{group.example}):\n\n```py\n{text}\n```\n")
    lines += [entry(known, one) for one in names]
    return "\n".join(lines)


def _ordered(group: Group, names: list[Name]) -> list[Name]:
    """Those of a group, by module and as they stand there."""
    found: list[Name] = []
    for module in group.modules:
        found += [one for one in names if one.module == module]
    return found


def _groups(names: list[Name]) -> list[Group]:
    """The groups of rules, and one for each module that stands in none of them."""
    placed = {module for group in RULES for module in group.modules}
    others = [one.module for one in names if one.module not in placed]
    return [*RULES, *(Group(_title(module), (module,)) for module in dict.fromkeys(others))]


def _title(module: str) -> str:
    return re.split(r"[:.]", _module_text("rules", module))[0]


def rules_names() -> list[Name]:
    """What `game.rules` exports, as the modules define it, without the names of version 0.1."""
    known = documented("rules")
    return [known[name] for name in known if name in game.rules.__all__ and name not in OLD_NAMES]


def picture_names() -> list[Name]:
    """The public classes of `game.rules.drawing` that an author writes."""
    source = (PACKAGE / "rules" / "drawing.py").read_text(encoding="utf-8")
    return [
        one
        for one in definitions("drawing", source)
        if isinstance(one.node, ast.ClassDef) and not one.name.startswith("_") and one.name != "Part"
    ]


def client_names() -> list[Name]:
    """What `game.client` exports."""
    known = documented("client")
    known.update((one.name, one) for one in definitions("refused", ERRORS.read_text(encoding="utf-8")))
    exported = ast.parse((PACKAGE / "client" / "__init__.py").read_text(encoding="utf-8")).body
    names = [node for node in exported if _targets(node) == ["__all__"]]
    listed: list[str] = ast.literal_eval(getattr(names[0], "value", ast.List([])))
    return [known[name] for name in known if name in listed]


def page() -> str:
    """The text of docs/api.md. Raises Undocumented."""
    known, rules = documented("rules"), rules_names()
    sections: list[tuple[Group, list[Name], str]] = []
    for group in _groups(rules):
        names = _ordered(group, rules)
        sections.append((group, names, _section("rules", group, names, known)))
    drawn = picture_names()
    sections.append((PICTURE, drawn, _section("rules", PICTURE, drawn, known)))
    calls = documented("client")
    clients = [*client_names(), calls["Commands"]]
    sections.append((CLIENT, clients, _section("client", CLIENT, clients, calls)))
    old = ", ".join(f"`{name}` is `{OLD_NAMES[name]}`" for name in OLD_NAMES)
    tail = f"## Names of version 0.1\n\nThey are aliases until 0.3: {old}.\n"
    body = "\n".join([*(text for _, _, text in sections), tail])
    return "\n".join([HEAD, _contents(sections, _anchors(body)), body])


def _anchors(body: str) -> dict[str, str]:
    """The anchor of each heading, by the whole line; equal ones are numbered as GitHub does it."""
    found: dict[str, str] = {}
    count: dict[str, int] = {}
    for line in re.sub(r"^```.*?^```", "", body, flags=re.MULTILINE | re.DOTALL).splitlines():
        if line.startswith(("## ", "### ")):
            plain = re.sub("[^a-z0-9_ ]", "", line.lstrip("# ").lower()).replace(" ", "-")
            before = count.get(plain, 0)
            count[plain] = before + 1
            found[line] = f"{plain}-{before}" if before else plain
    return found


def _contents(sections: list[tuple[Group, list[Name], str]], anchors: dict[str, str]) -> str:
    lines = ["| for | names |", "|---|---|"]
    for group, names, _ in sections:
        links = ", ".join(f"[{one.name}](#{anchors['### ' + one.name]})" for one in names)
        lines.append(f"| [{group.title}](#{anchors['## ' + group.title]}) | {links} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page if it differs from the source."""
    text = page()
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
