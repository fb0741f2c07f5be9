"""The files by which others run us: nginx takes its configuration; schemas fit where a validator is there."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANIFESTS = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))


@pytest.mark.needs_nginx
def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    from game.devtools.local_cluster import program

    (tmp_path / "tmp").mkdir()
    (tmp_path / "nginx.conf").write_text((ROOT / "deploy" / "nginx.conf").read_text())
    (tmp_path / "workers.conf").write_text("server 127.0.0.1:7001 max_fails=0;\n")
    (tmp_path / "listen.conf").write_text("listen 127.0.0.1:0;\n".replace(":0", ":18080"))
    run = subprocess.run(
        [program("nginx"), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_compose_starts_what_the_native_cluster_starts() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert "./deploy/nginx.conf:" in text
    assert '"--appendfsync", "everysec"' in text
    for name in ("w1", "w2", "w3"):
        assert f"server {name}:8080 max_fails=0;" in text
        assert f"RUMPUS_CLUSTER__ADVERTISE: {name}:8080" in text
    assert "RUMPUS_RECORDS__URL: postgresql://" in text, "the workers share their records"
    # A worker may take drain_s to move its rooms; it must not be killed before.
    assert "stop_grace_period: 40s" in text
    compose = pytest.importorskip("compose_spec", reason="pip install compose-spec checks the schema too")
    import yaml  # type: ignore[import-untyped,unused-ignore]

    whole = {key: value for key, value in yaml.safe_load(text).items() if not key.startswith("x-")}
    compose.PyCompose.from_json(json.dumps(whole)).validate()


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_fit_their_schemas(path: Path) -> None:
    assert ":latest" not in path.read_text().replace("rumpus:latest", ""), "name a version"
    validate = pytest.importorskip(
        "kubernetes_validate", reason="pip install kubernetes-validate checks them"
    )
    import yaml  # type: ignore[import-untyped,unused-ignore]

    for document in yaml.safe_load_all(path.read_text()):
        if "gateway" not in document["apiVersion"]:  # those kinds are the gateway's own
            validate.validate(document, "1.32", strict=True)
