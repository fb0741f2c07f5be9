"""Breaches: what a game's source must not contain, found without running it.

A game runs under CPython on the server and under MicroPython in browsers, and both must agree to the bit. So
its source may use no float, no clock, no random numbers of its own, no order of a dict or set, and nothing
that MicroPython lacks. Each breach is reported with its file, its line and its correction.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

SMALL = 1 << 30
"""Integers at and beyond this leave MicroPython's fast path."""

FORBIDDEN_CALLS = {
    "float": "keep integers: a length in 1/256 units is a Fixed field",
    "round": "integers need no rounding; divide with //",
    "complex": "keep integers",
    "hash": "it differs from run to run; compare the values themselves",
    "id": "it differs from run to run; use the entity's own id field",
    "open": "rules know no files; put the data into the game's file",
    "input": "a player's input is inputs[seat]",
    "print": "tell what happened with m.emit",
    "eval": "write the code itself",
    "exec": "write the code itself",
    "globals": "keep what changes in m.state",
    "locals": "keep what changes in m.state",
    "vars": "its order differs between interpreters; name the attributes",
    "frozenset": "a set has no order; use a list or a tuple",
    "memoryview": "MicroPython's differs; use a bytearray or a slice",
}
ORDERLESS = ("items", "keys", "values", "popitem")
LACKING_METHODS = {
    "bit_length": "count the bits in a loop, or compare with 1 << k",
    "bit_count": "count the bits in a loop",
    "removeprefix": "slice the text",
    "removesuffix": "slice the text",
    "casefold": "use lower()",
    "isidentifier": "compare with the names you expect",
    "as_integer_ratio": "keep integers",
    "to_bytes": "use game.rules.snapshot.put",
    "ljust": "write '%-8s' % text",
    "rjust": "write '%8s' % text",
    "zfill": "write '%03d' % number",
    "title": "write the text as it is shown",
    "capitalize": "write the text as it is shown",
    "swapcase": "use upper() or lower()",
    "isalnum": "use isalpha() or isdigit()",
    "isdecimal": "use isdigit()",
    "isnumeric": "use isdigit()",
    "expandtabs": "write spaces",
    "translate": "use replace()",
    "maketrans": "use replace()",
    "format_map": "use format()",
}
CLOCKS = {
    "time": "m.tick is the time: there are tick_hz ticks a second",
    "datetime": "m.tick is the time: there are tick_hz ticks a second",
}
RANDOM = {"random", "secrets", "uuid"}
ORDER_BLIND = {"sorted", "len", "sum", "min", "max", "any", "all"}
"""Calls whose result does not depend on the order of what they are given."""
IN_ORDER = ("list", "tuple", "enumerate", "iter", "next", "zip", "map", "filter", "reversed")
"""Calls whose result has the order of what they are given."""


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One breach: the line, what is there, and the correction."""

    line: int
    what: str
    cure: str

    def describe(self, path: str) -> str:
        """The breach as one line for a person."""
        return f"{path}:{self.line}: {self.what}; {self.cure}"


def breaches_of(source: str) -> list[Breach]:
    """Every breach in a game's source, by line. A SyntaxError is a breach too."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [Breach(error.lineno or 1, f"this is no Python: {error.msg}", "mend the line")]
    finder = _Finder()
    finder.own_functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    finder.visit(tree)
    return sorted(set(finder.found))


def breaches_in(path: Path) -> list[tuple[Path, Breach]]:
    """Every breach in a game's file or in the files of its package, with the file. Raises OSError."""
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.rglob("*.py") if not file.name.startswith("test_"))
    return [(file, breach) for file in files for breach in breaches_of(file.read_text(encoding="utf-8"))]


class _Finder(ast.NodeVisitor):
    """Walks a module and collects the breaches in `found`."""

    def __init__(self) -> None:
        self.found: list[Breach] = []
        self.own_functions: set[str] = set()
        self._orderless: set[str] = set()
        self._calm: set[int] = set()

    def _report(self, node: ast.AST, what: str, cure: str) -> None:
        self.found.append(Breach(getattr(node, "lineno", 1), what, cure))

    # --- imports --------------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for other in node.orelse:
                self.visit(other)
            return
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for name in node.names:
            self._check_import(node, name.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level == 0:
            self._check_import(node, node.module or "")
        elif node.level > 1:
            self._report(node, "an import from outside the game's package", "import from game.games or `.`")

    def _check_import(self, node: ast.AST, module: str) -> None:
        top = module.split(".", maxsplit=1)[0]
        if module == "game.rules" or module.startswith(("game.rules.", "game.games.")):
            return
        if top in CLOCKS:
            self._report(node, f"a clock: import {module}", CLOCKS[top])
        elif top in RANDOM:
            self._report(node, f"random numbers that no journal holds: import {module}", "use m.rng")
        elif top == "math":
            self._report(node, "floats: import math", "use game.rules: sin, cos, isqrt, distance, angle_of")
        elif top in ("typing", "__future__", "dataclasses", "enum", "collections", "functools", "itertools"):
            cure = "put it under `if TYPE_CHECKING:`" if top == "typing" else "do without it"
            self._report(node, f"MicroPython lacks or differs in {module}", cure)
        else:
            self._report(node, f"rules import only game.rules and games, not {module}", "do without it")

    # --- numbers --------------------------------------------------------------------------------

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, (float, complex)) and not isinstance(node.value, bool):
            self._report(node, f"a float: {node.value}", "use integers, such as 1/256 units")
        elif isinstance(node.value, int) and not -SMALL <= node.value < SMALL:
            self._report(node, f"{node.value} leaves 30 bits", "scale it down, or keep it in two numbers")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Div):
            self._report(node, "/ makes a float", "use //")
        if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.UnaryOp):
            self._report(node, "a negative power makes a float", "use //")
        if isinstance(node.op, ast.Mult) and any(_makes_bytes(one) for one in (node.left, node.right)):
            self._report(node, "MicroPython lacks bytearray * number", "write bytearray(length)")
        if isinstance(node.op, ast.LShift):
            shift = node.right
            if isinstance(shift, ast.Constant) and isinstance(shift.value, int) and shift.value >= 30:
                self._report(node, f"<< {shift.value} leaves 30 bits", "shift less")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.op, ast.Div):
            self._report(node, "/= makes a float", "use //=")
        self.generic_visit(node)

    # --- order ----------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        if _is_orderless(node.value, self._orderless):
            for target in node.targets:
                name = _dotted(target)
                if name:
                    self._orderless.add(name)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        # Annotations vanish under MicroPython and are not looked at.
        self.visit(node.target)
        if node.value is not None:
            name = _dotted(node.target)
            if name and _is_orderless(node.value, self._orderless):
                self._orderless.add(name)
            self.visit(node.value)

    def visit_For(self, node: ast.For) -> None:
        self._check_order(node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        if id(node) not in self._calm:
            self._check_order(node.iter)
        self.generic_visit(node)

    def _check_order(self, over: ast.expr) -> None:
        if _is_orderless(over, self._orderless):
            self._report(
                over,
                "the order of a dict or set differs between interpreters",
                "go over a list, or over sorted(...)",
            )

    def visit_Starred(self, node: ast.Starred) -> None:
        self._check_order(node.value)
        self.generic_visit(node)

    # --- calls ----------------------------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name):
            self._check_function(node, node.func.id)
        elif isinstance(node.func, ast.Attribute):
            self._check_method(node, node.func.attr)
        self.generic_visit(node)

    def _check_function(self, node: ast.Call, name: str) -> None:
        if name in FORBIDDEN_CALLS:
            self._report(node, f"{name}()", FORBIDDEN_CALLS[name])
        if name in IN_ORDER:
            for argument in node.args:
                self._check_order(argument)
        if name in ORDER_BLIND:
            for argument in node.args:
                if isinstance(argument, (ast.GeneratorExp, ast.ListComp)):
                    self._calm.update(id(part) for part in argument.generators)
        words = [word.arg for word in node.keywords]
        if name == "zip" and "strict" in words:
            self._report(node, "MicroPython's zip has no strict", "compare the lengths yourself")
        if name == "sum" and "start" in words:
            self._report(node, "MicroPython's sum has no start=", "write sum(numbers, first)")
        if name == "isinstance" and len(node.args) == 2 and isinstance(node.args[1], ast.BinOp):
            self._report(node, "MicroPython lacks | of types", "write isinstance(one, (A, B))")

    def _check_method(self, node: ast.Call, name: str) -> None:
        # A method of the game's own may have any name.
        if name in LACKING_METHODS and name not in self.own_functions:
            self._report(node, f"MicroPython lacks .{name}()", LACKING_METHODS[name])
        if name == "popitem":
            self._report(node, "popitem takes any key", "name the key")
        if name == "join":
            for argument in node.args:
                self._check_order(argument)

    # --- what MicroPython lacks -----------------------------------------------------------------

    def visit_Tuple(self, node: ast.Tuple) -> None:
        self._check_stars(node)

    def visit_List(self, node: ast.List) -> None:
        self._check_stars(node)

    def visit_Set(self, node: ast.Set) -> None:
        self._check_stars(node)

    def _check_stars(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        stored = isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store)
        if not stored and any(isinstance(one, ast.Starred) for one in node.elts):
            self._report(node, "MicroPython lacks * inside a tuple or a list", "add the parts with +")
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        if None in node.keys:
            self._report(node, "MicroPython lacks ** inside a dict", "use update()")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        stepped = isinstance(node.slice, ast.Slice) and node.slice.step is not None
        if stepped and not isinstance(node.ctx, ast.Load):
            self._report(node, "MicroPython sets no slice with a step", "set one after the other in a loop")
        self.generic_visit(node)

    def visit_Match(self, node: ast.Match) -> None:
        self._report(node, "MicroPython lacks match", "use if and elif")
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._report(node, "rules wait for nothing", "write def")

    def visit_Global(self, node: ast.Global) -> None:
        self._report(node, f"global {', '.join(node.names)}", "keep what changes in m.state")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if node.keywords:
            self._report(node, "MicroPython lacks keywords of a class", "do without them")
        for decorator in node.decorator_list:
            self._report(decorator, "MicroPython lacks most decorators of classes", "do without it")
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name == "__init_subclass__":
            self._report(node, "MicroPython never calls __init_subclass__", "do without it")
        if node.args.posonlyargs:
            self._report(node, "MicroPython lacks positional-only /", "leave the / out")
        for decorator in node.decorator_list:
            if _dotted(decorator) not in ("staticmethod", "classmethod", "property"):
                self._report(decorator, "a decorator that MicroPython may lack", "do without it")
        for default in [*node.args.defaults, *[one for one in node.args.kw_defaults if one is not None]]:
            if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                self._report(default, "a default that all calls share", "use None and make it inside")
            self.visit(default)
        for statement in node.body:
            self.visit(statement)

    def visit_TryStar(self, node: ast.AST) -> None:
        self._report(node, "MicroPython lacks except*", "use except")


def _makes_bytes(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bytearray"


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _is_orderless(node: ast.AST, known: set[str]) -> bool:
    """Whether an expression is a dict or set, or what a dict's items, keys or values are."""
    if isinstance(node, (ast.Dict, ast.Set, ast.DictComp, ast.SetComp)):
        return True
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in ("dict", "set", "frozenset"):
            return True
        return isinstance(node.func, ast.Attribute) and node.func.attr in ORDERLESS and not node.args
    return _dotted(node) in known
