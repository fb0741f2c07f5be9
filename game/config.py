"""Config: the settings of one run, read from a TOML file and the environment.

`load` is a pure function of a file and a mapping; `load_for_this_run` decides which file that is. Each
problem becomes one line with the place of the value, the value, and what is allowed. The settings are
declared in `settings.py`. As a program (`python -m game.config > config.toml`) this module writes the file of
all defaults.
"""

from __future__ import annotations

import difflib
import json
import os
import textwrap
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from game.settings import (
    Bots,
    Cluster,
    Games,
    Limits,
    Ops,
    Push,
    Records,
    Rooms,
    Scheduler,
    Server,
    SlowClient,
)

PREFIX = "RUMPUS_"
FILE = "config.toml"
FILE_VARIABLE = "RUMPUS_CONFIG"
"""Names another file than `FILE`; that one must exist."""
SHOWN_CHARS = 60


class ConfigError(Exception):
    """The settings cannot be used.

    Attributes:
        lines: one for each problem, fit for a terminal; never empty.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class Config(BaseSettings):
    """Every setting of one run: a frozen model for each section of the file."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", strict=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    server: Server = Server()
    rooms: Rooms = Rooms()
    records: Records = Records()
    push: Push = Push()
    limits: Limits = Limits()
    scheduler: Scheduler = Scheduler()
    slow_client: SlowClient = SlowClient()
    games: Games = Games()
    bots: Bots = Bots()
    cluster: Cluster = Cluster()
    ops: Ops = Ops()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Use only what is passed in: `load` decides where settings come from."""
        return (init_settings,)


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the settings: the file overrides the defaults, the environment overrides the file.

    Args:
        path: a TOML file; None for the defaults alone.
        environ: variables such as `RUMPUS_SERVER__PORT`, and `PORT` for the same; others are ignored.

    Returns:
        the checked settings.

    Raises:
        ConfigError: with a line for each unknown name and each value of a wrong type or range.
    """
    values = {} if path is None else _read(path)
    for section, settings in _Environment(Config, environ)().items():
        table = values.setdefault(section, {})
        if isinstance(table, dict):  # if not, the check below reports it
            table.update(settings)

    problems = [_unknown_variable(name) for name in sorted(environ) if _is_unknown(name)]
    try:
        config = Config(**values)
    except ValidationError as error:
        origin = str(path) if path is not None else "defaults"
        problems += [_problem(details, values, origin, environ) for details in error.errors()]
    if problems:
        raise ConfigError(dict.fromkeys(problems))
    return config


def load_for_this_run(environ: Mapping[str, str]) -> Config:
    """Read the settings of this run, for every command that needs some.

    Args:
        environ: the variables of the process. `RUMPUS_CONFIG` names the file; without it that is
            `config.toml` in the current folder, if there is one.

    Returns:
        the checked settings.

    Raises:
        ConfigError: as `load`; also if the named file cannot be read.
    """
    settings = {name: value for name, value in environ.items() if name != FILE_VARIABLE}
    named = environ.get(FILE_VARIABLE)
    if not named:
        # A link to a file that is gone is a mistake, too.
        return load(Path(FILE) if os.path.lexists(FILE) else None, settings)
    try:
        Path(named).open("rb").close()
    except OSError as error:
        problem = f"environment: {FILE_VARIABLE} = {_shown(named)}: cannot be read: {error.strerror}"
        raise ConfigError([problem]) from error
    return load(Path(named), settings)


UNSHARED = (
    "workers that share a Redis must share their records too: name a PostgreSQL database, the absolute path"
    ' of an SQLite file if all of them run on this machine, or "" to keep no matches'
)


def check_records_are_shared(config: Config) -> None:
    """Refuse to start one of several workers with a database of its own. Raises ConfigError."""
    default = Records().url
    if config.cluster.redis_url and config.records.url == default:
        raise ConfigError([f"[records] url = {_shown(default)}: {UNSHARED}"])


def check_game_folders(config: Config) -> None:
    """Refuse to start with a folder of games that cannot be read. Raises ConfigError."""
    problems = []
    for folder in config.games.folders:
        try:
            os.scandir(folder).close()
        except OSError as error:
            given = _shown(config.games.folders)
            problems.append(f"[games] folders = {given}: {Path(folder).absolute()}: {error.strerror}")
    if problems:
        raise ConfigError(problems)


def render() -> str:
    """The text of `config.toml`: each setting with its default, what is allowed, and its meaning."""
    lines = [
        "# Every setting of Rumpus, with its default. Units are in the names: _s seconds, _ms milliseconds,",
        "# _us microseconds, _bytes, _per_s, _per_min. A variable RUMPUS_<SECTION>__<KEY> overrides a line,",
        "# such as RUMPUS_SERVER__PORT=9000 (lists: a,b); PORT alone works too. With an unknown name or a",
        "# value out of range the server does not start. RUMPUS_CONFIG names another file than the",
        "# config.toml of the current folder.",
    ]
    for section, info in Config.model_fields.items():
        table = _section(info)
        lines += ["", "", f"# {table.__doc__}", f"[{section}]"]
        for key, field in table.model_fields.items():
            allowed = _allowed(field)
            comment = f"{field.description}. {allowed[0].upper()}{allowed[1:]}."
            lines += ["", *textwrap.wrap(comment, 100, initial_indent="# ", subsequent_indent="# ")]
            lines.append(f"{key} = {_as_toml(field.default)}")
    return "\n".join(lines) + "\n"


def changed(config: Config) -> dict[str, object]:
    """The settings that differ from their defaults, as `section.key`; secrets are shown as `***`."""
    found: dict[str, object] = {}
    for section, info in Config.model_fields.items():
        values = getattr(config, section)
        for key, field in _section(info).model_fields.items():
            value = getattr(values, key)
            if value != field.default:
                found[f"{section}.{key}"] = value if field.repr else "***"
    return found


class _Environment(EnvSettingsSource):
    """A source of settings: the environment, as a mapping instead of that of the process."""

    def __init__(self, settings_cls: type[BaseSettings], environ: Mapping[str, str]) -> None:
        self._given = {}
        for (section, key), name in _variables(environ).items():
            empty = "[]" if isinstance(SETTINGS[section, key].default, tuple) else ""
            self._given[f"{PREFIX}{section}__{key}".lower()] = environ[name] or empty
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return dict(self._given)

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Read a list: JSON in brackets, or words with commas between them."""
        if not str(value).lstrip().startswith("["):
            return [word.strip() for word in value.split(",") if word.strip()]
        try:
            return json.loads(value)
        except ValueError:
            return value  # not a list; the check reports it


def _read(path: Path) -> dict[str, Any]:
    try:
        # Without this, a missing file would count as an empty one.
        path.open("rb").close()
        return TomlConfigSettingsSource(Config, path)()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror or error}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError([f"{path}: is not TOML: {' '.join(str(error).split())}"]) from error


def _section(info: FieldInfo) -> type[BaseModel]:
    table = info.annotation
    assert isinstance(table, type)
    assert issubclass(table, BaseModel)
    return table


SETTINGS: Mapping[tuple[str, str], FieldInfo] = {
    (section, key): field
    for section, info in Config.model_fields.items()
    for key, field in _section(info).model_fields.items()
}
VARIABLES: Mapping[str, tuple[str, str]] = {
    f"{PREFIX}{section}__{key}".upper(): (section, key) for section, key in SETTINGS
}


def _variables(environ: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The settings in the environment, each with the name of its variable."""
    found = {("server", "port"): "PORT"} if environ.get("PORT") else {}
    return found | {setting: name for name, setting in VARIABLES.items() if name in environ}


def _is_unknown(name: str) -> bool:
    return name.upper().startswith(PREFIX) and name not in VARIABLES


def _unknown_variable(name: str) -> str:
    known = (*VARIABLES, FILE_VARIABLE)
    return f"environment: {_name(name)}: unknown variable; {_instead(name.upper(), known)}"


def _problem(details: ErrorDetails, values: dict[str, Any], origin: str, environ: Mapping[str, str]) -> str:
    """One line: what is wrong, and what is allowed."""
    section, key = (*(str(part) for part in details["loc"][:2]), "")[:2]
    if section not in Config.model_fields:
        given = f"[{_name(section)}]"
        if not isinstance(values[section], dict):
            given = f"{_name(section)} = {_shown(values[section])}"
        return f"{origin}: {given}: unknown section; {_instead(section, Config.model_fields)}"
    if not key:
        return f"{origin}: {section} = {_shown(values[section])}: must be a table, [{section}]"
    setting = (section, key)
    if setting not in SETTINGS:
        known = _section(Config.model_fields[section]).model_fields
        near = difflib.get_close_matches(key, known, n=1)
        # A password under a misspelt name is still a password.
        hidden = any(_extra(known[name])["secret"] for name in near)
        given = "(hidden)" if hidden else _shown(values[section][key])
        return f"{origin}: [{section}] {_name(key)} = {given}: unknown key; {_instead(key, known)}"

    field = SETTINGS[setting]
    cause = details.get("ctx", {}).get("error")
    allowed = str(cause) if isinstance(cause, ValueError) else _allowed(field)
    name = _variables(environ).get(setting)
    if name is not None:
        where, value = f"environment: {name}", environ[name]
    else:
        where, value = f"{origin}: [{section}] {key}", values.get(section, {}).get(key, field.default)
    return f"{where} = {'(hidden)' if _extra(field)['secret'] else _shown(value)}: must be {allowed}"


def _instead(name: str, known: Iterable[str]) -> str:
    """The known name that is most similar, or else all known names."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    if near:
        return f"did you mean {near[0]}?"
    if len(known) > len(Config.model_fields) * 3:
        return f"config.toml lists all settings (as {PREFIX}<SECTION>__<KEY>)"
    return "known are " + ", ".join(known)


def _name(key: str) -> str:
    """A key as TOML writes it: quoted unless it is plain."""
    return key if key.replace("-", "_").isidentifier() else _shown(key)


def _extra(field: FieldInfo) -> dict[str, Any]:
    assert isinstance(field.json_schema_extra, dict)
    return field.json_schema_extra


def _allowed(field: FieldInfo) -> str:
    return str(_extra(field)["allowed"])


def _shown(value: object) -> str:
    """A value in TOML, on one line and shortened."""
    line = _as_toml(value)
    return line if len(line) <= SHOWN_CHARS else line[: SHOWN_CHARS - 1] + "…"


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_as_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_as_toml(item)}" for key, item in value.items()) + "}"
    if not isinstance(value, str):
        return str(value)  # a date or a time
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in quoted)


if __name__ == "__main__":
    import sys

    sys.stdout.write(render())
