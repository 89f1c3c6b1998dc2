"""The full-text indexes over the search documents: FTS5 on SQLite, GIN on PostgreSQL.

Both take tokens as they are, without language or dictionary of their own; `wiki.search` made them.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# FTS5 keeps no copy of the texts (external content), so triggers tell it what changed. The "ascii"
# tokenizer splits at ASCII punctuation and spaces only.
SQLITE = [
    """
    CREATE VIRTUAL TABLE wiki_search_index USING fts5(
        phrasings, short_answer, text,
        content='wiki_searchdocument', content_rowid='id', tokenize='ascii', detail='column'
    )
    """,
    """
    CREATE TRIGGER wiki_search_insert AFTER INSERT ON wiki_searchdocument BEGIN
        INSERT INTO wiki_search_index(rowid, phrasings, short_answer, text)
        VALUES (new.id, new.phrasings, new.short_answer, new.text);
    END
    """,
    """
    CREATE TRIGGER wiki_search_delete AFTER DELETE ON wiki_searchdocument BEGIN
        INSERT INTO wiki_search_index(wiki_search_index, rowid, phrasings, short_answer, text)
        VALUES ('delete', old.id, old.phrasings, old.short_answer, old.text);
    END
    """,
    """
    CREATE TRIGGER wiki_search_update AFTER UPDATE ON wiki_searchdocument BEGIN
        INSERT INTO wiki_search_index(wiki_search_index, rowid, phrasings, short_answer, text)
        VALUES ('delete', old.id, old.phrasings, old.short_answer, old.text);
        INSERT INTO wiki_search_index(rowid, phrasings, short_answer, text)
        VALUES (new.id, new.phrasings, new.short_answer, new.text);
    END
    """,
    "INSERT INTO wiki_search_index(wiki_search_index) VALUES ('rebuild')",
]
SQLITE_REVERSE = [
    "DROP TRIGGER wiki_search_insert",
    "DROP TRIGGER wiki_search_delete",
    "DROP TRIGGER wiki_search_update",
    "DROP TABLE wiki_search_index",
]

# The cost tells the planner what reading a row without the index would take. Without fastupdate a search
# never has to read a list of what was indexed lately, word by word.
POSTGRESQL = [
    """
    CREATE FUNCTION wiki_search_tokens(tokens text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS $$ SELECT array_to_tsvector(array_remove(string_to_array(tokens, ' '), '')) $$
    """,
    """
    CREATE INDEX wiki_search_phrasings ON wiki_searchdocument
    USING gin (wiki_search_tokens(phrasings)) WITH (fastupdate = off)
    """,
    """
    CREATE INDEX wiki_search_short_answer ON wiki_searchdocument
    USING gin (wiki_search_tokens(short_answer)) WITH (fastupdate = off)
    """,
    """
    CREATE INDEX wiki_search_text ON wiki_searchdocument
    USING gin (wiki_search_tokens(text)) WITH (fastupdate = off)
    """,
]
POSTGRESQL_REVERSE = [
    "DROP INDEX wiki_search_phrasings",
    "DROP INDEX wiki_search_short_answer",
    "DROP INDEX wiki_search_text",
    "DROP FUNCTION wiki_search_tokens(text)",
]


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL_REVERSE if editor.connection.vendor == "postgresql" else SQLITE_REVERSE:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("wiki", "0001_initial")]

    operations = [
        migrations.RenameField("searchdocument", "heading", "short_answer"),
        migrations.RenameField("searchdocument", "body", "text"),
        migrations.AlterField("searchdocument", "short_answer", models.TextField(default="")),
        migrations.AlterField("searchdocument", "text", models.TextField(default="")),
        migrations.AddField("searchdocument", "phrasings", models.TextField(default="")),
        migrations.RunPython(create, drop),
    ]
