"""
Workers that are at work, so that the relay knows at once when one is not.

Revision: 0006, after: 0005
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
