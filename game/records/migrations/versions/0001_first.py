"""The first tables.

They are written out here, and not taken from `tables.py`, so that this migration stays as it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "rules",
        sa.Column("hash", sa.String(24), primary_key=True),
        sa.Column("game", sa.String(32), nullable=False),
        sa.Column("interpreter", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("added_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "matches",
        sa.Column("id", sa.String(10), primary_key=True),
        sa.Column("game", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("tick_hz", sa.Integer, nullable=False),
        sa.Column("rules", sa.String(24), nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("preset", sa.Text, nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_ms", sa.BigInteger, nullable=False),
        sa.Column("ticks", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("room_kind", sa.String(16), nullable=False),
        sa.Column("final_hash", sa.BigInteger, nullable=False),
        sa.Column("rounds", sa.JSON, nullable=False),
        sa.Column("kept_longer", sa.Boolean, nullable=False),
    )
    op.create_index("matches_by_end", "matches", ["ended_ms", "id"])
    op.create_index("matches_by_game", "matches", ["game", "ended_ms"])
    op.create_index("matches_by_rules", "matches", ["rules"])
    op.create_table(
        "journals",
        sa.Column("match", sa.String(10), sa.ForeignKey("matches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
    )
    op.create_table(
        "players",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("device", sa.String(64), nullable=False, unique=True),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("colour", sa.Integer, nullable=False),
        sa.Column("shape", sa.Integer, nullable=False),
        sa.Column("passkeys", sa.JSON, nullable=False),
        sa.Column("privacy", sa.JSON, nullable=False),
    )
    op.create_table(
        "seats",
        sa.Column("match", sa.String(10), sa.ForeignKey("matches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seat", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("player", sa.String(16), sa.ForeignKey("players.id", ondelete="SET NULL")),
        sa.Column("bot", sa.Boolean, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("style", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("colour", sa.Integer, nullable=False),
        sa.Column("shape", sa.Integer, nullable=False),
        sa.Column("team", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("awards", sa.JSON, nullable=False),
        sa.Column("rating_before", sa.Float),
        sa.Column("rating_after", sa.Float),
    )
    op.create_index("seats_by_player", "seats", ["player", "match"])
    op.create_table(
        "ratings",
        sa.Column("player", sa.String(16), sa.ForeignKey("players.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("game", sa.String(32), primary_key=True),
        sa.Column("mu", sa.Float, nullable=False),
        sa.Column("sigma", sa.Float, nullable=False),
        sa.Column("matches", sa.Integer, nullable=False),
        sa.Column("last_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(10), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("match", sa.String(10), nullable=False),
        sa.Column("game", sa.String(32), nullable=False),
        sa.Column("rules", sa.String(24), nullable=False),
        sa.Column("room", sa.String(16), nullable=False),
        sa.Column("tick", sa.Integer, nullable=False),
        sa.Column("client_hash", sa.BigInteger),
        sa.Column("server_hash", sa.BigInteger),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("journal", sa.LargeBinary, nullable=False),
        sa.Column("client_state", sa.LargeBinary),
        sa.Column("server_state", sa.LargeBinary),
    )
    op.create_index("reports_by_time", "reports", ["created_ms", "id"])
    op.create_index("reports_by_match", "reports", ["match"])
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("leased_until_ms", sa.BigInteger, nullable=False),
        sa.Column("done_ms", sa.BigInteger, nullable=False),
    )
