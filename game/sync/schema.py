"""What a view holds of a game's state: fields in order, read off the game's declarations.

A schema is the root entity's fields as one audience sees them. It is described in JSON to clients, and
`game.sync.generate` writes the encoder's code from it.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Final

from msgspec import UNSET

from game.protocol.frames import MOST_FIELDS, MOST_INTS, MOST_TEXT_BYTES
from game.protocol.objects import (
    FIELD_KINDS,
    SCHEMA_VERSION,
    EventInfo,
    FieldInfo,
    PrivateTrees,
    SchemaInfo,
    TreeInfo,
)
from game.rules.drawing import flat
from game.rules.entity import Entity
from game.rules.fields import ALL, HOST, OWNER, Entities, Field, Grid, Ints, Scalar, Series, Text, Track
from game.rules.game import Event, Game

EVERYONE: Final = frozenset({ALL})
"""The audience of the view that players and spectators share."""
OWNERS: Final = frozenset({OWNER})
"""The audience of a seat's private part: what only the seat itself sees."""
HOSTS: Final = frozenset({HOST})
"""The audience of the host's private part."""

SCALARS: Final = frozenset({"int", "fixed", "angle", "flag", "choice"})
"""The kinds of field that are one integer."""


class BadSchema(TypeError):
    """A game whose state cannot be sent; the text names the field and tells the cure."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as the wire knows it, which is the FIELD of `docs/protocol.md`.

    Where a view lacks a column or the `when` of a track, the track is an ordinary series in it.
    """

    name: str
    kind: str
    names: tuple[str, ...] = ()
    frac: int = 0
    wraps: int = 0
    drop: int = 0
    columns: tuple[str, ...] = ()
    drops: tuple[int, ...] = ()
    when: str = ""
    last: str = ""
    width: str = ""
    near: bool = False
    of: "EntityView | None" = None
    doc: str = ""

    @staticmethod
    def declared(field: Field, of: "EntityView | None", others: Set[str]) -> "FieldView":
        """A field as a game declares it, in a view that holds the scalars `others`."""
        view = FieldView._of_kind(field, of, others)
        return replace(view, doc=field.doc) if field.doc else view

    @staticmethod
    def _of_kind(field: Field, of: "EntityView | None", others: Set[str]) -> "FieldView":
        kind = "track" if isinstance(field, Track) else field.kind
        if isinstance(field, Scalar):
            return FieldView(field.name, kind, field.names, field.frac, field.wraps, field.drop)
        if isinstance(field, Track) and others >= set(field.needs()):
            return FieldView(
                field.name, kind, columns=field.columns, drops=field.drops, when=field.when, last=field.last
            )
        if isinstance(field, Series):
            return FieldView(field.name, "series", columns=field.columns, drops=field.drops)
        if isinstance(field, Grid):
            return FieldView(field.name, kind, width=field.width)
        return FieldView(field.name, kind, near=isinstance(field, Entities) and field.near, of=of)

    def describe(self) -> FieldInfo:
        """The field as the protocol shows it: name, kind and everything else that is not empty."""
        return FieldInfo(
            name=self.name,
            kind=FIELD_KINDS[self.kind],
            names=list(self.names) or UNSET,
            frac=self.frac or UNSET,
            wraps=self.wraps or UNSET,
            drop=self.drop or UNSET,
            columns=list(self.columns) or UNSET,
            drops=list(self.drops) if any(self.drops) else UNSET,
            when=self.when or UNSET,
            last=self.last or UNSET,
            width=self.width or UNSET,
            near=self.near or UNSET,
            doc=self.doc or UNSET,
            of=UNSET if self.of is None else self.of.name,
        )


@dataclass(frozen=True, slots=True)
class EntityView:
    """One entity type as the wire knows it.

    `owned` says that of a list of them the view holds only the one whose id is the owner's seat.
    """

    name: str
    fields: tuple[FieldView, ...]
    owned: bool = False


class Schema:
    """One audience's view of one game."""

    def __init__(self, game: type[Game], see: frozenset[str]) -> None:
        if not issubclass(game.State, Entity):
            raise BadSchema(f"{game.__name__}.State must be an Entity, got {game.State!r}")
        self.game = game.name
        self.tick_hz = game.tick_hz
        self.see = see
        self.picture = game.picture
        self.files = game.files
        self.entities: dict[str, EntityView] = {}
        self._made: dict[tuple[type[Entity], frozenset[str]], EntityView] = {}
        if any(field.see == OWNER for field in game.State.fields):
            raise BadSchema(
                f"{game.State.__name__} is the root and has no owner: see=OWNER belongs in an entity"
            )
        self.root = self._view(game.State, see)
        self.events: tuple[Event, ...] = game.events
        self.event_args: tuple[int, ...] = tuple(len(event.args) for event in game.events)
        """How many arguments each kind of event has."""
        self.near_events: frozenset[int] = frozenset(k for k, event in enumerate(game.events) if event.near)
        """The kinds of event that only those are told of who are told of the entity they name first."""
        _check_near(game, self.root)
        self.seen_events: frozenset[int] = frozenset(
            k for k, event in enumerate(game.events) if event.see in see
        )
        """The kinds of event that this audience is told of."""
        self._info: SchemaInfo | None = None
        self.private: dict[str, Schema] = {}
        """For the shared view: the private schemas that hold anything, by "owner" and "host"."""
        if see == EVERYONE:
            for name, audience in ((OWNER, OWNERS), (HOST, HOSTS)):
                part = Schema(game, audience)
                if not part.empty:
                    self.private[name] = part

    @staticmethod
    def of(game: Game, see: frozenset[str] = EVERYONE) -> "Schema":
        """The schema of a game for one audience, made once.

        Args:
            game: the game.
            see: the audience sees fields with these values of `see`.

        Returns:
            The schema.

        Raises:
            BadSchema: the state cannot be sent.
        """
        key = (type(game), see)
        if key not in _schemas:
            _schemas[key] = Schema(type(game), see)
        return _schemas[key]

    @property
    def near(self) -> FieldView | None:
        """The list of which each player is told only what is near, the root's last field; None: no such."""
        last = self.root.fields[-1] if self.root.fields else None
        return last if last is not None and last.near else None

    @property
    def empty(self) -> bool:
        """True if this audience sees nothing at all."""
        return not self.root.fields

    def describe(self) -> SchemaInfo:
        """The SCHEMA of the protocol, made once: everyone who enters a room gets it."""
        if self._info is None:
            self._info = self._describe()
        return self._info

    def _describe(self) -> SchemaInfo:
        tree = self.tree()
        return SchemaInfo(
            version=SCHEMA_VERSION,
            game=self.game,
            tick_hz=self.tick_hz,
            root=tree.root,
            entities=tree.entities,
            events=[
                EventInfo(name=event.name, args=list(event.args), doc=event.doc or UNSET)
                for event in self.events
            ],
            picture=[part.describe() for part in flat(self.picture)] or UNSET,
            files=dict(self.files) or UNSET,
            private=PrivateTrees(**{name: part.tree() for name, part in self.private.items()})
            if self.private
            else UNSET,
        )

    def tree(self) -> TreeInfo:
        """The root's name and all entities, as the protocol shows them."""
        entities = {name: [field.describe() for field in one.fields] for name, one in self.entities.items()}
        return TreeInfo(root=self.root.name, entities=entities)

    def _view(self, cls: type[Entity], see: frozenset[str]) -> EntityView:
        if (cls, see) in self._made:
            return self._made[cls, see]
        others = {field.name for field in cls.fields if isinstance(field, Scalar) and field.see in see}
        fields: list[FieldView] = []
        for field in cls.fields:
            _check(cls, field)
            if isinstance(field, Entities):
                inner = self._inside(field, see)
                if inner is not None:
                    fields.append(FieldView.declared(field, self._view(field.of, inner), others))
            elif field.see in see:
                fields.append(FieldView.declared(field, None, others))
        if len(fields) > MOST_FIELDS:
            raise BadSchema(
                f"{cls.__name__} has {len(fields)} fields in a view, at most {MOST_FIELDS} are allowed"
            )
        owned = ALL not in see and any(field.see == OWNER and field.see in see for field in cls.fields)
        name = cls.__name__
        while name in self.entities:
            name += "_"
        view = EntityView(name, tuple(fields), owned)
        self._made[cls, see] = view
        self.entities[name] = view
        return view

    def _inside(self, field: Entities, see: frozenset[str]) -> frozenset[str] | None:
        """The audience within a list of entities, or None if the view does not hold the list."""
        if ALL in see:
            return see if field.see in see else None
        if field.see in see:
            return EVERYONE
        return see if field.see == ALL and _holds(field.of, see) else None


_schemas: dict[tuple[type[Game], frozenset[str]], Schema] = {}
"""Never more than there are games, times three audiences."""


def _holds(cls: type[Entity], see: frozenset[str]) -> bool:
    """True if a private view of `cls`, or of what is in it, has any field."""
    return any(
        field.see in see or (isinstance(field, Entities) and field.see == ALL and _holds(field.of, see))
        for field in cls.fields
    )


def _check_near(game: type[Game], root: EntityView) -> None:
    found = [field for view in (root, *_within(root)) for field in view.fields if field.near]
    if found and (len(found) > 1 or root.fields[-1] is not found[0]):
        raise BadSchema(f"{found[0].name}: only the last field of {root.name} can be near")
    if found and game.replication != "delta":
        raise BadSchema(f'{found[0].name}: what is near is told by replication = "delta" alone')


def _within(view: EntityView) -> list[EntityView]:
    """Every view within a view, once for each place where it is."""
    inner = [field.of for field in view.fields if field.of is not None]
    return [one for of in inner for one in (of, *_within(of))]


def _check(cls: type[Entity], field: Field) -> None:
    """Raise BadSchema for a field that the wire cannot hold."""
    where = f"{cls.__name__}.{field.name}"
    if isinstance(field, Scalar):
        _check_scalar(where, field)
    elif isinstance(field, Series):
        if not field.columns or len(field.drops) != len(field.columns):
            raise BadSchema(f"{where}: a series needs a column, and a drop for each")
    elif isinstance(field, (Entities, Ints)):
        if isinstance(field, Entities) and not issubclass(field.of, Entity):
            raise BadSchema(f"{where}: a list of entities needs an Entity class, got {field.of!r}")
        if field.max > MOST_INTS:
            raise BadSchema(
                f"{where}: a list of {field.max} is too long for the wire, {MOST_INTS} is the most"
            )
    elif isinstance(field, Text):
        if field.max * 4 > MOST_TEXT_BYTES:
            raise BadSchema(
                f"{where}: at most {MOST_TEXT_BYTES // 4} characters go on the wire, got {field.max}"
            )
    elif not isinstance(field, Grid):
        raise BadSchema(f"{where}: the wire knows no kind {field.kind}")


def _check_scalar(where: str, field: Scalar) -> None:
    if field.kind not in SCALARS:
        raise BadSchema(f"{where}: {field.kind} is a kind for options, not for a state")
    if field.drop < 0:
        raise BadSchema(f"{where}: the wire cannot be finer than the value itself (drop {field.drop})")
    if field.wraps % (1 << field.drop):
        raise BadSchema(f"{where}: wraps {field.wraps} is no multiple of {1 << field.drop}")
