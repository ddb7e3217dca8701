"""the whole routine

Old processes: must be stopped; they know nothing of the new columns that must not be empty (of `thread`,
`thread_party` and `organization`), so every thread that they begin would be refused.
Down: the rows of `draft`, `hint_words`, `internal_note`, `phrase` and `search_document` are lost, and the new columns
of `message`, `obligation`, `organization`, `thread`, `thread_event` and `thread_party`: who has left a thread, what
was withdrawn, voided, corrected or returned, reasons and words.
"""

import unicodedata
from itertools import groupby

import sqlalchemy as sa
from alembic import op

import lcweb.db

revision = "0002"
down_revision = "0001"
old_processes_may_run = False

OIDS = {"personal": "1.2.752.129.2.1.3.1", "coordination": "1.2.752.129.2.1.3.3"}
DEFAULTED = {
    "organization": ("contact",),
    "thread": ("patient_number_issuer", "patient_number_words"),
    "thread_party": ("revision", "acknowledged_to"),
}


def upgrade() -> None:
    op.create_table(
        "hint_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint_words")),
    )
    with op.batch_alter_table("hint_words", schema=None) as batch_op:
        batch_op.create_index("ix_hint_words_list", ["list_name", "id"], unique=False)

    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_phrase_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phrase_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("page_id", sa.String(), nullable=True),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("begun_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_draft_thread_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_draft_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("page_id", name=op.f("uq_draft_page_id")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index("ix_draft_saved_at", ["saved_at"], unique=False)
        batch_op.create_index("ix_draft_thread", ["thread_id"], unique=False)
        batch_op.create_index(
            "uq_draft_reply",
            ["user_id", "unit_id", "thread_id"],
            unique=True,
            sqlite_where=sa.text("thread_id IS NOT NULL"),
            postgresql_where=sa.text("thread_id IS NOT NULL"),
        )

    op.create_table(
        "internal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_internal_note_author_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_internal_note_thread_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_internal_note_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_internal_note_submission_id")),
    )
    with op.batch_alter_table("internal_note", schema=None) as batch_op:
        batch_op.create_index("ix_internal_note_thread_unit", ["thread_id", "unit_id"], unique=False)

    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("tokens", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["thread_event.id"], name=op.f("fk_search_document_event_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_search_document_message_id")),
        sa.ForeignKeyConstraint(["note_id"], ["internal_note.id"], name=op.f("fk_search_document_note_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_search_document_thread_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_search_document_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
    )
    with op.batch_alter_table("search_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_document_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_document_thread_id"), ["thread_id"], unique=False)

    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.alter_column("thread_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("voided_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_message_corrects_id"), "message", ["corrects_id"], ["id"])

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_by_message_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_obligation_ended_by_message_id"), "message", ["ended_by_message_id"], ["id"]
        )

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact", sa.String(), nullable=False, server_default=sa.text("''")))

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("patient_number_issuer", sa.String(), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(
            sa.Column("patient_number_words", sa.String(), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(sa.Column("returned_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("voided_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("thread_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("message_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("to_unit_name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("words", sa.String(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_thread_event_message_id"), "message", ["message_id"], ["id"])

    with op.batch_alter_table("thread_party", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(sa.Column("acknowledged_to", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(sa.Column("left_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("left_how", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("last_message_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("last_event_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("transferred_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("transferred_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("transferred_to", sa.Integer(), nullable=True))

    _fill_in()
    _drop_defaults()
    _create_search_index()
    _fill_search()


def _fill_in() -> None:
    """What the new columns would hold, had they always been there."""
    op.execute(
        "UPDATE thread SET patient_number_words = patient_number_type, patient_number_type = 'other_reserve' "
        "WHERE patient_number_type NOT IN ('personal', 'coordination')"
    )
    for kind, issuer in OIDS.items():
        op.execute(f"UPDATE thread SET patient_number_issuer = '{issuer}' WHERE patient_number_type = '{kind}'")
    op.execute(
        "UPDATE thread_party SET acknowledged_to = coalesce((SELECT max(message.id) FROM message WHERE "
        "message.thread_id = thread_party.thread_id AND message.unit_id <> thread_party.unit_id "
        "AND message.acknowledged_at IS NOT NULL), 0)"
    )
    op.execute(
        "UPDATE obligation SET ended_by_message_id = (SELECT min(message.id) FROM message WHERE "
        "message.thread_id = obligation.thread_id AND message.unit_id = obligation.unit_id "
        "AND message.sent_at = obligation.ended_at) WHERE ended_by = 'replied'"
    )


def _drop_defaults() -> None:
    """They only served the rows that were there."""
    for table, columns in DEFAULTED.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def _create_search_index() -> None:
    """P4. The tokens are words already, so neither database has anything to interpret in them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_search_document_tokens ON search_document "
            "USING gin (array_to_tsvector(string_to_array(tokens, ' ')))"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE search_fts USING fts5(tokens, content='search_document', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute(
        "CREATE TRIGGER search_document_added AFTER INSERT ON search_document BEGIN "
        "INSERT INTO search_fts (rowid, tokens) VALUES (new.id, new.tokens); END"
    )
    op.execute(
        "CREATE TRIGGER search_document_changed AFTER UPDATE OF tokens ON search_document BEGIN "
        "INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens); "
        "INSERT INTO search_fts (rowid, tokens) VALUES (new.id, new.tokens); END"
    )
    op.execute(
        "CREATE TRIGGER search_document_removed AFTER DELETE ON search_document BEGIN "
        "INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens); END"
    )


def _fill_search() -> None:
    """The threads and messages that were there, as the app spells their words at this revision (P4, P3)."""
    bind = op.get_bind()
    thread = sa.table("thread", *map(sa.column, ("id", "subject", "patient_name", "patient_number", "protected")))
    message = sa.table("message", *map(sa.column, ("id", "thread_id", "body")))
    hidden = {}
    for row in bind.execute(sa.select(thread).order_by(thread.c.id)).all():
        text, hidden[row.id] = f"{row.subject} {row.patient_name}", frozenset()
        if row.protected:
            text, number = row.subject, row.patient_number
            parts = (row.patient_name, number, number[2:], number[:8], number[2:8], number[-4:])
            hidden[row.id] = frozenset(_tokens(" ".join(parts)))
        _add_document(bind, row.id, text, hidden[row.id])
    last = 0
    while rows := bind.execute(sa.select(message).where(message.c.id > last).order_by(message.c.id).limit(500)).all():
        last = rows[-1].id
        for row in rows:
            _add_document(bind, row.thread_id, row.body, hidden[row.thread_id], row.id)


def _add_document(
    bind: sa.Connection, thread_id: int, text: str, hidden: frozenset[str], message_id: int | None = None
) -> None:
    words = [word for word in dict.fromkeys(_tokens(text)) if word not in hidden]
    document = sa.table("search_document", *map(sa.column, ("thread_id", "message_id", "tokens")))
    if words:
        values = {"thread_id": thread_id, "message_id": message_id, "tokens": " ".join(words)}
        bind.execute(sa.insert(document).values(values))


def _tokens(text: str) -> list[str]:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    runs = ("".join(run) for is_word, run in groupby(folded, str.isalnum) if is_word)
    plain = frozenset("abcdefghijklmnopqrstuvwxy0123456789")
    return ["".join(c if c in plain else f"z{ord(c):05x}" for c in run[:300]) for run in runs]


def downgrade() -> None:
    # access_log.thread_id stays nullable: a row without a thread must not be lost.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_document_added")
        op.execute("DROP TRIGGER search_document_changed")
        op.execute("DROP TRIGGER search_document_removed")
        op.execute("DROP TABLE search_fts")
    op.execute(
        "UPDATE thread SET patient_number_type = patient_number_words WHERE patient_number_type = 'other_reserve'"
    )
    with op.batch_alter_table("thread_party", schema=None) as batch_op:
        batch_op.drop_column("transferred_to")
        batch_op.drop_column("transferred_by")
        batch_op.drop_column("transferred_at")
        batch_op.drop_column("last_event_id")
        batch_op.drop_column("last_message_id")
        batch_op.drop_column("left_how")
        batch_op.drop_column("left_at")
        batch_op.drop_column("acknowledged_to")
        batch_op.drop_column("revision")

    with op.batch_alter_table("thread_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_thread_event_message_id"), type_="foreignkey")
        batch_op.drop_column("words")
        batch_op.drop_column("reason")
        batch_op.drop_column("to_unit_name")
        batch_op.drop_column("message_id")

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_column("voided_at")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("returned_at")
        batch_op.drop_column("patient_number_words")
        batch_op.drop_column("patient_number_issuer")

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_column("contact")

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_obligation_ended_by_message_id"), type_="foreignkey")
        batch_op.drop_column("ended_by_message_id")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_message_corrects_id"), type_="foreignkey")
        batch_op.drop_column("voided_at")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("corrects_id")

    with op.batch_alter_table("search_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_document_thread_id"))
        batch_op.drop_index(batch_op.f("ix_search_document_message_id"))

    op.drop_table("search_document")
    with op.batch_alter_table("internal_note", schema=None) as batch_op:
        batch_op.drop_index("ix_internal_note_thread_unit")

    op.drop_table("internal_note")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_draft_reply",
            sqlite_where=sa.text("thread_id IS NOT NULL"),
            postgresql_where=sa.text("thread_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_draft_thread")
        batch_op.drop_index("ix_draft_saved_at")

    op.drop_table("draft")
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phrase_unit_id"))

    op.drop_table("phrase")
    with op.batch_alter_table("hint_words", schema=None) as batch_op:
        batch_op.drop_index("ix_hint_words_list")

    op.drop_table("hint_words")
