"""Runs the SQL for Athena and for CloudTrail Lake in DuckDB, over tables with the documented columns.

Reads from standard input
    {"queries": [{"name": "...", "kind": "athena" or "lake", "sql": "...", "table": "..."}, ...],
     "records": [{...}, ...]}
and writes
    {"found": {"NAME": ["EVENTID", ...]}, "wrong": {"NAME": "WHY"}}
to standard output: for each query the records that it finds, or what is wrong with it.

Athena and Lake are both of the Presto family, and neither runs here. sqlglot parses each query as
their dialect (`athena`, `trino`) and writes it for DuckDB, which is strict about names of columns.
DuckDB would compare a text with a boolean; Athena and Lake would not, so that is looked at in the
parsed query. The table after FROM is a name in Athena. In Lake it is the store's id, which is no name
in any SQL: `table` is put in its place.

The columns: https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
(with its partition column), and
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html.
"""

import json
import sys
import tempfile

import duckdb
import sqlglot
from sqlglot import expressions

# Texts in both, but where it says otherwise. The rest of a record is asked for by nobody.
TEXTS = [
    "eventversion", "eventsource", "eventname", "awsregion", "sourceipaddress", "useragent",
    "errorcode", "errormessage", "requestid", "eventid", "eventtype", "apiversion",
    "recipientaccountid", "sharedeventid", "vpcendpointid", "eventcategory",
]  # fmt: skip
IDENTITY = "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, username VARCHAR)"
TYPES = {
    "athena": {"eventtime": "VARCHAR", "readonly": "VARCHAR", "managementevent": "VARCHAR",
               '"timestamp"': "VARCHAR"},
    "lake": {"eventtime": "TIMESTAMP", "readonly": "BOOLEAN", "managementevent": "BOOLEAN"},
}  # fmt: skip
DIALECT = {"athena": "athena", "lake": "trino"}


class Wrong(Exception):
    """What is wrong with a query."""


def value(kind, column, record):
    """What the column of this kind of table has of a record."""
    if column == '"timestamp"':
        return record["eventTime"][:10].replace("-", "/")
    lower = {key.lower(): it for key, it in record.items()}
    it = lower.get(column)
    if isinstance(it, bool) and kind == "athena":
        return str(it).lower()
    return it


def fill(database, kind, table, records):
    columns = {**dict.fromkeys(TEXTS, "VARCHAR"), **TYPES[kind]}
    names = {column: column.strip('"') for column in columns}
    keys = ("type", "principalid", "arn", "accountid", "username")
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as rows:
        for record in records:
            row = {name: value(kind, column, record) for column, name in names.items()}
            identity = {key.lower(): it for key, it in record.get("userIdentity", {}).items()}
            row["useridentity"] = {key: identity.get(key) for key in keys}
            rows.write(json.dumps(row) + "\n")
        rows.flush()
        types = {names[column]: type_ for column, type_ in columns.items()}
        types["useridentity"] = IDENTITY
        declared = ", ".join(f"'{name}': '{type_}'" for name, type_ in types.items())
        database.execute(
            f"CREATE TABLE \"{table}\" AS SELECT * FROM read_json("
            f"?, format = 'newline_delimited', columns = {{{declared}}})",
            [rows.name],
        )
        [[count]] = database.execute(f'SELECT count(*) FROM "{table}"').fetchall()
        if count != len(records):
            sys.exit(f"{table} has {count} of {len(records)} records")


def parse(query):
    sql = query["sql"]
    if query["kind"] == "lake":
        before, where, after = sql.partition(f"FROM {query['store']}\n")
        if not where:
            raise Wrong(f"no FROM {query['store']} at the end of a line")
        sql = f'{before}FROM "{query["table"]}"\n{after}'
    parsed = sqlglot.parse(sql, dialect=DIALECT[query["kind"]])
    if len(parsed) != 1 or not isinstance(parsed[0], expressions.Select):
        raise Wrong("it is not one SELECT")
    [tree] = parsed
    for compared in tree.find_all(expressions.Binary, expressions.In):
        column = compared.this
        if not isinstance(column, expressions.Column):
            continue
        name = column.name.lower()
        values = compared.args.get("expressions") or [compared.args.get("expression")]
        boolean = TYPES[query["kind"]].get(name) == "BOOLEAN"
        for one in values:
            if isinstance(one, expressions.Boolean) != boolean:
                raise Wrong(f"{name} is compared with {one.sql()}")
    return tree


def run(database, query):
    tree = parse(query)
    # As it stands, which is a count; and for the ids, which it need not select.
    whole = database.execute(tree.sql(dialect="duckdb")).fetchall()
    ids = tree.copy()
    ids.set("expressions", [expressions.column("eventid")])
    found = [row[0] for row in database.execute(ids.sql(dialect="duckdb")).fetchall()]
    if len(whole) != len(found):
        raise Wrong(f"{len(whole)} rows, {len(found)} records")
    return found


def main():
    given = json.load(sys.stdin)
    found, wrong = {}, {}
    database = duckdb.connect(config={"threads": 1})
    for kind, table in sorted({(query["kind"], query["table"]) for query in given["queries"]}):
        fill(database, kind, table, given["records"])
    for query in given["queries"]:
        try:
            found[query["name"]] = run(database, query)
        except (Wrong, duckdb.Error, sqlglot.errors.SqlglotError) as why:
            wrong[query["name"]] = str(why)
    json.dump({"found": found, "wrong": wrong}, sys.stdout)


if __name__ == "__main__":
    main()
