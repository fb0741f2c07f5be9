"""Settings: what can be set, from where, and the messages about mistakes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from game.config import SETTINGS, VARIABLES, Config, ConfigError, load, render
from tests.depth import depth

ROOT = Path(__file__).parents[2]
LISTS = [setting for setting, field in SETTINGS.items() if isinstance(field.default, tuple)]
TEXTS = [setting for setting, field in SETTINGS.items() if isinstance(field.default, str)]
SWITCHES = [setting for setting, field in SETTINGS.items() if isinstance(field.default, bool)]
NUMBERS = [setting for setting in SETTINGS if setting not in {*LISTS, *TEXTS, *SWITCHES}]
VARIABLE_OF = {setting: name for name, setting in VARIABLES.items()}


def problems(source: Path | None, environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(source, environ)
    lines = caught.value.lines
    assert lines
    assert all(len(line.splitlines()) == 1 for line in lines)
    return lines


def bounds(setting: tuple[str, str]) -> tuple[Any, Any]:
    rules = SETTINGS[setting].metadata
    low = next(rule.ge for rule in rules if hasattr(rule, "ge"))
    high = next(rule.le for rule in rules if hasattr(rule, "le"))
    return low, high


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config")


def test_the_file_names_every_setting_with_its_default_and_its_meaning() -> None:
    text = (ROOT / "config.toml").read_text()
    assert text == render(), "write it anew: python -m game.config > config.toml"
    tables = tomllib.loads(text)
    assert {(section, key) for section, table in tables.items() for key in table} == set(SETTINGS)
    assert load(ROOT / "config.toml", {}) == load(None, {}) == Config()


def test_every_setting_can_be_given_by_a_variable() -> None:
    tables = tomllib.loads(render())
    environ = {}
    for name, (section, key) in VARIABLES.items():
        value = tables[section][key]
        environ[name] = ",".join(value) if isinstance(value, list) else str(value)
    assert load(None, environ) == Config()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[server]\nport = 7000\nhost = "localhost"\n')
    config = load(path, {"RUMPUS_SERVER__PORT": "7001", "UNRELATED": "x"})
    assert (config.server.port, config.server.host) == (7001, "localhost")


def test_port_alone_works_and_the_longer_name_wins() -> None:
    assert load(None, {"PORT": "9000"}).server.port == 9000
    assert load(None, {"PORT": ""}).server.port == 8080
    assert load(None, {"PORT": "9000", "RUMPUS_SERVER__PORT": "9001"}).server.port == 9001


def test_nothing_but_what_is_passed_in_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUMPUS_SERVER__PORT", "1")
    monkeypatch.setenv("RUMPUS_NONSENSE", "1")
    assert load(None, {}) == Config()


@pytest.mark.parametrize("given_as", ["websocket,polling", " websocket, polling", '["websocket", "polling"]'])
def test_a_list_in_a_variable(given_as: str) -> None:
    assert load(None, {"RUMPUS_SERVER__TRANSPORTS": given_as}).server.transports == ("websocket", "polling")


def test_switches_read_the_usual_words() -> None:
    for word, meant in {
        "true": True,
        "1": True,
        "on": True,
        "false": False,
        "0": False,
        "off": False,
    }.items():
        assert load(None, {"RUMPUS_OPS__METRICS": word}).ops.metrics is meant


def test_settings_cannot_be_changed_later() -> None:
    config = Config()
    with pytest.raises(ValidationError):
        config.server.port = 1  # type: ignore[misc]
    with pytest.raises(ValidationError):
        config.server = config.server  # type: ignore[misc]


@given(data=st.data())
@settings(max_examples=depth(80, 200))
def test_a_number_out_of_range_is_one_clear_line(folder: Path, data: st.DataObject) -> None:
    section, key = setting = data.draw(st.sampled_from(NUMBERS))
    low, high = bounds(setting)
    value = data.draw(st.integers(max_value=int(low) - 1) | st.integers(min_value=int(high) + 1))
    value = max(min(value, 10**18), -(10**18))

    (line,) = problems(written(folder, f"[{section}]\n{key} = {value}\n"), {})
    assert line.startswith(f"{folder}/config.toml: [{section}] {key} = {value}: must be a")
    assert line.endswith(f"number from {low:g} to {high:g}" if low % 1 else f"number from {low} to {high}")

    (line,) = problems(None, {VARIABLE_OF[setting]: str(value)})
    assert line.startswith(f'environment: {VARIABLE_OF[setting]} = "{value}": must be a')


@given(data=st.data())
@settings(max_examples=depth(80, 200))
def test_a_value_of_the_wrong_type_is_one_clear_line(folder: Path, data: st.DataObject) -> None:
    wrong = {
        "number": ['"8"', "true", "[1]", "{a = 1}", "nan", "inf", "2026-01-01"],
        "text": ["8", "true", '["a"]', "{a = 1}", "1.5"],
        "switch": ['"true"', "1", "[true]"],
        "list": ['"a"', "[1]", '["a", 1]', "true", "[[]]", "3"],
    }
    kind, known = data.draw(
        st.sampled_from([("number", NUMBERS), ("text", TEXTS), ("switch", SWITCHES), ("list", LISTS)])
    )
    section, key = setting = data.draw(st.sampled_from(known))
    value = data.draw(st.sampled_from(wrong[kind]))
    lines = problems(written(folder, f"[{section}]\n{key} = {value}\n"), {})
    # Without a valid list of games the default game cannot be checked.
    assert len(lines) == 1
    extra = SETTINGS[setting].json_schema_extra
    assert isinstance(extra, dict)
    shown = "(hidden)" if extra["secret"] else value
    assert lines[0] == f"{folder}/config.toml: [{section}] {key} = {shown}: must be {extra['allowed']}"


@given(value=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), data=st.data())
@settings(max_examples=depth(100, 300))
def test_any_text_in_any_variable_is_accepted_or_explained(value: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(VARIABLES)))
    try:
        load(None, {name: value})
        lines: tuple[str, ...] = ()
    except ConfigError as error:
        lines = error.lines
    assert len(lines) <= 1
    for line in lines:
        assert len(line.splitlines()) == 1
        assert line.startswith((f"environment: {name} = ", "defaults: "))


@given(text=st.text())
def test_any_file_is_accepted_or_explained(folder: Path, text: str) -> None:
    path = folder / "any.toml"
    path.write_text(text, "utf-8", errors="replace")
    try:
        load(path, {})
        lines: tuple[str, ...] = ()
    except ConfigError as error:
        lines = error.lines
    assert all(line.startswith(f"{path}: ") and len(line.splitlines()) == 1 for line in lines)


def test_unknown_names_are_reported_with_similar_names(tmp_path: Path) -> None:
    path = written(tmp_path, 'prot = 1\n[server]\nprot = 2\n"two\\nlines" = 3\n[sever]\nport = 4\n[xyz]\n')
    assert problems(path, {"RUMPUS_SERVER__PROT": "1", "RUMPUS_XYZ": "2", "RUMPUS_SERVER": "{}"}) == (
        "environment: RUMPUS_SERVER: unknown variable; did you mean RUMPUS_SERVER__PORT?",
        "environment: RUMPUS_SERVER__PROT: unknown variable; did you mean RUMPUS_SERVER__PORT?",
        "environment: RUMPUS_XYZ: unknown variable; config.toml lists all settings "
        "(as RUMPUS_<SECTION>__<KEY>)",
        f"{path}: [server] prot = 2: unknown key; did you mean port?",
        f'{path}: [server] "two\\nlines" = 3: unknown key; known are '
        + ", ".join(type(Config().server).model_fields),
        f"{path}: prot = 1: unknown section; known are " + ", ".join(Config.model_fields),
        f"{path}: [sever]: unknown section; did you mean server?",
        f"{path}: [xyz]: unknown section; known are " + ", ".join(Config.model_fields),
    )


def test_a_section_must_be_a_table(tmp_path: Path) -> None:
    path = written(tmp_path, "rooms = 4\n")
    assert problems(path, {}) == (f"{path}: rooms = 4: must be a table, [rooms]",)
    assert problems(path, {"RUMPUS_ROOMS__MAX_BOTS": "3"}) == (
        f"{path}: rooms = 4: must be a table, [rooms]",
    )


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    environ = {
        "RUMPUS_OPS__METRICS_TOKEN": "hunter2",
        "RUMPUS_CLUSTER__REDIS_URL": "http://u:hunter2@localhost",
    }
    assert len(problems(None, environ)) == 2
    assert "hunter2" not in "".join(problems(None, environ))
    (line,) = problems(written(tmp_path, '[ops]\nmetrics_tokn = "hunter2"\n'), {})
    assert line.endswith("[ops] metrics_tokn = (hidden): unknown key; did you mean metrics_token?")
    long_enough = {"RUMPUS_OPS__METRICS_TOKEN": "hunter2hunter2hunter2"}
    config = load(None, long_enough)
    assert config.ops.metrics_token == "hunter2hunter2hunter2"
    assert "hunter2" not in repr(config)


def test_settings_that_must_fit_each_other() -> None:
    assert problems(None, {"RUMPUS_CLUSTER__LEASE_MS": "800"}) == (
        'environment: RUMPUS_CLUSTER__LEASE_MS = "800": must be at least 900, 3 times heartbeat_ms',
    )
    assert problems(None, {"RUMPUS_CLUSTER__HEARTBEAT_MS": "500"}) == (
        "defaults: [cluster] lease_ms = 1200: must be at least 1500, 3 times heartbeat_ms",
    )
    assert problems(None, {"RUMPUS_SLOW_CLIENT__MAX_UNSENT_S": "8"}) == (
        "defaults: [slow_client] close_after_s = 5: must be at least 8, max_unsent_s",
    )
    assert problems(None, {"RUMPUS_GAMES__DEFAULT": "chess"}) == (
        'environment: RUMPUS_GAMES__DEFAULT = "chess": must be one of the enabled games: '
        + ", ".join(Config().games.enabled),
    )


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    assert problems(missing, {}) == (f"{missing}: cannot be read: No such file or directory",)
    assert problems(tmp_path, {}) == (f"{tmp_path}: cannot be read: Is a directory",)
    (line,) = problems(written(tmp_path, "[server\nport = 1\n"), {})
    assert line.startswith(f"{tmp_path}/config.toml: is not TOML: ")
    assert "line 1" in line


@pytest.mark.parametrize(
    "address", ["redis://localhost:sixthousand/0", "redis://h:99999/0", "redis://h/main"]
)
def test_a_redis_address_that_nobody_could_reach_is_refused_at_once(address: str) -> None:
    (line,) = problems(None, {"RUMPUS_CLUSTER__REDIS_URL": address})
    assert "RUMPUS_CLUSTER__REDIS_URL" in line
    assert "redis://:password@localhost:6379/0" in line
    assert address not in line, "it may hold a password"


@pytest.mark.parametrize(
    "address",
    ["", "redis://h", "rediss://:p@h:1/15", "unix:///run/redis.sock", "valkey://h:1", "redis://[::1]:7/0"],
)
def test_a_valid_redis_address_is_accepted(address: str) -> None:
    assert load(None, {"RUMPUS_CLUSTER__REDIS_URL": address}).cluster.redis_url == address
